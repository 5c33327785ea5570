"""The portfolio: what we believe of others' signatures, and everything that is stored under that belief."""

from hub.portfolio.asking import JOBS, Answering, Asking, Given
from hub.portfolio.believed import Trust
from hub.portfolio.events import TrustChanged, VerdictChanged
from hub.portfolio.importing import import_crl, import_ocsp
from hub.portfolio.listing import approve, bring, propose, read, reject, withdraw
from hub.portfolio.model import (
    Asked,
    Cause,
    Certificate,
    Change,
    Freshness,
    Imported,
    Listed,
    ListState,
    Overview,
    Run,
)
from hub.portfolio.receiving import received
from hub.portfolio.running import CHANNEL, Reverifier
from hub.portfolio.service import certificates, change, changes, overview, runs

__all__ = [
    "CHANNEL", "JOBS", "Answering", "Asked", "Asking", "Cause", "Certificate", "Change", "Freshness", "Given",
    "Imported", "ListState", "Listed", "Overview", "Reverifier", "Run", "Trust", "TrustChanged", "VerdictChanged",
    "approve", "bring", "certificates", "change", "changes", "import_crl", "import_ocsp", "overview", "propose",
    "read", "received", "reject", "runs", "withdraw",
]  # fmt: skip
