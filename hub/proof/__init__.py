"""The log of what was issued and changed: append-only, hash-chained, under a signed root each day."""

from hub.kernel.db import UnitOfWork
from hub.kernel.jobs import Job
from hub.proof.audit import Audit, Break, audit
from hub.proof.download import as_file
from hub.proof.errors import NoSuchFact, NoSuchRoot, NotYet
from hub.proof.evidence import PublishedRoot, link, proof_of, root, roots
from hub.proof.model import Held, SignedRoot
from hub.proof.service import Witness, held_of, next_signing, sequence, sign_root, sign_when_due
from hub.proof.subscribers import SUBSCRIBERS

__all__ = [
    "SUBSCRIBERS", "Audit", "Break", "Held", "NoSuchFact", "NoSuchRoot", "NotYet", "PublishedRoot", "SignedRoot",
    "Witness", "as_file", "audit", "held_of", "jobs", "link", "next_signing", "proof_of", "root", "roots", "sequence", "sign_root",
    "sign_when_due",
]  # fmt: skip


def jobs(witness: Witness) -> dict[str, Job]:
    """Numbering every few seconds; a root when the day's hour has come and something is new."""

    async def number(uow: UnitOfWork, _: str) -> None:
        await sequence(uow)

    async def sign(uow: UnitOfWork, _: str) -> None:
        await sign_when_due(uow, witness)

    return {"proof-sequence": Job(every=5, run=number), "proof-root": Job(every=300, run=sign)}
