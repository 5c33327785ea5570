"""Whether a renewed document may stand in the place of the one before. Pure."""

from datetime import datetime

import msgspec

from signing import LaterChanges, Report, Role
from signing.lasting import lapses_at


class Objection(msgspec.Struct, frozen=True):
    """Why not, in words."""

    vi: str
    en: str


def unfit(report: Report) -> Objection | None:
    """What is wrong with the document as it is."""
    if report.passed:
        return None
    return Objection(
        f"Văn bản không được gia hạn vì chữ ký của nó hiện không được kết luận là hợp lệ: {report.sentence_vi} "
        "Hãy nhập CRL hoặc danh sách tin cậy còn thiếu; nếu chữ ký đã hỏng thật, hãy đề nghị cơ quan ký lại văn bản.",
        f"The document is not renewed because its signatures are not valid now: {report.sentence_en} Import the CRL or "
        "trust list that is missing; if the signature is really broken, ask the agency to sign the document again.",
    )


def objection(before: tuple[bytes, Report], after: tuple[bytes, Report]) -> Objection | None:
    """Something else than long-term data changed, the verdict got worse, or nothing was gained."""
    (old, judged), (new, again) = before, after
    if not new.startswith(old) or _signatures(judged) != _signatures(again) or _changed(again):
        return Objection(
            "Bản gia hạn không giữ nguyên nội dung và chữ ký của văn bản nên không được lưu. Hãy báo bộ phận kỹ thuật.",
            "The renewed file does not keep the document and its signatures as they were, so it was not stored. Tell the "
            "technical staff.",
        )
    if not again.passed:
        return Objection(
            f"Bản gia hạn không được kết luận là hợp lệ nên không được lưu: {again.sentence_vi} "
            "Hãy kiểm tra CRL và chứng thư của dịch vụ dấu thời gian.",
            f"The renewed file is not valid, so it was not stored: {again.sentence_en} Check the CRLs and the certificate "
            "of the time-stamp authority.",
        )
    gained, lost = lapses_at(again), lapses_at(judged)
    if gained is None or lost is None or gained <= lost:
        return Objection(
            "Dấu thời gian mới không bền hơn dấu đang có: chứng thư của dịch vụ dấu thời gian hết hạn không muộn hơn. "
            "Hãy chuyển sang chứng thư dấu thời gian mới.",
            "The new time-stamp lasts no longer than the one that is there: the authority's certificate ends no later. Use "
            "a time-stamp authority with a newer certificate.",
        )
    return None


def ends(report: Report, otherwise: datetime) -> datetime:
    """When its evidence ends."""
    return lapses_at(report) or otherwise


def _changed(report: Report) -> bool:
    return report.later_changes is LaterChanges.FORBIDDEN


def _signatures(report: Report) -> list[tuple[str, str | None, str | None]]:
    return [(s.name, s.signature_sha256, s.signer) for s in report.signatures if s.role is not Role.TIMESTAMP]
