"""Which algorithms were good enough when: an allow list, aware of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from signing.crypto import Algorithm
from signing.model import Policy, SubIndication


def _day(year: int, month: int = 1, day: int = 1) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


FOREVER = _day(9999)

# Until when a digest could be trusted in a signature. Circular 15/2025/TT-BKHCN: SHA-2 and SHA-3;
# before it offices signed with SHA-1 until about the end of 2020 (SIGNING §6).
DIGESTS: dict[str, datetime] = {
    "sha1": _day(2021),
    "sha224": _day(2029),
    "sha256": FOREVER,
    "sha384": FOREVER,
    "sha512": FOREVER,
    "sha3_224": _day(2029),
    "sha3_256": FOREVER,
    "sha3_384": FOREVER,
    "sha3_512": FOREVER,
}

# (scheme, smallest key in bits, until when): the first row whose size is met decides.
KEYS: tuple[tuple[str, int, datetime], ...] = (
    ("rsa", 2048, FOREVER),
    ("rsa", 1024, _day(2014)),
    ("pss", 2048, FOREVER),
    ("ecdsa", 256, FOREVER),
    ("ecdsa", 224, _day(2016)),
    ("eddsa", 255, FOREVER),
    ("dsa", 2048, _day(2024)),
    ("dsa", 1024, _day(2011)),
)


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What a policy asks beyond intact signatures and a path to an anchor."""

    id: str
    need_revocation: bool = True
    need_timestamp: bool = False
    check_algorithms: bool = True
    allow_empty_fields: bool = True
    freshness: timedelta = timedelta(hours=24)
    clock_skew: timedelta = timedelta(minutes=5)


RULES: dict[Policy, Rules] = {
    Policy.INCOMING: Rules(id="urn:mot-cua:signature-policy:incoming:1"),
    Policy.OWN: Rules(id="urn:mot-cua:signature-policy:own:1", need_timestamp=True, allow_empty_fields=False),
}


def good_until(algorithm: Algorithm) -> datetime | None:
    """The moment when the algorithm stopped being acceptable; None if it never was."""
    until = DIGESTS.get(algorithm.digest)
    if until is None:
        return None
    for scheme, bits, key_until in KEYS:
        if scheme == algorithm.scheme and algorithm.bits >= bits:
            return min(until, key_until)
    return None


def weak_digest(name: str, at: datetime) -> bool:
    """Whether what was digested at that moment could have been exchanged."""
    return at >= DIGESTS.get(name, at)


def judge_algorithm(algorithm: Algorithm, best_time: datetime, *, proven: bool) -> SubIndication | None:
    """None when fine at the best signature time. Without proof of that time, an old one may pass no more."""
    until = good_until(algorithm)
    if until is None:
        return SubIndication.CRYPTO_CONSTRAINTS_FAILURE
    if best_time < until:
        return None
    return SubIndication.CRYPTO_CONSTRAINTS_FAILURE if proven else SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE
