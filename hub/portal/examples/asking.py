"""Pages that ask a citizen: accounts, the steps of a submission, payment, the vault."""

from hub.portal.forms.field import Field, FormError, Option
from hub.portal.forms.sharing import fields as share_fields
from hub.portal.speech import Speech
from hub.portal.views.common import FactRow, FileLink, Link, State
from hub.portal.views.form import (
    CheckGroup,
    CheckPage,
    CheckRow,
    DonePage,
    FormPage,
    Progress,
    TaskGroup,
    TaskPage,
    TaskRow,
)
from hub.portal.views.payment import PaymentPage
from hub.portal.views.vault import (
    OpenedPage,
    PaperPage,
    ReceivedRow,
    SharedPage,
    ShareRow,
    VaultGroup,
    VaultPage,
    VaultRow,
)

BACK = Link(text="Trở lại", href="/nop/0")
LAND = "Tách thửa hoặc hợp thửa đất"


def log_in() -> FormPage:
    """With a wrong password."""
    wrong = "Tên đăng nhập hoặc mật khẩu chưa đúng."
    return FormPage(
        title="Đăng nhập",
        action="/dang-nhap",
        lead="Để nộp hồ sơ và xem hồ sơ của bạn.",
        button="Đăng nhập",
        errors=(FormError(text=wrong, field="login"),),
        fields=(
            Field(name="login", label="Tên đăng nhập", hint="Số định danh cá nhân (12 số).", error=wrong),
            Field(name="password", label="Mật khẩu", kind="password"),
        ),
    )


def register() -> FormPage:
    """Empty."""
    return FormPage(
        title="Đăng ký tài khoản",
        action="/dang-ky",
        button="Đăng ký",
        fields=(
            Field(name="name", label="Họ và tên", hint="Như trên căn cước, có dấu."),
            Field(name="id_number", label="Số định danh cá nhân", inputmode="numeric", width="20"),
            Field(name="email", label="Thư điện tử", kind="email", required=False),
            Field(
                name="declared",
                label="Lời khai của bạn",
                kind="checks",
                options=(Option(value="1", label="Thông tin tôi khai là đúng."),),
            ),
        ),
    )


def tasks() -> TaskPage:
    """Half done."""
    ready, to_do = State(word="Đã xong", tone="done"), State(word="Cần làm", tone="waiting")
    return TaskPage(
        title=LAND,
        caption="Nộp hồ sơ trực tuyến",
        said="Đã xong 2 trên 4 phần. Nội dung đã điền được lưu; bạn có thể nghỉ và làm tiếp sau.",
        groups=(
            TaskGroup(title="Thông tin", rows=(TaskRow(name="Thửa đất", href="/nop/0/thong-tin/1", state=ready),)),
            TaskGroup(
                title="Giấy tờ",
                rows=(
                    TaskRow(name="Đơn đề nghị tách thửa", href="/nop/0/giay-to/1", state=ready, hint="don.pdf"),
                    TaskRow(name="Bản vẽ tách thửa", href="/nop/0/giay-to/2", state=to_do),
                ),
            ),
        ),
        go_on=Link(text="Làm tiếp", href="/nop/0/giay-to/2"),
        discard="/nop/0/bo",
    )


def question() -> FormPage:
    """One group of the e-form, with an error."""
    wrong = "Diện tích: cần điền mục này."
    return FormPage(
        title="Thửa đất",
        caption=LAND,
        action="/nop/0/thong-tin/1",
        button="Tiếp tục",
        back=BACK,
        progress=Progress(step=1, steps=5),
        errors=(FormError(text=wrong, field="dien_tich"),),
        fields=(
            Field(name="so_thua", label="Số thửa", value="125", width="5"),
            Field(name="dien_tich", label="Diện tích", hint="Mét vuông.", error=wrong, width="5", inputmode="decimal"),
            Field(name="ly_do", label="Lý do tách thửa", kind="area", required=False),
        ),
    )


def upload() -> FormPage:
    """One paper, there already."""
    return FormPage(
        title="Bản vẽ tách thửa đất, hợp thửa đất",
        caption=LAND,
        action="/nop/0/giay-to/2",
        button="Tải lên và tiếp tục",
        back=BACK,
        progress=Progress(step=3, steps=5),
        uploads=True,
        present=FileLink(name="ban-ve.jpg", href="/nop/0/tep/2", detail="JPEG, 1,2\u00a0MB"),
        fields=(
            Field(name="file", label="Tệp của giấy tờ này", kind="file", hint="PDF, JPEG hoặc PNG, không quá 20 MB."),
        ),
        skip=Link(text="Giữ tệp này và tiếp tục", href="/nop/0/nhan-ket-qua"),
    )


def way() -> FormPage:
    """How the result goes out."""
    return FormPage(
        title="Bạn muốn nhận kết quả ở đâu?",
        caption=LAND,
        action="/nop/0/nhan-ket-qua",
        button="Tiếp tục",
        back=BACK,
        progress=Progress(step=4, steps=5),
        fields=(
            Field(
                name="way",
                label="Nơi nhận",
                kind="radios",
                value="postal",
                options=(
                    Option(value="online", label="Trên cổng này", hint="Bản điện tử có chữ ký số."),
                    Option(value="postal", label="Bưu chính mang bản giấy đến nhà"),
                ),
            ),
        ),
    )


def check() -> CheckPage:
    """Before sending, not yet declared."""
    return CheckPage(
        title="Xem lại trước khi nộp",
        caption=LAND,
        action="/nop/0/xem-lai",
        back=BACK,
        declaration="Thông tin và giấy tờ tôi nộp là đúng. Tôi chịu trách nhiệm trước pháp luật về lời khai này.",
        errors=(FormError(text="Đánh dấu vào lời khai để nộp hồ sơ.", field="declared"),),
        groups=(
            CheckGroup(title="Thông tin", rows=(CheckRow(label="Số thửa", value="125", change="/nop/0/thong-tin/1"),)),
            CheckGroup(
                title="Giấy tờ",
                rows=(
                    CheckRow(
                        label="Bản vẽ tách thửa",
                        value="",
                        change="/nop/0/giay-to/2",
                        file=FileLink(name="ban-ve.jpg", href="/nop/0/tep/2", detail="JPEG, 1,2\u00a0MB"),
                    ),
                ),
            ),
        ),
    )


def done() -> DonePage:
    """Sent."""
    return DonePage(
        title="Hồ sơ đã được gửi",
        reference="H01.12-261118-0047",
        promise="Cơ quan tiếp nhận hoặc hướng dẫn bạn chậm nhất lúc 14:12, thứ Năm 19/11/2026.",
        steps=("Cán bộ một cửa kiểm tra hồ sơ.", "Khi tiếp nhận, bạn có mã hồ sơ, giấy tiếp nhận và ngày hẹn."),
        dossier="/ho-so/0",
    )


def payment() -> PaymentPage:
    """The browser came back before the bank's word."""
    return PaymentPage(
        title=LAND,
        code="H01.12-261118-0047",
        stage="pending",
        heading="Đang chờ ngân hàng xác nhận",
        sentence="Nếu bạn đã trả tiền thì không cần trả lại: xác nhận thường đến trong vài phút.",
        rows=(FactRow(label="Phí thẩm định", value="150.000\u00a0đ"),),
        total="150.000\u00a0đ",
        back=Link(text="Về hồ sơ", href="/ho-so/0"),
        poll="/ho-so/0/thanh-toan",
        reference="HUB0001",
        service_fee="Ngân hàng có thể thu thêm phí dịch vụ của họ.",
    )


def vault() -> VaultPage:
    """One result."""
    return VaultPage(
        groups=(
            VaultGroup(
                title="Kết quả",
                rows=(
                    VaultRow(
                        name="Giấy chứng nhận quyền sử dụng đất.pdf",
                        href="/kho-du-lieu/1",
                        detail="PDF, 214\u00a0kB",
                        when="03/12/2026",
                        origin="Hồ sơ H01.12-261118-0047",
                        kept="Giữ vĩnh viễn",
                        code="H01.12-261118-0047-KQ1",
                        renewed="Dữ liệu dài hạn gia hạn ngày 04/09/2031",
                        links=(
                            Link(text="Chia sẻ", href="/kho-du-lieu/1/chia-se"),
                            Link(text="Kiểm tra chữ ký", href="/xac-minh/x"),
                            Link(text="Tệp như khi ban hành", href="/kho-du-lieu/0"),
                        ),
                    ),
                ),
            ),
        ),
        received=(
            ReceivedRow(
                name="Giấy khai sinh.pdf",
                href="/kho-du-lieu/duoc-chia-se/1",
                purpose="Làm thủ tục nhập học cho con",
                until="08:00, 10/12/2026",
            ),
        ),
        shares=(
            ShareRow(
                name="Giấy chứng nhận quyền sử dụng đất.pdf",
                to="Người có đường dẫn, một lần",
                purpose="Nộp hồ sơ vay vốn tại ngân hàng",
                until="08:00, 10/12/2026",
                state=State(word="Đang mở", tone="done"),
                revoke="/kho-du-lieu/chia-se/1/thu-hoi",
            ),
            ShareRow(
                name="Giấy chứng nhận quyền sử dụng đất.pdf",
                to="Người có số định danh •••• 0123",
                purpose="Bàn giao cho người được ủy quyền",
                until="08:00, 03/12/2026",
                state=State(word="Đã thu hồi"),
            ),
        ),
    )


def share() -> FormPage:
    """With a wrong number."""
    wrong = "Số định danh cá nhân gồm 12 chữ số. Hãy xem lại số của người nhận."
    given = {"purpose": "Nộp hồ sơ vay vốn", "days": "7", "id_number": "0912"}
    return FormPage(
        title="Chia sẻ một giấy tờ",
        caption="Giấy chứng nhận quyền sử dụng đất.pdf",
        lead="Người nhận chỉ mở được đúng giấy tờ này, trong thời hạn bạn chọn.",
        action="/kho-du-lieu/1/chia-se",
        button="Chia sẻ",
        back=Link(text="Về kho dữ liệu", href="/kho-du-lieu"),
        errors=(FormError(text=wrong, field="id_number"),),
        fields=share_fields(Speech("vi"), 30, given, {"id_number": wrong}),
    )


def shared() -> SharedPage:
    """By link."""
    return SharedPage(
        title="Đã chia sẻ",
        sentence="Sao chép đường dẫn dưới đây và gửi cho người nhận. Cổng không hiện lại đường dẫn này.",
        link="https://dichvucong.angiang.gov.vn/chia-se/3q9Zb0cRkV6nB1m2T8xYwL4sEo7uHj5dGfAiCpQvKtM",
        facts=(
            FactRow(label="Giấy tờ", value="Giấy chứng nhận quyền sử dụng đất.pdf"),
            FactRow(label="Mở được đến", value="08:00, thứ Năm 10/12/2026"),
        ),
        back=Link(text="Về kho dữ liệu", href="/kho-du-lieu"),
    )


def opened() -> OpenedPage:
    """One download."""
    return OpenedPage(
        title="Giấy chứng nhận quyền sử dụng đất.pdf",
        facts=(
            FactRow(label="Người chia sẻ", value="Lê Thị Mẩu"),
            FactRow(label="Mục đích", value="Nộp hồ sơ vay vốn tại ngân hàng"),
            FactRow(label="Tệp", value="PDF, 214\u00a0kB"),
            FactRow(label="Mở được đến", value="08:00, thứ Năm 10/12/2026"),
        ),
        action="/chia-se/x/tep",
        told=("Chủ giấy tờ được báo khi bạn tải.", "Chỉ tải được một lần. Hãy lưu tệp ngay khi tải về."),
    )


def paper() -> PaperPage:
    """Before printing."""
    return PaperPage(
        title="Giấy chứng nhận quyền sử dụng đất",
        facts=(FactRow(label="Mã kết quả", value="H01.12-261118-0047-KQ1", code=True),),
        action="/ho-so/0/ket-qua/1/ban-giay",
        back=Link(text="Về hồ sơ", href="/ho-so/0"),
    )
