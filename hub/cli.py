"""`hub …`: the command line, in Vietnamese and English."""

from importlib import import_module
from typing import Any

import click

from hub.commands.output import configure_logging
from hub.settings import SettingError

COMMANDS = {
    "run": "hub.commands.run:run",
    "demo": "hub.commands.demo:demo",
    "serve": "hub.commands.serve:serve",
    "work": "hub.commands.work:work",
    "migrate": "hub.commands.migrate:migrate",
    "vault": "hub.commands.vault:vault_commands",
    "trust": "hub.commands.trust:trust",
    "seals": "hub.commands.seals:seals",
    "publish": "hub.commands.publish:publish",
    "verify": "signing.cli:verify_command",
    "proof": "hub.commands.proof:proof",
    "seal": "hub.commands.seal:seal",
}
"""Name → where it is. A process imports only its own command: twelve of them start at once on small machines."""


class Guiding(click.Group):
    """A wrong command is answered with the nearest right one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imported now."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        found = getattr(import_module(module), name)
        assert isinstance(found, click.Command)
        return found

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

    def invoke(self, ctx: click.Context) -> Any:
        """A wrong setting stops the start with its sentence."""
        try:
            return super().invoke(ctx)
        except SettingError as wrong:
            raise click.ClickException(str(wrong)) from None


@click.group(cls=Guiding, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--log", "level", default="warning", show_default=True, help="debug | info | warning | error")
def main(level: str) -> None:
    """Cổng Dịch vụ công và một cửa điện tử của tỉnh. / The province's portal and one-stop core.

    Cấu hình lấy từ biến môi trường; xem docs/settings.md. / Settings come from the environment.
    """
    configure_logging(level)
