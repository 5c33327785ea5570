"""Whether a signature report lets a result out. Pure."""

from collections.abc import Sequence

from hub.kernel.clock import VN
from hub.kernel.errors import Invalid
from hub.result.errors import not_competent, refused
from hub.result.model import Seal
from signing import Indication, Kind, LaterChanges, Report, Role, SignatureReport, SubIndication

_BROKEN = frozenset({SubIndication.FORMAT_FAILURE, SubIndication.HASH_FAILURE, SubIndication.SIG_CRYPTO_FAILURE})


def objection(file: str, report: Report, seals: Sequence[Seal], unit: str) -> Invalid | None:
    """What forbids the release, or None (RES-01: whole, trusted, signed by whoever decides).

    `seals`: those of the deciding unit and of the agencies above it; `unit`: its name, for the words.
    """
    why = _why(report)
    if why is not None:
        return refused(why, file, report.sentence_vi, report.sentence_en)
    signature = decisive(report)
    if any(belongs(signature, seal) for seal in seals):
        return None
    return not_competent(file, unit, signature.signer or "?", signature.organisation or "?", signature.issuer or "?")


def belongs(it: SignatureReport, seal: Seal) -> bool:
    """Whether the signature was made with this seal, on a day on which it counts."""
    moment = it.best_time or it.signing_time
    if moment is None or not it.chain:
        return False
    day = moment.astimezone(VN).date()
    if day < seal.valid_from or (seal.valid_until is not None and day > seal.valid_until):
        return False
    if seal.certificate_sha256:
        return it.chain[0].sha256 == seal.certificate_sha256
    if not seal.issuer or seal.issuer != it.issuer or not (seal.subject or seal.organisation):
        return False
    return seal.subject in ("", it.signer) and seal.organisation in ("", it.organisation)


def _why(report: Report) -> str | None:
    if report.kind is not Kind.PDF:
        return "not-pdf"
    if report.indication is Indication.NO_SIGNATURE:
        return "unsigned"
    if report.sub_indication in _BROKEN or report.later_changes is LaterChanges.FORBIDDEN:
        return "tampered"
    if not report.passed:
        return "untrusted"
    return None if any(s.organisation for s in _signers(report)) else "no-agency"


def decisive(report: Report) -> SignatureReport:
    """The signature that stands for the document: the agency's, else the last one of an official."""
    official = [s for s in _signers(report) if s.organisation]
    return next((s for s in reversed(official) if s.role is Role.AGENCY), official[-1])


def _signers(report: Report) -> list[SignatureReport]:
    return [s for s in report.signatures if s.role is not Role.TIMESTAMP]
