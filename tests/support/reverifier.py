"""A process that verifies again until nothing waits: `DSN FOLDER`; one line for each batch, so that it can be killed."""

import asyncio
import sys
from pathlib import Path

from hub.kernel.db import open_database
from hub.kernel.signatures import Checker
from hub.portfolio import Reverifier, Trust
from tests.support.files import folder_storage


async def main(dsn: str, folder: str) -> None:
    async with open_database(dsn, folder_storage(Path(folder))) as db:
        runner = Reverifier(db, Checker(Trust(db)))
        while done := await runner.once():
            sys.stdout.write(f"{done}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
