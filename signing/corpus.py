"""The table of file classes: expected and got, over a folder of labelled samples.

    python -m signing.corpus SAMPLES            prints the table (SAMPLES holds manifest.tsv)
    python -m signing.corpus SAMPLES --write    also writes it into signing/README.md

Each file is verified twice: without trust, where PASS files must be intact, and with every certificate that the
file embeds as an anchor of its own and no revocation asked, where no hostile file may pass.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path as FilePath
from typing import TextIO

import msgspec

from signing.certs import Cert
from signing.judge import Judge
from signing.model import Indication, Kind, LaterChanges, Policy, SubIndication
from signing.policy import Rules
from signing.report import Report
from signing.trust import Path, PathSearch, TrustList, TrustStore
from signing.trust_folder import load_anchor
from signing.verifier import examine, verify

README = FilePath(__file__).with_name("README.md")
BEGIN, END = "<!-- corpus -->", "<!-- /corpus -->"
MEANING = {
    "PASS_CRYPTO": "mọi chữ ký nguyên vẹn / every signature intact",
    "PASS_TRUSTED": "hợp lệ với gốc đã cho / valid with the given anchor",
    "MOD_ALLOWED": "chỉ thêm chữ ký / only signatures were added",
    "MOD_FORBIDDEN": "bị sửa sau khi ký / changed after signing",
    "FAIL": "giả mạo hoặc hỏng / forged or broken",
    "NOT_PASS": "không đủ căn cứ / not provable",
    "XSW": "tráo phần tử XML / wrapped XML",
    "TST_BROKEN": "dấu thời gian hỏng không chứng minh gì / a broken time-stamp proves nothing",
    "NO_SIG": "không có chữ ký / not signed",
    "ROBUST": "tệp phá phách, phải có câu trả lời / hostile, must get an answer",
}


class Case(msgspec.Struct, frozen=True):
    path: FilePath
    kind: str
    expect: str
    anchor: FilePath | None
    at: datetime | None
    password: str | None
    because_of_trust: bool


class Result(msgspec.Struct, frozen=True):
    case: Case
    report: Report
    trusting: Report
    ok: bool


def cases(folder: FilePath) -> Iterator[Case]:
    with (folder / "manifest.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["expect"] in MEANING:
                anchor = folder / row["anchor"] if row["anchor"] else None
                at = datetime.fromisoformat(row["vtime"]).replace(tzinfo=UTC) if row["vtime"] else None
                yield Case(
                    folder / row["path"],
                    row["kind"],
                    row["expect"],
                    anchor,
                    at,
                    row["password"] or None,
                    "NO_CERTIFICATE_CHAIN" in row["why"],
                )


class Believed(Path, frozen=True):
    """A path of one certificate, valid for ever."""

    @property
    def window(self) -> tuple[datetime, datetime]:
        return datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class BelievingStore(TrustStore):
    """Trusts whatever certificate it meets: what is still refused is refused for what was done to the file."""

    def find_path(self, cert: Cert, extra: Iterable[Cert] = ()) -> PathSearch:
        return PathSearch(Believed((cert,), "believed"))


LENIENT = Rules(id="urn:mot-cua:signature-policy:believing", need_revocation=False, check_algorithms=False)


def run(case: Case) -> Result:
    data = case.path.read_bytes()
    kind = Kind(case.kind) if case.kind in set(Kind) else None
    given = _given(case)
    report = verify(data, trust=given, at=case.at, kind=kind, password=case.password)
    believing = Judge(BelievingStore(keys=given.keys), LENIENT, case.at or datetime.now(UTC))
    trusting = examine(data, believing, Policy.INCOMING, kind=kind, password=case.password)
    return Result(case, report, trusting, judge(case, report, trusting))


def _given(case: Case) -> TrustStore:
    if case.anchor is None:
        return TrustStore()
    cert, key = load_anchor(case.anchor.read_bytes())
    anchors = TrustList(name="given", version="1", anchors=(cert.der,) if cert else ())
    return TrustStore([anchors], keys=[key] if key else [])


def judge(case: Case, report: Report, trusting: Report) -> bool:
    """Whether the verdicts are those of the label."""
    intact = bool(report.signatures) and all(s.intact for s in report.signatures)
    refused = not report.passed and not trusting.passed
    match case.expect:
        case "PASS_CRYPTO":
            return intact or report.sub_indication is SubIndication.SIGNED_DATA_NOT_FOUND
        case "PASS_TRUSTED":
            return report.passed
        case "MOD_ALLOWED":
            return intact and report.later_changes is LaterChanges.ALLOWED
        case "TST_BROKEN":
            broken = [t for s in trusting.signatures for t in s.timestamps if not t.intact]
            return bool(broken) or not trusting.passed or _archive_only(trusting)
        case "NO_SIG":
            return report.indication is Indication.NO_SIGNATURE
        case "ROBUST":
            return not report.passed
        case "NOT_PASS" if report.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND:
            return case.because_of_trust or refused
        case _:
            return refused


def _archive_only(report: Report) -> bool:
    """Archive time-stamps of CAdES and XAdES are not evaluated: they prove nothing by themselves."""
    return not any(s.best_time != report.at and not s.timestamps for s in report.signatures)


def table(results: list[Result]) -> str:
    """Markdown: class, what it must be, files, as expected, what was answered."""
    lines = ["| loại / class | phải là / must be | tệp | đúng | trả lời / answered |", "|---|---|--:|--:|---|"]
    for expect, meaning in MEANING.items():
        mine = [r for r in results if r.case.expect == expect]
        if not mine:
            continue
        got = Counter(_answer(r.report) for r in mine)
        answers = ", ".join(f"{n}× {a}" for a, n in got.most_common())
        lines.append(f"| {expect} | {meaning} | {len(mine)} | {sum(r.ok for r in mine)} | {answers} |")
    good = sum(r.ok for r in results)
    lines.append(f"| **tổng** | | **{len(results)}** | **{good}** | |")
    return "\n".join(lines)


def _answer(report: Report) -> str:
    return f"{report.indication}/{report.sub_indication}" if report.sub_indication else str(report.indication)


def _say(text: str, stream: TextIO = sys.stdout) -> None:
    stream.write(text + "\n")


def main(arguments: list[str]) -> int:
    if not arguments or not (FilePath(arguments[0]) / "manifest.tsv").is_file():
        _say("usage: python -m signing.corpus SAMPLES [--write]   (SAMPLES holds manifest.tsv)", sys.stderr)
        return 2
    results = [run(case) for case in cases(FilePath(arguments[0]))]
    text = table(results)
    _say(text)
    for result in results:
        if not result.ok:
            _say(f"! {result.case.path}: {result.case.expect} → {_answer(result.report)}", sys.stderr)
    if "--write" in arguments:
        _write(text)
    return 0 if all(r.ok for r in results) else 1


def _write(text: str) -> None:
    old = README.read_text("utf-8")
    before, rest = old.split(BEGIN, 1)
    _, after = rest.split(END, 1)
    README.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
