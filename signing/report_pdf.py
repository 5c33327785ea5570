"""The report as a page to print: the fields that Circular 15/2025/TT-BKHCN asks for, Vietnamese first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec
import typst

from signing.model import Indication, LaterChanges, Role
from signing.report import Report, SignatureReport
from signing.sentences import moment

TEMPLATE = Path(__file__).with_name("report.typ")
VERDICTS = {
    Indication.TOTAL_PASSED: ("HỢP LỆ", "valid", "ok"),
    Indication.INDETERMINATE: ("CHƯA XÁC ĐỊNH", "indeterminate", "warn"),
    Indication.TOTAL_FAILED: ("KHÔNG HỢP LỆ", "not valid", "bad"),
    Indication.NO_SIGNATURE: ("KHÔNG CÓ CHỮ KÝ SỐ", "no signature", "warn"),
}
CHANGES = {
    LaterChanges.NONE: "Không có thay đổi nào sau chữ ký cuối",
    LaterChanges.ALLOWED: "Chỉ bổ sung chữ ký, con dấu, dấu thời gian hoặc dữ liệu dài hạn",
    LaterChanges.FORBIDDEN: "Có thay đổi không được phép sau khi ký",
}
ROLES = {
    Role.SIGNER: "Người ký",
    Role.LEADER: "Người có thẩm quyền",
    Role.AGENCY: "Cơ quan, tổ chức",
    Role.TIMESTAMP: "Dấu thời gian",
    Role.COUNTER: "Chữ ký xác nhận",
}


def report_pdf(reports: Sequence[tuple[str, Report]], *, fonts: Path | None = None) -> bytes:
    """One PDF for one or more files; `fonts` is a folder with Noto Serif or Be Vietnam Pro."""
    data = {"files": [_file(name, report) for name, report in reports]}
    paths = [str(fonts)] if fonts else []
    return typst.compile(
        str(TEMPLATE),
        font_paths=paths,
        sys_inputs={"report": msgspec.json.encode(data).decode()},
        pdf_standards=["a-2b"],
    )


def _file(name: str, report: Report) -> dict[str, object]:
    vi, en, tone = VERDICTS[report.indication]
    return {
        "name": name,
        "verdict": vi,
        "verdict_en": en,
        "tone": tone,
        "sentence": report.sentence_vi,
        "sentence_en": report.sentence_en,
        "sub": str(report.sub_indication or ""),
        "facts": [
            ["SHA-256 của tệp", f"{report.sha256[:32]} {report.sha256[32:]}"],
            ["Kích thước", f"{report.size:,} byte".replace(",", ".")],
            ["Thay đổi sau khi ký", CHANGES[report.later_changes]],
            ["Kiểm tra lúc", moment(report.at)],
            ["Danh sách tin cậy", report.trust],
            ["Chính sách", report.policy_id],
            ["Phần mềm", report.verifier],
            ["Ô ký còn trống", ", ".join(report.empty_fields) or "không có"],
        ],
        "signatures": [_signature(s) for s in report.signatures],
    }


def _span(start: datetime | None, end: datetime | None) -> str:
    return f"{moment(start)} – {moment(end)}" if start and end else "không rõ"


def _signature(signature: SignatureReport) -> dict[str, object]:
    vi, _, tone = VERDICTS[signature.indication]
    stamp = signature.timestamp
    revocation = "; ".join(
        f"{r.certificate}: {'còn hiệu lực' if r.status == 'good' else 'đã thu hồi'} "
        f"({r.source.upper()} {moment(r.this_update)})"
        for r in signature.revocation
    )
    facts = [
        ["Vai trò", ROLES[signature.role]],
        ["Người ký", signature.signer or "không rõ"],
        ["Cơ quan quản lý chứng thư", signature.organisation or "không ghi"],
        ["Tổ chức chứng thực", signature.issuer or "không rõ"],
        ["Số chứng thư", signature.serial or "không rõ"],
        ["Hiệu lực của chứng thư", _span(signature.valid_from, signature.valid_until)],
        ["Tính toàn vẹn", "nguyên vẹn" if signature.intact else "không bảo đảm"],
        ["Thời điểm ký (tự khai)", moment(signature.signing_time) if signature.signing_time else "không ghi"],
        ["Dấu thời gian", stamp.sentence_vi if stamp else "không có"],
        ["Thời điểm chứng minh được", moment(signature.best_time)],
        ["Thuật toán", signature.algorithm or "không rõ"],
        ["Mức", str(signature.level)],
        ["Phạm vi", signature.coverage or "không rõ"],
        ["Tình trạng thu hồi", revocation or "chưa kiểm tra được"],
        ["Đường dẫn tin cậy", " → ".join(link.subject for link in signature.chain) or "không lập được"],
    ]
    if signature.added_by_later_revisions:
        facts.append(["Bổ sung sau chữ ký này", "; ".join(signature.added_by_later_revisions)])
    if signature.forbidden_changes:
        facts.append(["Thay đổi không được phép", "; ".join(signature.forbidden_changes[:10])])
    return {
        "name": signature.name,
        "verdict": vi,
        "tone": tone,
        "sentence": signature.sentence_vi,
        "sentence_en": signature.sentence_en,
        "facts": facts,
    }
