"""`hub …`: the command line, in Vietnamese and English."""

import click

from hub.commands import demo, migrate, publish, run, serve, work
from hub.commands.output import configure_logging
from signing.cli import verify_command


class Guiding(click.Group):
    """A wrong command is answered with the nearest right one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Raises UsageError that names what there is."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            known = ", ".join(self.list_commands(ctx))
            raise click.UsageError(
                f"Không có lệnh «{args[0]}». Các lệnh có: {known}. / No such command; there are: {known}.\n"
                "Thử: hub --help",
                ctx=ctx,
            ) from None


@click.group(cls=Guiding, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--log", "level", default="warning", show_default=True, help="debug | info | warning | error")
def main(level: str) -> None:
    """Cổng Dịch vụ công và một cửa điện tử của tỉnh. / The province's portal and one-stop core.

    Cấu hình lấy từ biến môi trường; xem docs/settings.md. / Settings come from the environment.
    """
    configure_logging(level)


main.add_command(run.run)
main.add_command(demo.demo)
main.add_command(serve.serve)
main.add_command(work.work)
main.add_command(migrate.migrate)
main.add_command(publish.publish)
main.add_command(verify_command)
