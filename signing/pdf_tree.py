"""Walking a PDF's objects: references, pages with what they inherit, form fields."""

from __future__ import annotations

from typing import Any

import msgspec
from pyhanko.pdf_utils import generic

MAX_PAGES = 20_000


INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")


class TooComplex(Exception):
    """More objects than a comparison may look at."""


class Field(msgspec.Struct, kw_only=True):
    """A terminal form field, its inherited type and value."""

    name: str
    kind: str
    raw: Any
    value_ref: Any
    widgets: list[Any]


def deref(obj: Any) -> Any:
    seen = 0
    while isinstance(obj, generic.IndirectObject):
        obj = obj.get_object()  # type: ignore[no-untyped-call]
        seen += 1
        if seen > 32:
            raise TooComplex("reference chain")
    if isinstance(obj, generic.DecryptedObjectProxy):
        obj = obj.decrypted
    return obj


def get(container: Any, key: Any, default: Any = None) -> Any:
    """The dereferenced entry, or the default."""
    return deref(raw(container, key, default))


def raw(container: Any, key: Any, default: Any = None) -> Any:
    try:
        return container.raw_get(key)
    except (KeyError, IndexError):
        return default


def pages_of(root: Any) -> list[tuple[Any, dict[str, Any]]]:
    """Pages in order with their inherited attributes."""
    found: list[tuple[Any, dict[str, Any]]] = []
    seen: set[tuple[int, int]] = set()
    stack: list[tuple[Any, dict[str, Any]]] = [(raw(root, "/Pages"), {})]
    while stack:
        node_raw, inherited = stack.pop()
        if isinstance(node_raw, generic.IndirectObject):
            key = (node_raw.idnum, node_raw.generation)
            if key in seen:
                raise TooComplex("a page occurs twice in the page tree")
            seen.add(key)
        node = deref(node_raw)
        if not isinstance(node, generic.DictionaryObject):
            continue
        here = dict(inherited)
        for k in INHERITED:
            value = raw(node, k)
            if value is not None:
                here[k] = value
        kids = get(node, "/Kids")
        if isinstance(kids, generic.ArrayObject):
            stack.extend((kids.raw_get(i), here) for i in reversed(range(len(kids))))
        else:
            found.append((node, here))
        if len(found) > MAX_PAGES:
            raise TooComplex("too many pages")
    return found


def fields_of(root: Any) -> dict[str, Field]:
    """Terminal fields by full name."""
    found: dict[str, Field] = {}
    form = get(root, "/AcroForm")
    if not isinstance(form, generic.DictionaryObject):
        return found
    top = get(form, "/Fields")
    if not isinstance(top, generic.ArrayObject):
        return found
    stack: list[tuple[Any, str, str, Any, int]] = [(top.raw_get(i), "", "", None, 0) for i in reversed(range(len(top)))]
    seen: set[tuple[int, int]] = set()
    while stack:
        ref, prefix, kind, value, depth = stack.pop()
        if isinstance(ref, generic.IndirectObject):
            key = (ref.idnum, ref.generation)
            if key in seen:
                continue
            seen.add(key)
        node = deref(ref)
        if not isinstance(node, generic.DictionaryObject) or depth > 32:
            continue
        partial = get(node, "/T")
        name = prefix if partial is None else f"{prefix}.{partial}" if prefix else str(partial)
        kind = str(get(node, "/FT", kind))
        value = raw(node, "/V", value)
        kids = get(node, "/Kids")
        children = [kids.raw_get(i) for i in range(len(kids))] if isinstance(kids, generic.ArrayObject) else []
        named = [k for k in children if isinstance(deref(k), generic.DictionaryObject) and "/T" in deref(k)]
        if named:
            stack.extend((k, name, kind, value, depth + 1) for k in reversed(named))
            continue
        label = name
        while label in found:
            label += "'"
        found[label] = Field(name=name, kind=kind, raw=ref, value_ref=value, widgets=children or [ref])
    return found
