"""Documents that wait for signatures."""

from datetime import UTC, datetime
from uuid import UUID

from hub.portal.builders.signing import ask_fields
from hub.portal.forms.field import FormError
from hub.portal.speech import Speech
from hub.portal.views.common import FactRow, FileLink, Link, State
from hub.portal.views.dossier import Step
from hub.portal.views.form import FormPage
from hub.portal.views.signing import SigningListPage, SigningPage, SigningRow
from hub.sealing import Credential, Service

_WAITS = State(word="Chờ ký trên ứng dụng", tone="waiting")
_HERE = "/van-ban-cho-ky"
_FACTS = (
    FactRow(label="Người ký", value="Lê Thị Lãnh Đạo"),
    FactRow(label="Cách hiện chữ ký", value="Chữ ký người có thẩm quyền"),
    FactRow(label="Người yêu cầu", value="Nguyễn Văn Chuyên"),
    FactRow(label="Chờ đến", value="09:30, thứ Ba 24/11/2026"),
    FactRow(label="Mã giao dịch", value="019a1f6c3f7e7c0b8f4d2a6e5b1c9d03", code=True),
)
_CERTIFICATE = Credential(
    id=UUID(int=1),
    officer_id=UUID(int=2),
    agency_code="H01.12",
    holder="Lê Thị Lãnh Đạo",
    service=Service.SMARTCA,
    account="089185000123",
    active=True,
    added_at=datetime(2026, 11, 1, tzinfo=UTC),
    added_by="Đỗ Văn Vận Hành",
)
_FILE = FileLink(name="Quyết định tách thửa.pdf", href=f"{_HERE}/0/tep", detail="PDF, 214\u00a0kB")


def listed() -> SigningListPage:
    """One mine, one another's, one over."""
    return SigningListPage(
        mine=(
            SigningRow(
                title="Quyết định tách thửa số 125",
                href=f"{_HERE}/0",
                state=_WAITS,
                what="Lê Thị Lãnh Đạo · Chữ ký người có thẩm quyền",
                until="chờ đến 09:30, thứ Ba 24/11/2026",
            ),
        ),
        others=(
            SigningRow(
                title="Giấy phép xây dựng",
                href=f"{_HERE}/1",
                state=State(word="Đang gửi đến ứng dụng", tone="moving"),
                what="Võ Thị Văn Thư · Dấu của cơ quan",
                until="chờ đến 10:00, thứ Ba 24/11/2026",
            ),
        ),
        over=(
            SigningRow(
                title="Quyết định cấp phép môi trường",
                href=f"{_HERE}/2",
                state=State(word="Đã ký", tone="done"),
                what="Lê Thị Lãnh Đạo · Chữ ký người có thẩm quyền",
                until="08:12, 23/11/2026",
            ),
        ),
        ask=f"{_HERE}/moi",
        credentials=f"{_HERE}/chung-thu",
    )


def waiting() -> SigningPage:
    """The signer's own page."""
    return SigningPage(
        title="Quyết định tách thửa số 125",
        heading="Chờ bạn ký trên ứng dụng",
        sentence="Hãy xác nhận trên điện thoại trước 09:30, thứ Ba 24/11/2026. Trang này tự cập nhật khi ký xong.",
        state=_WAITS,
        calm=False,
        steps=("Mở ứng dụng ký số trên điện thoại của bạn.", "Đối chiếu tên văn bản.", "Xác nhận, hoặc từ chối."),
        facts=_FACTS,
        story=(
            Step(title="Chờ ký trên ứng dụng", state="done", when="09:30, 23/11/2026"),
            Step(title="Đã ghi nhận", state="done", when="09:30, 23/11/2026"),
        ),
        file=_FILE,
        trouble="Lần hỏi gần nhất chưa được: HTTP 503. Hệ thống tự hỏi lại; bạn không phải làm gì.",
        cancel=f"{_HERE}/0/huy",
        poll=f"{_HERE}/0",
    )


def declined() -> SigningPage:
    """The asker's page after a no."""
    return SigningPage(
        title="Quyết định tách thửa số 125",
        heading="Lê Thị Lãnh Đạo từ chối ký",
        sentence="Dịch vụ ký số trả lời: «Người dùng từ chối». Văn bản chưa có chữ ký nào thêm.",
        state=State(word="Người ký từ chối", tone="stopped"),
        calm=True,
        facts=_FACTS,
        story=(
            Step(title="Người ký từ chối", state="done", when="10:02, 23/11/2026", note="Người dùng từ chối"),
            Step(title="Chờ ký trên ứng dụng", state="done", when="09:30, 23/11/2026"),
        ),
        file=_FILE,
        again=f"{_HERE}/0/ky-lai",
    )


def ask() -> FormPage:
    """With something to correct."""
    t = Speech("vi")
    wrong = {"file": t("signing.file_needed")}
    return FormPage(
        title=t("signing.ask_title"),
        lead=t("signing.ask_lead"),
        action=f"{_HERE}/moi",
        button=t("signing.ask_button"),
        fields=ask_fields((_CERTIFICATE,), t, {}, wrong),
        errors=(FormError(text=wrong["file"], field="file"),),
        uploads=True,
        back=Link(text=t("nav.signing"), href=_HERE),
    )
