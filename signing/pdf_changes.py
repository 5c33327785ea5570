"""What later revisions of a PDF did to what was signed, judged by content (SIGNING §6).

Offices sign in successive revisions: drafter, leader, then the clerk's seals, number and date. Some products
rewrite earlier widgets or free unused objects. None of that changes what was signed, so two revisions are
compared by what they show and do, not by which objects were touched: the same pages with the same content, the
same form values, the same actions; new annotations are signature widgets only. Anything else is forbidden.
"""

from __future__ import annotations

from typing import Any

import msgspec
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver

from signing.pdf_tree import INHERITED, Field, TooComplex, deref, fields_of, get, pages_of, raw

MAX_PAIRS = 400_000

# Entries of the catalogue that say nothing about what is shown or done.
NEUTRAL_ROOT = frozenset({"/DSS", "/Extensions", "/Metadata", "/Version", "/PieceInfo", "/ModDate", "/Type"})
NEUTRAL_PAGE = frozenset({"/Parent", "/Annots", "/LastModified", "/PieceInfo", "/Metadata", "/Type"})
NEUTRAL_WIDGET = frozenset(
    {"/P", "/Parent", "/M", "/AP", "/AS", "/F", "/NM", "/Kids", "/MK", "/DA", "/Lock", "/SV", "/V"}
)


class Delta(msgspec.Struct, kw_only=True):
    """The difference between two revisions."""

    forbidden: list[str] = []
    new_fields: list[str] = []
    new_empty_fields: list[str] = []
    filled_fields: list[str] = []
    form_values: list[str] = []
    long_term: bool = False

    @property
    def only_long_term(self) -> bool:
        return not (
            self.forbidden or self.new_fields or self.filled_fields or self.new_empty_fields or self.form_values
        )


class Comparer:
    """Structural equality across two revisions; each pair of objects is looked at once."""

    def __init__(self, old: HistoricalResolver, new: HistoricalResolver) -> None:
        self.old, self.new = old, new
        self._same: set[tuple[int, int, int, int]] = set()
        self._pairs = 0

    def same(self, a: Any, b: Any) -> bool:
        stack = [(a, b)]
        while stack:
            self._pairs += 1
            if self._pairs > MAX_PAIRS:
                raise TooComplex("too many objects to compare")
            x, y = stack.pop()
            if isinstance(x, generic.IndirectObject) and isinstance(y, generic.IndirectObject):
                key = (x.idnum, x.generation, y.idnum, y.generation)
                if key in self._same:
                    continue
                self._same.add(key)
            x, y = deref(x), deref(y)
            if not self._step(x, y, stack):
                return False
        return True

    def _step(self, x: Any, y: Any, stack: list[tuple[Any, Any]]) -> bool:
        if isinstance(x, generic.DictionaryObject):
            if not isinstance(y, generic.DictionaryObject):
                return False
            streams = [isinstance(o, generic.StreamObject) for o in (x, y)]
            if any(streams) and (not all(streams) or _encoded(x) != _encoded(y)):
                return False
            skip = {"/Length"} if all(streams) else set()
            # pages and the catalogue have comparisons of their own; /Parent, /P and /Data lead back to them
            if x.get("/Type") in ("/Page", "/Pages", "/Catalog") and y.get("/Type") == x.get("/Type"):
                return True
            keys = set(x.keys()) - skip
            if keys != set(y.keys()) - skip:
                return False
            stack.extend((x.raw_get(k), y.raw_get(k)) for k in keys)
            return True
        if isinstance(x, generic.ArrayObject):
            if not isinstance(y, generic.ArrayObject) or len(x) != len(y):
                return False
            stack.extend((x.raw_get(i), y.raw_get(i)) for i in range(len(x)))
            return True
        if isinstance(x, generic.TextStringObject | generic.ByteStringObject):
            return isinstance(y, type(x)) and x.original_bytes == y.original_bytes
        return (type(x) is type(y) and bool(x == y)) or _same_number(x, y)


def _encoded(stream: Any) -> Any:
    return stream.encoded_data


def _same_number(x: Any, y: Any) -> bool:
    numbers = (generic.NumberObject, generic.FloatObject)
    return isinstance(x, numbers) and isinstance(y, numbers) and float(x) == float(y)


def compare(old: HistoricalResolver, new: HistoricalResolver) -> Delta:
    """Everything that the new revision changed in what the old one shows and does."""
    delta = Delta()
    comparer = Comparer(old, new)
    try:
        old_root, new_root = deref(old.root), deref(new.root)
        _compare_root(old_root, new_root, comparer, delta)
        old_fields, new_fields = fields_of(old_root), fields_of(new_root)
        _compare_fields(old_fields, new_fields, comparer, delta)
        _compare_pages(old_root, new_root, old_fields, new_fields, comparer, delta)
    except TooComplex as error:
        delta.forbidden.append(f"not comparable: {error}")
    return delta


def compare_catalogues(old_root: Any, new_root: Any) -> Delta | None:
    """The short way when no other object was touched: entries as they are written; None to go the long way."""
    delta = Delta()
    for key in sorted(set(old_root.keys()) | set(new_root.keys())):
        a, b = raw(old_root, key), raw(new_root, key)
        if key == "/DSS":
            delta.long_term = delta.long_term or a != b
        elif key not in NEUTRAL_ROOT and not _same_entry(a, b):
            return None
    return delta


def _same_entry(a: Any, b: Any) -> bool:
    """References to the same object, or equal direct values; containers go the long way."""
    if isinstance(a, generic.IndirectObject) and isinstance(b, generic.IndirectObject):
        return (a.idnum, a.generation) == (b.idnum, b.generation)
    if isinstance(a, generic.DictionaryObject) and isinstance(b, generic.DictionaryObject):
        return a.keys() == b.keys() and all(_same_entry(a.raw_get(k), b.raw_get(k)) for k in a)
    if isinstance(a, generic.ArrayObject) and isinstance(b, generic.ArrayObject):
        return len(a) == len(b) and all(_same_entry(a.raw_get(i), b.raw_get(i)) for i in range(len(a)))
    return type(a) is type(b) and bool(a == b)


def _compare_root(old: Any, new: Any, comparer: Comparer, delta: Delta) -> None:
    for key in sorted(set(old.keys()) | set(new.keys())):
        if key in ("/Pages", "/AcroForm"):
            continue
        a, b = raw(old, key), raw(new, key)
        if key in NEUTRAL_ROOT:
            if key == "/DSS" and not (a is not None and b is not None and comparer.same(a, b)):
                delta.long_term = True
            continue
        if key == "/Perms" and a is None:
            continue
        if a is None or b is None or not comparer.same(a, b):
            if key in ("/Names", "/Outlines", "/StructTreeRoot") and _empty(a) and _empty(b):
                continue
            delta.forbidden.append(f"catalogue {key}")
    old_form, new_form = get(old, "/AcroForm"), get(new, "/AcroForm")
    if isinstance(old_form, generic.DictionaryObject) and isinstance(new_form, generic.DictionaryObject):
        a, b = raw(old_form, "/XFA"), raw(new_form, "/XFA")
        if (a is None) != (b is None) or (a is not None and not comparer.same(a, b)):
            delta.forbidden.append("form /XFA")
    elif isinstance(new_form, generic.DictionaryObject) and "/XFA" in new_form:
        delta.forbidden.append("form /XFA")


def _empty(obj: Any) -> bool:
    value = deref(obj)
    return value is None or (isinstance(value, generic.DictionaryObject) and not value)


def _compare_fields(old: dict[str, Field], new: dict[str, Field], comparer: Comparer, delta: Delta) -> None:
    for name, field in old.items():
        other = new.get(name)
        if other is None:
            delta.forbidden.append(f"field {name} removed")
            continue
        if field.kind != other.kind:
            delta.forbidden.append(f"field {name} changed its kind")
        elif field.kind == "/Sig" and deref(field.value_ref) is None:
            if deref(other.value_ref) is not None:
                delta.filled_fields.append(name)
        elif _same_value(field.value_ref, other.value_ref, comparer):
            continue
        elif field.kind == "/Sig":
            delta.forbidden.append(f"field {name} has another value")
        else:
            delta.form_values.append(name)
    for name, field in new.items():
        if name in old:
            continue
        if field.kind != "/Sig":
            delta.forbidden.append(f"new field {name} is no signature")
        elif deref(field.value_ref) is None:
            delta.new_empty_fields.append(name)
        else:
            delta.new_fields.append(name)


def _same_value(a: Any, b: Any, comparer: Comparer) -> bool:
    if a is None or b is None:
        return a is None and b is None
    return comparer.same(a, b)


def _compare_pages(
    old_root: Any,
    new_root: Any,
    old_fields: dict[str, Field],
    new_fields: dict[str, Field],
    comparer: Comparer,
    delta: Delta,
) -> None:
    old_pages, new_pages = pages_of(old_root), pages_of(new_root)
    if len(old_pages) != len(new_pages):
        delta.forbidden.append(f"{len(new_pages)} pages instead of {len(old_pages)}")
        return
    old_widgets = _widget_names(old_fields)
    new_widgets = _widget_names(new_fields)
    for number, ((a, a_inherited), (b, b_inherited)) in enumerate(zip(old_pages, new_pages, strict=True), start=1):
        for key in sorted((set(a.keys()) | set(b.keys()) | set(INHERITED)) - NEUTRAL_PAGE):
            x = a_inherited.get(key) if key in INHERITED else raw(a, key)
            y = b_inherited.get(key) if key in INHERITED else raw(b, key)
            if key in ("/Tabs", "/StructParents") and x is None:
                continue
            if not _same_value(x, y, comparer):
                delta.forbidden.append(f"page {number} {key}")
        _compare_annotations(number, a, b, old_widgets, new_widgets, old_fields, new_fields, comparer, delta)


def _widget_names(fields: dict[str, Field]) -> dict[tuple[int, int], str]:
    return {
        (w.idnum, w.generation): label
        for label, field in fields.items()
        for w in field.widgets
        if isinstance(w, generic.IndirectObject)
    }


def _annotations(page: Any) -> list[Any]:
    annots = get(page, "/Annots")
    return [annots.raw_get(i) for i in range(len(annots))] if isinstance(annots, generic.ArrayObject) else []


def _name_of(annot: Any, names: dict[tuple[int, int], str]) -> str | None:
    if isinstance(annot, generic.IndirectObject):
        return names.get((annot.idnum, annot.generation))
    return None


def _compare_annotations(  # noqa: PLR0917
    number: int,
    old_page: Any,
    new_page: Any,
    old_names: dict[tuple[int, int], str],
    new_names: dict[tuple[int, int], str],
    old_fields: dict[str, Field],
    new_fields: dict[str, Field],
    comparer: Comparer,
    delta: Delta,
) -> None:
    remaining = _annotations(new_page)
    for annot in _annotations(old_page):
        match = _counterpart(annot, remaining, comparer)
        if match is None:
            if deref(annot) is not None:
                delta.forbidden.append(f"page {number}: an annotation was removed or changed")
            continue
        remaining.remove(match)
        label = _name_of(annot, old_names)
        if label is not None and old_fields[label].kind == "/Sig":
            filled = label in delta.filled_fields
            _compare_widget(number, label, deref(annot), deref(match), filled, comparer, delta)
        elif label in delta.form_values:
            continue
        elif not comparer.same(annot, match):
            delta.forbidden.append(f"page {number}: an annotation was changed")
    for annot in remaining:
        _check_new_annotation(number, annot, new_names, new_fields, delta)


def _counterpart(annot: Any, remaining: list[Any], comparer: Comparer) -> Any:
    if isinstance(annot, generic.IndirectObject):
        for other in remaining:
            if isinstance(other, generic.IndirectObject) and (other.idnum, other.generation) == (
                annot.idnum,
                annot.generation,
            ):
                return other
    for other in remaining:
        if comparer.same(annot, other):
            return other
    return None


def _compare_widget(
    number: int, label: str, old: Any, new: Any, filled: bool, comparer: Comparer, delta: Delta
) -> None:
    """A signature's widget may be rewritten as long as it stays where it was and shows what it showed."""
    if not (isinstance(old, generic.DictionaryObject) and isinstance(new, generic.DictionaryObject)):
        delta.forbidden.append(f"page {number}: widget of {label}")
        return
    if filled:
        return
    for key in sorted((set(old.keys()) | set(new.keys())) - NEUTRAL_WIDGET):
        if not _same_value(raw(old, key), raw(new, key), comparer):
            delta.forbidden.append(f"page {number}: widget of {label} {key}")
            return
    if not _same_value(raw(old, "/AP"), raw(new, "/AP"), comparer):
        delta.forbidden.append(f"page {number}: the look of {label}")
    hidden = 2 | 32
    if (int(get(old, "/F", 0)) ^ int(get(new, "/F", 0))) & hidden:
        delta.forbidden.append(f"page {number}: the visibility of {label}")


def _check_new_annotation(
    number: int, annot: Any, names: dict[tuple[int, int], str], fields: dict[str, Field], delta: Delta
) -> None:
    label = _name_of(annot, names)
    if label is None or fields[label].kind != "/Sig":
        delta.forbidden.append(f"page {number}: a new annotation that is no signature")
        return
    widget = deref(annot)
    if deref(fields[label].value_ref) is None and _shows(widget):
        delta.forbidden.append(f"page {number}: an unsigned field {label} that shows something")


def _shows(widget: Any) -> bool:
    rect = get(widget, "/Rect")
    try:
        x1, y1, x2, y2 = (float(v) for v in rect)
    except (TypeError, ValueError):
        return True
    return bool(x1 != x2 and y1 != y2 and get(widget, "/AP") is not None)
