"""What came after each signature of a PDF, and whether it may stay valid in spite of it."""

from __future__ import annotations

from itertools import pairwise

import msgspec
from pyhanko.pdf_utils import generic

from signing.findings import with_failure
from signing.judge import Judge
from signing.model import LaterChanges, SubIndication
from signing.pdf_changes import Comparer, Delta, compare, compare_catalogues
from signing.pdf_entry import Entry, docmdp, locks
from signing.pdf_file import PdfFile
from signing.report import SignatureReport

LONG_TERM = "dữ liệu xác minh dài hạn"


def judge_changes(file: PdfFile, entries: list[Entry], judge: Judge) -> None:
    """Compare each signed revision with the next; what a step did counts for every signature before it."""
    tail = file.tail_problem()
    revisions = sorted({e.field.revision for e in entries} | {file.last})
    steps: dict[int, Delta] = {}
    for before, after in pairwise(revisions):
        short = file.only_the_catalogue_changed(before, after)
        delta = compare_catalogues(*file.catalogues(before, after)) if short else None
        steps[before] = delta if delta is not None else compare(file.at(before), file.at(after))
    by_name = {e.field.name: e for e in entries}
    for entry in entries:
        assert entry.report is not None
        deltas = [delta for revision, delta in steps.items() if revision >= entry.field.revision]
        entry.report = _with_changes(file, entry, entry.report, deltas, by_name, tail, judge)


class Later(msgspec.Struct, kw_only=True):
    """What the revisions after one signature did, gathered."""

    added: list[str] = []
    forbidden: list[str] = []
    values: list[str] = []


def _gather(report: SignatureReport, deltas: list[Delta], by_name: dict[str, Entry], judge: Judge) -> Later:
    later = Later(forbidden=[text for delta in deltas for text in delta.forbidden])
    filled = [name for delta in deltas for name in delta.form_values]
    later.values = list(dict.fromkeys(f"field {name} has another value" for name in filled))
    if filled and not _may_fill_forms(by_name, filled):
        later.forbidden.extend(later.values)
    for delta in deltas:
        for name in (*delta.new_fields, *delta.filled_fields):
            _add_signature(later, name, by_name.get(name), report)
        later.added.extend(f"ô ký trống «{name}»" for name in delta.new_empty_fields)
        if delta.long_term:
            later.added.append(LONG_TERM)
        for name in delta.new_empty_fields:
            later.forbidden.extend(_not_permitted(report, name))
            if not judge.rules.allow_empty_fields:
                later.forbidden.append(f"empty field «{name}» was added to a result of our own")
    return later


def _add_signature(later: Later, name: str, other: Entry | None, report: SignatureReport) -> None:
    if other is None:
        later.forbidden.append(f"field {name} was removed again")
    elif other.is_timestamp:
        later.added.append(f"dấu thời gian tài liệu «{name}» của {other.who}")
    else:
        later.added.append(f"chữ ký «{name}» của {other.who}")
        later.forbidden.extend(_not_permitted(report, name))


def _with_changes(
    file: PdfFile,
    entry: Entry,
    report: SignatureReport,
    deltas: list[Delta],
    by_name: dict[str, Entry],
    tail: str,
    judge: Judge,
) -> SignatureReport:
    later = _gather(report, deltas, by_name, judge)
    state = LaterChanges.NONE
    if later.forbidden or later.values or tail:
        state = LaterChanges.FORBIDDEN
    elif later.added or entry.coverage.kind == "entire-revision":
        state = LaterChanges.ALLOWED
    report = msgspec.structs.replace(
        report,
        later_changes=state,
        added_by_later_revisions=tuple(dict.fromkeys(later.added)),
        forbidden_changes=tuple(dict.fromkeys([*later.forbidden, *later.values])),
    )
    if _dictionary_changed(file, entry):
        return with_failure(report, SubIndication.FORMAT_FAILURE, "changed-dictionary", entry.field.name)
    if tail:
        return with_failure(report, SubIndication.FORMAT_FAILURE, "tail", tail)
    if later.forbidden:
        detail = "; ".join(dict.fromkeys(later.forbidden[:3]))
        return with_failure(report, SubIndication.FORMAT_FAILURE, "forbidden-changes", detail)
    if later.values:
        return with_failure(report, SubIndication.SIG_CONSTRAINTS_FAILURE, "form-filled", "; ".join(later.values[:3]))
    return report


def _may_fill_forms(by_name: dict[str, Entry], fields: list[str]) -> bool:
    """Whether a certification permits filling these fields, and no signature locks them.

    Even then the values are nobody's: such a file is never passed, but it is not called forged either.
    """
    levels = [level for e in by_name.values() if (level := docmdp(e.field.dictionary)) is not None]
    if not levels or min(levels) < 2:
        return False
    return not any(locks(e.field.dictionary, name) for e in by_name.values() for name in fields)


def _not_permitted(report: SignatureReport, name: str) -> list[str]:
    """A certification that permits nothing refuses even a further signature."""
    if report.docmdp == 1:
        return [f"«{name}» was added although the certification permits no change"]
    return []


def _dictionary_changed(file: PdfFile, entry: Entry) -> bool:
    """The signature dictionary inside the signed bytes must be the one that is shown (a spoofed /Reason)."""
    if entry.coverage.kind not in ("entire-file", "entire-revision"):
        return False
    dictionary = entry.field.dictionary
    holder = getattr(dictionary, "container_ref", None)
    if holder is None or not hasattr(holder, "idnum"):
        return False
    reference = generic.Reference(holder.idnum, holder.generation, file.reader)
    offset = file.reader.xrefs.get_historical_ref(reference, file.last)
    if isinstance(offset, int) and offset >= entry.coverage.end:
        return True
    first = file.reader.xrefs.get_introducing_revision(reference)
    if first >= entry.field.revision:
        return False
    before = file.at(first).get_object(reference)
    if not isinstance(before, generic.DictionaryObject) or "/Contents" not in before:
        return False
    return not Comparer(file.at(first), file.at(file.last)).same(before, dictionary)


def overall_changes(reports: tuple[SignatureReport, ...]) -> LaterChanges:
    states = {r.later_changes for r in reports}
    for state in (LaterChanges.FORBIDDEN, LaterChanges.ALLOWED):
        if state in states:
            return state
    return LaterChanges.NONE
