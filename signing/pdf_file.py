"""A PDF opened for verification: its signature fields, their bytes and its revisions."""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Callable
from functools import cached_property
from io import BytesIO
from typing import Any

import msgspec
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils import misc as pdf_misc
from pyhanko.pdf_utils.crypt.api import AuthStatus
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader

from signing import crypto, pdf_tokens, pdf_xref
from signing.pdf_tokens import BLANKS
from signing.pdf_tree import deref, fields_of, get

STARTXREF = re.compile(rb"startxref[\x00\t\n\x0c\r ]+(\d+)[\x00\t\n\x0c\r ]*%%EOF")


pdf_tokens.install()
pdf_xref.install()

INFORMATION = frozenset(
    ["/Title", "/Author", "/Subject", "/Keywords", "/Creator", "/Producer", "/CreationDate", "/ModDate", "/Trapped"]
)


class Encrypted(Exception):
    """The file wants a password that was not given, or not the right one."""


class Coverage(msgspec.Struct, frozen=True):
    """What a signature's byte range covers. `end` is the offset after the last covered byte."""

    kind: str
    end: int = 0
    problem: str = ""


class SigField(msgspec.Struct, kw_only=True):
    """A signature field that holds something."""

    name: str
    dictionary: Any
    contents: bytes | None
    subfilter: str
    byte_range: tuple[int, ...]
    revision: int
    problem: str = ""
    gap_ok: bool = False


class Digests:
    """SHA-256 of the file and of its signed ranges, sharing what they have in common: the long prefix."""

    def __init__(self, data: bytes) -> None:
        self._view = memoryview(data)
        self._states: dict[int, Any] = {0: hashlib.sha256()}

    def _prefix(self, end: int) -> Any:
        start = max(offset for offset in self._states if offset <= end)
        state = self._states[start].copy()
        state.update(self._view[start:end])
        if len(self._states) < 64:
            self._states[end] = state
        return state.copy()

    def ranges(self, name: str, first: int, second: int, end: int) -> bytes:
        """Digest of [0, first) and [second, end)."""
        if name != "sha256":
            return crypto.digest(name, self._view[:first], self._view[second:end])
        state = self._prefix(first)
        state.update(self._view[second:end])
        digest: bytes = state.digest()
        return digest

    def whole(self) -> str:
        digest: str = self._prefix(len(self._view)).hexdigest()
        return digest


class PdfFile:
    def __init__(self, data: bytes, password: str | None = None, digests: Digests | None = None) -> None:
        self.data = data
        self.digests = digests or Digests(data)
        self.reader = PdfFileReader(BytesIO(data), strict=False)
        if self.reader.encrypted:
            self._decrypt(password)
        self.last = self.reader.xrefs.total_revisions - 1
        self._resolvers: dict[int, HistoricalResolver] = {}

    def _decrypt(self, password: str | None) -> None:
        for candidate in ([password] if password is not None else []) + [""]:
            try:
                if self.reader.decrypt(candidate).status is not AuthStatus.FAILED:
                    return
            except (pdf_misc.PdfError, ValueError):
                continue
        raise Encrypted

    def at(self, revision: int) -> HistoricalResolver:
        if revision not in self._resolvers:
            self._resolvers[revision] = self.reader.get_historical_resolver(revision)
        return self._resolvers[revision]

    @cached_property
    def root(self) -> Any:
        """The catalogue of the newest revision, read without a view of its own."""
        return self.reader.root

    def redefined(self, before: int, after: int) -> set[tuple[int, int]]:
        """Objects of revision `before` that a revision up to `after` wrote again or freed."""
        xrefs = self.reader.xrefs
        found: set[tuple[int, int]] = set()
        for revision in range(before + 1, after + 1):
            for ref in (*xrefs.explicit_refs_in_revision(revision), *xrefs.refs_freed_in_revision(revision)):
                try:
                    known = xrefs.get_introducing_revision(ref) <= before
                except KeyError:
                    known = True
                if known:
                    found.add((ref.idnum, ref.generation))
        return found

    def only_the_catalogue_changed(self, before: int, after: int) -> bool:
        """All else that was signed is untouched, so only the catalogue's own entries can differ."""
        if self.reader.encrypted:
            return False
        root = self.reader.root_ref
        old = self.reader.trailer.raw_get("/Root", revision=before)
        same_root = (old.idnum, old.generation) == (root.idnum, root.generation)
        others = self.redefined(before, after) - {(root.idnum, root.generation)}
        return same_root and all(self._is_information(other, before, after) for other in others)

    def object_at(self, key: tuple[int, int], revision: int) -> Any:
        """An object as a revision holds it, without a view of its own; references in it lead to the newest."""
        ref = generic.Reference(*key, self.reader)
        newest = revision == self.last  # which the reader remembers
        return self.reader.get_object(ref, None if newest else revision)  # type: ignore[no-untyped-call]

    def catalogues(self, before: int, after: int) -> tuple[Any, Any]:
        root = self.reader.root_ref
        key = (root.idnum, root.generation)
        return self.object_at(key, before), self.object_at(key, after)

    def _is_information(self, key: tuple[int, int], before: int, after: int) -> bool:
        """A document information dictionary, then and now: it holds nothing that could be drawn or run."""
        for revision in (before, after):
            held = self.object_at(key, revision)
            if isinstance(held, generic.StreamObject) or not isinstance(held, generic.DictionaryObject):
                return False
            simple = (generic.TextStringObject, generic.ByteStringObject, generic.NameObject)
            if not set(held.keys()) <= INFORMATION or not all(isinstance(held.raw_get(k), simple) for k in held):
                return False
        return True

    def tail_problem(self) -> str:
        """The last `startxref N %%EOF` must be the one in use, and nothing but blanks may follow it."""
        tail_from = self.data.rfind(b"startxref")
        if tail_from < 0:
            return "no startxref"
        match = STARTXREF.match(self.data, tail_from)
        if match is None:
            return "the file does not end with startxref and %%EOF"
        if self.data[match.end() :].strip(BLANKS):
            return "bytes after the last %%EOF"
        if int(match.group(1)) != self.reader.xrefs.get_startxref_for_revision(self.last):
            return "the last startxref is not the one in use"
        return ""

    def signature_fields(self) -> tuple[list[SigField], list[str]]:
        """Filled signature fields in the order of their revisions, and the names of the empty ones."""
        filled: list[SigField] = []
        empty: list[str] = []
        for name, field in fields_of(self.root).items():
            if field.kind != "/Sig":
                continue
            value = deref(field.value_ref)
            if value is None:
                empty.append(name)
                continue
            read = self._read(name, field.value_ref, field.raw, value)
            if self._reserved(read):
                empty.append(name)
            else:
                filled.append(read)
        return sorted(filled, key=lambda f: (f.revision, f.byte_range[-2:] or (0,))), empty

    def _read(self, name: str, ref: Any, field_ref: Any, value: Any) -> SigField:
        holder = ref if isinstance(ref, generic.IndirectObject) else field_ref
        revision = self.last
        if isinstance(holder, generic.IndirectObject):
            revision = self.reader.xrefs.get_last_change(
                generic.Reference(holder.idnum, holder.generation, self.reader)
            )
        found = SigField(name=name, dictionary=value, contents=None, subfilter="", byte_range=(), revision=revision)
        if not isinstance(value, generic.DictionaryObject):
            found.problem = "/V is no dictionary"
            return found
        found.subfilter = str(get(value, "/SubFilter", ""))
        numbers = get(value, "/ByteRange")
        try:
            found.byte_range = tuple(int(deref(numbers.raw_get(i))) for i in range(len(numbers)))
        except (TypeError, ValueError, AttributeError):
            found.problem = "no usable /ByteRange"
        try:
            contents = value.raw_get("/Contents", decrypt=generic.EncryptedObjAccess.RAW)
            found.contents = contents.original_bytes or None
        except (KeyError, AttributeError):
            found.contents = None
        if not found.contents and not found.problem:
            found.problem = "no usable /Contents"
        return found

    def _reserved(self, field: SigField) -> bool:
        """Space kept for a signature that was never made: a whole gap of zeros."""
        zeros = field.contents is not None and len(field.contents) >= 256 and not field.contents.strip(b"\x00")
        return zeros and self.coverage(field).kind in ("entire-file", "entire-revision")

    def coverage(self, field: SigField) -> Coverage:
        """Which bytes are signed: from the start, one gap that is exactly the signature, to the end of a revision."""
        if len(field.byte_range) != 4:
            return Coverage("unclear", 0, "a byte range that is not two ranges")
        first, length, second, rest = field.byte_range
        end = second + rest
        if first != 0 or length <= 0 or rest <= 0 or second <= length or end > len(self.data):
            return Coverage("unclear", 0, "byte ranges that do not start at 0, overlap or leave the file")
        gap = self.data[length:second]
        if gap[:1] != b"<" or gap[-1:] != b">":
            return Coverage("unclear", end, "the gap between the ranges is not the signature")
        try:
            held = binascii.unhexlify(gap[1:-1].translate(None, BLANKS))
        except binascii.Error:
            return Coverage("unclear", end, "the gap between the ranges is not the signature")
        if held != field.contents:
            return Coverage("unclear", end, "the gap between the ranges holds another signature")
        return self._revision_coverage(field, end)

    def _revision_coverage(self, field: SigField, end: int) -> Coverage:
        xrefs = self.reader.xrefs
        for revision in range(field.revision + 1):
            if xrefs.get_xref_container_info(revision).end_location > end:
                return Coverage("partial", end, "the signed range does not cover its own revision")
        if field.revision == self.last and not self.data[end:].strip(BLANKS):
            return Coverage("entire-file", end)
        at = self.data.rfind(b"startxref", 0, end)
        match = STARTXREF.match(self.data, at) if at >= 0 else None
        if match is None or match.start() > end or self.data[match.end() : end].strip(BLANKS):
            return Coverage("partial", end, "the signed range does not end at the end of a revision")
        if int(match.group(1)) != xrefs.get_startxref_for_revision(field.revision):
            return Coverage("partial", end, "the signed range ends in another revision")
        return Coverage("entire-revision", end)

    def signed_digest(self, field: SigField) -> Callable[[str], bytes]:
        """The digests of what the field's byte range names."""
        first, length, second, rest = field.byte_range
        if first == 0 and 0 <= length <= second and rest >= 0:
            return lambda name: self.digests.ranges(name, length, second, second + rest)
        view = memoryview(self.data)
        return lambda name: crypto.digest(name, view[first : first + length], view[second : second + rest])

    @cached_property
    def dss(self) -> tuple[list[Any], list[Any], list[Any]]:
        """Streams of the document security store: certificates, CRLs, OCSP responses."""
        store = get(self.root, "/DSS")
        if not isinstance(store, generic.DictionaryObject):
            return [], [], []
        out: list[list[Any]] = []
        for key in ("/Certs", "/CRLs", "/OCSPs"):
            items = get(store, key)
            refs = [items.raw_get(i) for i in range(len(items))] if isinstance(items, generic.ArrayObject) else []
            out.append(refs[:2000])
        return out[0], out[1], out[2]

    def introduced_in(self, ref: Any) -> int:
        if isinstance(ref, generic.IndirectObject):
            holder = generic.Reference(ref.idnum, ref.generation, self.reader)
            return int(self.reader.xrefs.get_last_change(holder))
        return int(self.last)
