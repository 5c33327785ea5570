"""Whether a signature report lets a result out. Pure."""

from hub.kernel.errors import Invalid
from hub.result.errors import refused
from signing import Indication, Kind, LaterChanges, Report, Role, SignatureReport, SubIndication

_BROKEN = frozenset({SubIndication.FORMAT_FAILURE, SubIndication.HASH_FAILURE, SubIndication.SIG_CRYPTO_FAILURE})


def objection(file: str, report: Report) -> Invalid | None:
    """What forbids the release, or None (RES-01: whole, signed by the agency, trusted)."""
    why = _why(report)
    return None if why is None else refused(why, file, report.sentence_vi, report.sentence_en)


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
