"""One migration step is one SQL file."""

from collections.abc import Callable
from pathlib import Path

from alembic import op
from sqlalchemy.util import await_only

_FOLDER = Path(__file__).parent / "sql"


def run(name: str) -> Callable[[], None]:
    """The upgrade function of the step `sql/<name>.sql`; an empty file does nothing."""

    def upgrade() -> None:
        sql = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
        if sql.strip():
            bind = op.get_bind()
            bind.exec_driver_sql("select 1")  # opens the transaction: the script below goes past the dialect
            driver = bind.connection.driver_connection
            assert driver is not None
            await_only(driver.execute(sql))

    return upgrade
