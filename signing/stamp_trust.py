"""Whether a time-stamp that was just given can be used: its authority is trusted now and its clock is right."""

from __future__ import annotations

from datetime import datetime, timedelta

from signing.judge import Judge, Material
from signing.policy import Rules
from signing.timestamp import read_token
from signing.trust import TrustStore

_RULES = Rules(id="urn:mot-cua:time-stamp-given:1", need_revocation=False)
"""A CRL that has not been imported yet is no reason to seal nothing; a known revocation is."""
SKEW = timedelta(minutes=10)


def unusable(token: bytes, digest: bytes, algorithm: str, trust: TrustStore, at: datetime) -> str | None:
    """Why not, for a log and an operator; None when it can be used."""
    read = read_token(token, lambda name: digest if name == algorithm else None, kind="signature")
    judged = Judge(trust, _RULES, at).token(read, Material(), at)
    if judged.sub is not None:
        path = judged.path
        return f"{judged.sub.value} {(path.detail or path.why) if path else read.result.detail}".strip()
    assert read.gen_time is not None
    apart = abs(read.gen_time - at)
    return f"its clock is {apart.total_seconds():.0f} s off" if apart > SKEW else None
