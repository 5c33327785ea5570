"""The portfolio: what we believe of others' signatures, and everything that is stored under that belief."""

from hub.portfolio.asking import JOBS, Answering, Asking, Given
from hub.portfolio.believed import Trust
from hub.portfolio.events import LongTermRenewed, TrustChanged, VerdictChanged
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
    Outcome,
    Overview,
    Renewal,
    Run,
)
from hub.portfolio.receiving import received
from hub.portfolio.renewing import Renewing, renewed_since, troubled
from hub.portfolio.renewing import jobs as renewal_jobs
from hub.portfolio.running import CHANNEL, Reverifier
from hub.portfolio.service import certificates, change, changes, overview, runs

__all__ = [
    "CHANNEL", "JOBS", "Answering", "Asked", "Asking", "Cause", "Certificate", "Change", "Freshness", "Given",
    "Imported", "ListState", "Listed", "LongTermRenewed", "Outcome", "Overview", "Renewal", "Renewing", "Reverifier",
    "Run", "Trust", "TrustChanged", "VerdictChanged", "approve", "bring", "certificates", "change", "changes",
    "import_crl", "import_ocsp", "overview", "propose", "read", "received", "reject", "renewal_jobs", "renewed_since",
    "runs", "troubled", "withdraw",
]  # fmt: skip
