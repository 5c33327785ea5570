"""1,000 stored documents verified again after their list was withdrawn, beside plain verification of the same files.

The dearest case: every verdict changes, so each report is kept and each holder told, some dozen statements a document.
"""

import asyncio
import time
from datetime import datetime

from hub import portfolio, vault
from hub.install import Installation
from hub.kernel.actor import system
from hub.kernel.ids import uuid7
from signing import Level, Look, Role, TrustStore, seal_pdf, verify
from signing.test_pki import Pki
from tests.bench.harness import Bench, Row, more
from tests.support.modules import blank_pdf

DOCUMENTS = 1000
_OPERATOR = system("bench")


async def rows(bench: Bench) -> list[Row]:
    async with bench.hub(bench.database()) as parts:
        contents = [await _sealed(parts) for _ in range(DOCUMENTS)]
        plain = await asyncio.to_thread(_plain, await parts.trust.current(), parts.clock(), contents)
        again = await _again(parts, contents)
    return [more("re-verification of 1,000 stored documents", again, plain, "documents/s", "plain verification", 0.2)]


async def _sealed(parts: Installation) -> bytes:
    pki = Pki.load_or_create(parts.keys.folder, parts.clock())
    return await seal_pdf(
        blank_pdf(), pki.key("agency"), Look(role=Role.AGENCY), tsa=pki.tsa(parts.clock), level=Level.B_T,
        at=parts.clock(),
    )  # fmt: skip


def _plain(trust: TrustStore, at: datetime, contents: list[bytes]) -> float:
    """One process, the demonstration's trust."""
    begun = time.perf_counter()
    for content in contents:
        assert verify(content, trust=trust, at=at).passed
    return len(contents) / (time.perf_counter() - begun)


async def _again(parts: Installation, contents: list[bytes]) -> float:
    report = await parts.checker.check(contents[0], parts.clock())
    async with parts.db.begin(_OPERATOR) as uow:
        for number, content in enumerate(contents):
            entry = await vault.store(
                uow, content, owner_id=uuid7(), kind=vault.Kind.RESULT, name=f"{number}.pdf",
                media_type="application/pdf",
            )  # fmt: skip
            await vault.keep_report(uow, entry.id, report, occasion=vault.Occasion.RELEASE)
        for each in (await parts.trust.current()).lists:
            run = await portfolio.withdraw(uow, each.name, because="bench")
    assert run.total >= DOCUMENTS
    runner = portfolio.Reverifier(parts.db, parts.checker)
    begun = time.perf_counter()
    while await runner.once():
        pass
    return run.total / (time.perf_counter() - begun)
