"""`hub publish`."""

from pathlib import Path

import click

from hub.publishing import documents


@click.command()
@click.option("--check", is_flag=True, help="Chỉ kiểm tra, không ghi. / Only check; exit 1 when something is stale.")
def publish(check: bool) -> None:
    """Viết lại sơ đồ và hợp đồng sinh từ mã nguồn. / Write diagrams and contracts that come from code."""
    stale = [path for path, text in documents().items() if not _same(Path(path), text)]
    for path in stale:
        click.echo(f"{'cũ / stale' if check else 'viết / wrote'}: {path}")
    if check and stale:
        raise click.ClickException("Chạy `hub publish` rồi commit. / Run `hub publish`, then commit.")
    if not check:
        for path, text in documents().items():
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).write_text(text, encoding="utf-8")


def _same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text
