"""One PDF signature on its way through the checks, and what its dictionary says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from pyhanko.pdf_utils import generic

from signing.certs import utc
from signing.cms import SignedCms, SignerResult
from signing.judge import TokenVerdict
from signing.pdf_file import Coverage, SigField
from signing.pdf_tree import deref, get
from signing.report import SignatureReport
from signing.timestamp import Token

TIMESTAMP_FILTER = "/ETSI.RFC3161"


class Entry(msgspec.Struct, kw_only=True):
    """One signature on its way through the checks."""

    field: SigField
    coverage: Coverage
    cms: SignedCms | None = None
    result: SignerResult | None = None
    token: Token | None = None
    token_verdict: TokenVerdict | None = None
    report: SignatureReport | None = None

    @property
    def is_timestamp(self) -> bool:
        return self.field.subfilter == TIMESTAMP_FILTER

    @property
    def who(self) -> str:
        result = self.token.result if self.token else self.result
        return result.signer.subject_text if result and result.signer else "không rõ"


def docmdp(dictionary: Any) -> int | None:
    references = get(dictionary, "/Reference") if isinstance(dictionary, generic.DictionaryObject) else None
    if not isinstance(references, generic.ArrayObject):
        return None
    for i in range(len(references)):
        reference = deref(references.raw_get(i))
        if not isinstance(reference, generic.DictionaryObject) or get(reference, "/TransformMethod") != "/DocMDP":
            continue
        params = get(reference, "/TransformParams")
        try:
            return int(get(params, "/P", 2))
        except (TypeError, ValueError, AttributeError):
            return 1
    return None


def text(dictionary: Any, key: str) -> str | None:
    value = get(dictionary, key) if isinstance(dictionary, generic.DictionaryObject) else None
    return str(value) if isinstance(value, generic.TextStringObject) else None


def pdf_date(dictionary: Any) -> datetime | None:
    value = get(dictionary, "/M")
    try:
        return utc(generic.parse_pdf_date(value, strict=False)) if value is not None else None
    except Exception:  # a date is only a claim: an unreadable one is none
        return None


def locks(dictionary: Any, name: str) -> bool:
    references = get(dictionary, "/Reference") if isinstance(dictionary, generic.DictionaryObject) else None
    if not isinstance(references, generic.ArrayObject):
        return False
    for i in range(len(references)):
        reference = deref(references.raw_get(i))
        if not isinstance(reference, generic.DictionaryObject) or get(reference, "/TransformMethod") != "/FieldMDP":
            continue
        params = get(reference, "/TransformParams")
        if not isinstance(params, generic.DictionaryObject):
            return True
        listed = get(params, "/Fields")
        names = [str(deref(n)) for n in listed] if isinstance(listed, generic.ArrayObject) else []
        inside = any(name == n or name.startswith(n + ".") for n in names)
        action = get(params, "/Action", "/All")
        if action == "/All" or (action == "/Include" and inside) or (action == "/Exclude" and not inside):
            return True
    return False
