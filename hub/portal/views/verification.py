"""Whether a paper is real: a sentence, people, then the report."""

from typing import Literal

import msgspec

from hub.portal.views.common import FactRow, Link

Verdict = Literal["valid", "doubtful", "invalid"]


class VerdictBand(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict as a sentence in a coloured band."""

    tone: Verdict
    sentence: str
    detail: str = ""


class Signer(msgspec.Struct, frozen=True, kw_only=True):
    """A person or an agency that signed."""

    kind: Literal["person", "agency"]
    name: str
    role: str
    when: str
    finding: str = ""


class ReportPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the technical report."""

    title: str
    rows: tuple[FactRow, ...]


class VerificationPage(msgspec.Struct, frozen=True, kw_only=True):
    """What anyone sees who scans the QR code; `facts` hold nothing that the paper does not show."""

    verdict: VerdictBand
    title: str
    facts: tuple[FactRow, ...]
    signers: tuple[Signer, ...] = ()
    report: tuple[ReportPart, ...] = ()
    raw: str = ""
    download: str = ""
    downloads: tuple[Link, ...] = ()
    checked: str = ""
    poll: str = ""
