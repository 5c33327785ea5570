"""`hub verify`: check files from the command line, with the same code as everywhere."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.progress import Progress

from signing.errors import TrustError
from signing.model import Indication, Kind, Policy
from signing.report import Report
from signing.sentences import moment
from signing.trust import TrustList, TrustStore
from signing.trust_folder import load_anchor, open_store
from signing.verifier import verify

KINDS = {".p7m": Kind.CMS, ".p7s": Kind.CMS, ".p7b": Kind.CMS, ".pkcs7": Kind.CMS, ".cms": Kind.CMS}
TONES = {
    Indication.TOTAL_PASSED: "green",
    Indication.INDETERMINATE: "yellow",
    Indication.TOTAL_FAILED: "red",
    Indication.NO_SIGNATURE: "yellow",
}
USAGE = 2


class Moment(click.ParamType[datetime]):
    name = "TIME"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            found = datetime.fromisoformat(str(value).strip())
        except ValueError:
            self.fail(f"không hiểu thời điểm «{value}»; hãy viết 2026-11-23 hoặc 2026-11-23T08:00:00+07:00", param, ctx)
        return found if found.tzinfo else found.replace(tzinfo=UTC)


@click.command("verify")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option(
    "--json", "as_json", is_flag=True, help="Mỗi tệp một đối tượng JSON trên một dòng / one JSON object a line."
)
@click.option("--xml", "as_xml", is_flag=True, help="Báo cáo ETSI TS 119 102-2 / ETSI validation report.")
@click.option("--report", "report_path", type=click.Path(path_type=Path), metavar="OUT.pdf", help="Báo cáo PDF.")
@click.option("--trust", "lists", multiple=True, metavar="NAME", help="Danh sách tin cậy (nhiều lần được).")
@click.option(
    "--anchor",
    "anchors",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="CERT.pem",
    help="Chứng thư gốc tin cậy thêm (nhiều lần được).",
)
@click.option(
    "--detached",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="CONTENT",
    help="Nội dung đã ký, khi chữ ký nằm ở tệp riêng.",
)
@click.option("--password", metavar="P", help="Mật khẩu mở tệp PDF.")
@click.option("--at", type=Moment(), metavar="TIME", help="Xét tại thời điểm này thay vì bây giờ.")
@click.option("--offline", is_flag=True, help="Không dùng mạng (luôn đúng: không địa chỉ nào trong chứng thư được mở).")
@click.option("--own", is_flag=True, help="Theo chính sách cho kết quả do chính ta phát hành.")
@click.option(
    "--trust-dir",
    envvar="TRUST_DIR",
    type=click.Path(path_type=Path),
    default=None,
    help="Thư mục các danh sách tin cậy [TRUST_DIR].",
)
@click.pass_context
def verify_command(  # noqa: PLR0917  one parameter an option
    ctx: click.Context,
    files: tuple[Path, ...],
    as_json: bool,
    as_xml: bool,
    report_path: Path | None,
    lists: tuple[str, ...],
    anchors: tuple[Path, ...],
    detached: Path | None,
    password: str | None,
    at: datetime | None,
    offline: bool,
    own: bool,
    trust_dir: Path | None,
) -> None:
    """Kiểm tra chữ ký số của các tệp PDF, XML, CMS, JWS. Mã thoát 0 chỉ khi mọi tệp đều hợp lệ.

    Verify digital signatures; exit status 0 only if every file is valid, 1 if one is not, 2 for a wrong call.
    """
    if as_json and as_xml:
        raise click.UsageError("Chọn một trong --json và --xml / choose --json or --xml")
    if detached is not None and len(files) > 1:
        raise click.UsageError("--detached đi với đúng một tệp chữ ký / goes with one signature file")
    try:
        trust = opened_store(lists, anchors, trust_dir or default_folder(), at or datetime.now(UTC))
    except TrustError as error:
        raise click.UsageError(str(error)) from error
    content = detached.read_bytes() if detached else None
    policy = Policy.OWN if own else Policy.INCOMING
    console = Console()
    found: list[tuple[str, Report]] = []
    unreadable = False
    with Progress(console=Console(stderr=True), transient=True, disable=len(files) < 5) as progress:
        task = progress.add_task("Đang kiểm tra / verifying", total=len(files))
        for path in files:
            try:
                data = path.read_bytes()
            except OSError as error:
                unreadable = True
                _say_unreadable(path, error, as_json)
                continue
            report = verify(
                data, trust=trust, at=at, kind=_kind(path, data), detached=content, password=password, policy=policy
            )
            found.append((str(path), report))
            _say(console, path, report, as_json, as_xml)
            progress.advance(task)
    if report_path is not None:
        _write_pdf(found, report_path)
    if unreadable:
        ctx.exit(USAGE)
    ctx.exit(0 if all(r.passed for _, r in found) else 1)


def _kind(path: Path, data: bytes) -> Kind | None:
    """The name counts only where the content does not tell."""
    from signing.verifier import sniff

    return None if sniff(data) is not Kind.UNKNOWN else KINDS.get(path.suffix.lower())


def default_folder() -> Path:
    return Path(os.environ.get("DATA_DIR", "var")) / "trust"


def opened_store(lists: Sequence[str], anchors: Sequence[Path], folder: Path, at: datetime) -> TrustStore:
    """The named lists, or all that lie in the folder; anchors of the call make a list of their own."""
    names = list(lists) or (sorted(p.parent.name for p in folder.glob("*/list.toml")) if not anchors else [])
    store = open_store(folder, names, at) if names else TrustStore()
    if not anchors:
        return store
    read = [load_anchor(path.read_bytes()) for path in anchors]
    given = TrustList(name="--anchor", version="1", anchors=tuple(c.der for c, _ in read if c is not None))
    keys = [k for _, k in read if k is not None]
    return store.with_list(given, keys)


def _say_unreadable(path: Path, error: OSError, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.encode({"file": str(path), "error": error.strerror or str(error)}).decode())
    click.echo(f"{path}: {error.strerror}", err=True)


def _say(console: Console, path: Path, report: Report, as_json: bool, as_xml: bool) -> None:
    if as_json:
        click.echo(json_line(str(path), report).decode())
    elif as_xml:
        from signing.report_xml import etsi_xml

        click.echo(etsi_xml(report).decode())
    else:
        _human(console, path, report)


def json_line(name: str, report: Report) -> bytes:
    """The report with the file's name first, as one line."""
    return msgspec.json.encode({"file": name, **msgspec.to_builtins(report)})


def _human(console: Console, path: Path, report: Report) -> None:
    tone = TONES[report.indication]
    sub = f" / {report.sub_indication}" if report.sub_indication else ""
    console.print(f"[bold {tone}]{report.indication}{sub}[/]  {path}", highlight=False)
    console.print(f"  {report.sentence_vi}", highlight=False, markup=False)
    console.print(f"  {report.sentence_en}", style="dim", highlight=False, markup=False)
    for s in report.signatures:
        mark = {"TOTAL-PASSED": "✓", "TOTAL-FAILED": "✗"}.get(s.indication, "?")
        when = moment(s.best_time) if s.best_time else ""
        line = f"  {mark} {s.name} · {s.role} · {s.signer or 'không rõ'} · {s.level} · {when}"
        console.print(line, highlight=False, markup=False)
        if s.indication is not Indication.TOTAL_PASSED:
            console.print(f"      {s.sentence_vi}", highlight=False, markup=False)


def _write_pdf(found: list[tuple[str, Report]], path: Path) -> None:
    from signing.report_pdf import report_pdf

    if found:
        path.write_bytes(report_pdf([(Path(name).name, report) for name, report in found]))


__all__ = ["json_line", "verify_command"]

if __name__ == "__main__":
    verify_command()
