"""How long what a verdict rests on holds by itself. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

from signing.model import Indication, Role
from signing.report import ChainLink, Report, SignatureReport, TimestampReport

NEVER = datetime.min.replace(tzinfo=UTC)


def lapses_at(report: Report) -> datetime | None:
    """When the first certificate ends that no later document time-stamp vouches for; None: nothing signed leads anywhere.

    What the last valid document or archive time-stamp covers lasts as long as its authority's path; what was signed
    after it, or without any, as long as its own certificates and those of its time-stamps (ETSI EN 319 142-1, B-LTA).
    """
    filled = [each for each in report.signatures if not each.empty_field]
    last = max((n for n, each in enumerate(filled) if _vouches(each)), default=None)
    ends = [_end(each.chain) for each in filled[last:][:1]] if last is not None else []
    for each in filled[0 if last is None else last + 1 :]:
        archived = _archived(each)
        ends += (
            [_end(archived.chain)]
            if archived is not None
            else [_end(each.chain), *(_end(stamp.chain) for stamp in each.timestamps)]
        )
    return min((end for end in ends if end is not None), default=None)


def document_timestamped(report: Report) -> bool:
    """Whether a valid time-stamp over the document, or over each of its signatures with their data, is its best evidence."""
    filled = [each for each in report.signatures if not each.empty_field]
    return any(_vouches(each) for each in filled) or (bool(filled) and all(_archived(each) for each in filled))


def _vouches(it: SignatureReport) -> bool:
    return it.role is Role.TIMESTAMP and it.indication is Indication.TOTAL_PASSED


def _archived(it: SignatureReport) -> TimestampReport | None:
    """The last valid archive time-stamp of a CAdES or XAdES signature."""
    valid = [s for s in it.timestamps if s.kind == "archive" and s.indication is Indication.TOTAL_PASSED]
    return max(valid, key=lambda stamp: stamp.gen_time or NEVER, default=None)


def _end(chain: tuple[ChainLink, ...]) -> datetime | None:
    return min((link.valid_until for link in chain), default=None)
