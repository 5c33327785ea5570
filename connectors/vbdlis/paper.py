"""The paper that the simulated land office issues, signed as a real one must be. The one place here that knows `signing`."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec
import typst

from connectors.vbdlis.mapping import VN
from signing import Level, Look, Role, seal_pdf
from signing.test_pki import Pki

TEMPLATE = """
#let d = json(bytes(sys.inputs.data))
#set document(title: d.title, author: d.agency)
#set page(paper: "a4", margin: (top: 20mm, bottom: 20mm, left: 30mm, right: 20mm))
#set text(lang: "vi", size: 13pt)
#grid(
  columns: (1fr, 1.7fr), align: center,
  [#text(weight: "bold", size: 12pt)[#upper(d.agency)] \\ #text(size: 12pt)[Số: #d.number]],
  [#text(weight: "bold", size: 11.5pt)[CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM] \\ #text(weight: "bold")[Độc lập - Tự do - Hạnh phúc] \\
   #text(style: "italic")[#d.date]],
)
#v(1.5em)
#align(center, text(weight: "bold", size: 14pt)[#upper(d.title)])
#v(1em)
#for line in d.lines [ #par(first-line-indent: 1.27cm, justify: true)[#line] ]
#v(1.5em)
#grid(
  columns: (1fr, 1fr),
  [],
  align(center)[#text(weight: "bold")[#upper(d.post)] #v(5em) #text(weight: "bold")[#d.signer]],
)
#v(1fr)
#text(size: 9pt, style: "italic")[Bản mô phỏng để thử nghiệm, không có giá trị pháp lý.]
"""


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on it."""

    title: str
    number: str
    lines: tuple[str, ...]


class LandOffice:
    """Issues papers under the demonstration PKI's "leader" and "agency", which the hub trusts beside simulators."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self._folder = folder
        self._now = now
        self._lock = asyncio.Lock()
        self._pki: Pki | None = None

    async def issue(self, paper: Paper, *, signed: bool = True) -> bytes:
        """The PDF with both signatures, time-stamped; the leader's first, the agency's over it."""
        pki = await self._open()
        leader = pki.certificate("leader")
        at = self._now()
        data = {
            "agency": leader.organisation or "",
            "post": "Phó Giám đốc",
            "signer": leader.subject_text,
            "date": f"An Giang, {at.astimezone(VN):ngày %d tháng %m năm %Y}",
            "title": paper.title,
            "number": paper.number,
            "lines": paper.lines,
        }
        pdf = await asyncio.to_thread(_set, msgspec.json.encode(data).decode())
        if not signed:
            return pdf
        for key, role in (("leader", Role.LEADER), ("agency", Role.AGENCY)):
            look = Look.invisible(role=role, reason=paper.title)
            pdf = await seal_pdf(pdf, pki.key(key), look, tsa=pki.tsa(self._now), level=Level.B_T, at=at)
        return pdf

    async def _open(self) -> Pki:
        async with self._lock:
            if self._pki is None:  # making the keys takes seconds, the first time
                self._pki = await asyncio.to_thread(Pki.load_or_create, self._folder, self._now())
            return self._pki


def tampered(pdf: bytes) -> bytes:
    """One byte changed inside what is signed, as after a careless hand."""
    spot = pdf.index(b"/Type") + 1
    return pdf[:spot] + b"t" + pdf[spot + 1 :]


def _set(data: str) -> bytes:
    return bytes(typst.compile(TEMPLATE.encode(), sys_inputs={"data": data}, ignore_system_fonts=True))
