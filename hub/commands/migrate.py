"""`hub migrate`."""

import asyncio
import os

import click

from hub.kernel.migrate import upgrade
from hub.settings import load


@click.command()
def migrate() -> None:
    """Đưa cơ sở dữ liệu (DATABASE_URL) lên lược đồ mới nhất. / Bring the database to the newest schema."""
    settings = load(os.environ)
    if not settings.database_url:
        raise click.ClickException("DATABASE_URL: chưa đặt / is not set. Ví dụ: postgresql://hub@host/hub")
    asyncio.run(upgrade(settings.database_url))
    click.echo("Lược đồ đã mới nhất. / The schema is current.")
