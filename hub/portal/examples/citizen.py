"""Example pages with made-up people: the style page shows them, tests render them. They touch no database."""

from datetime import datetime

from markupsafe import Markup

from hub.kernel.clock import VN
from hub.portal.forms.field import Field, Option
from hub.portal.site import Site
from hub.portal.views.common import Bar, FactRow, FileLink, LegendItem, Link, Piece, Segment, State
from hub.portal.views.dossier import (
    Access,
    AccessRow,
    DayKind,
    DossierList,
    DossierPage,
    DossierRow,
    FeeLine,
    Next,
    Paper,
    Promise,
    ResultLine,
    Step,
    Why,
    WhyDay,
)
from hub.portal.views.verification import VerdictBand

SITE = Site(
    name_vi="An Giang",
    name_en="An Giang",
    address="Số 5 Nguyễn Huệ, thành phố Long Xuyên, tỉnh An Giang",
    hotline="0296 000 000",
    email="hotro@dichvucong.example",
)

WAITING = State(word="Chờ bạn bổ sung giấy tờ", tone="waiting")


def bar() -> Bar:
    """19/11 to 04/12/2026, paused on 23/11; a day is 6.25 %."""
    day = 6.25
    parts: list[tuple[Piece, float]] = [
        ("used", 2.0),
        ("rest", 2.0),
        ("used", 0.3),
        ("paused", 0.7),
        ("rest", 1.0),
        ("left", 3.0),
    ]
    parts += [("rest", 2.0), ("left", 5.0)]
    segments, start = [], 0.0
    for kind, days in parts:
        segments.append(Segment(kind=kind, start=round(start, 2), width=round(days * day, 2)))
        start += days * day
    return Bar(
        segments=tuple(segments),
        legend=(
            LegendItem(kind="used", text="đã dùng 2 ngày 2 giờ"),
            LegendItem(kind="rest", text="ngày nghỉ 5"),
            LegendItem(kind="paused", text="tạm dừng từ 23/11"),
            LegendItem(kind="left", text="còn lại 7 ngày 6 giờ"),
        ),
        spoken="Từ 19/11 đến 04/12: đã dùng 2 ngày 2 giờ, tạm dừng từ 23/11, còn lại 7 ngày 6 giờ làm việc",
        start_label="19/11",
        end_label="04/12",
        now=30.5,
        now_label="hôm nay",
    )


def why() -> Why:
    """The same days, one by one."""
    rows: list[tuple[DayKind, str, str, str]] = [
        ("used", "thứ Năm 19/11", "8 giờ", "tính từ 08:12, lúc hồ sơ được tiếp nhận"),
        ("used", "thứ Sáu 20/11", "8 giờ", "ngày làm việc"),
        ("rest", "thứ Bảy 21/11", "–", "ngày nghỉ cuối tuần"),
        ("rest", "Chủ nhật 22/11", "–", "ngày nghỉ cuối tuần"),
        ("paused", "thứ Hai 23/11", "2 giờ", "tạm dừng từ 10:05 để chờ bạn bổ sung giấy tờ"),
        ("rest", "thứ Ba 24/11", "–", "Ngày Văn hóa Việt Nam"),
        ("left", "thứ Tư 25/11 đến thứ Sáu 27/11", "24 giờ", "ngày làm việc"),
        ("rest", "thứ Bảy 28/11, Chủ nhật 29/11", "–", "ngày nghỉ cuối tuần"),
        ("left", "thứ Hai 30/11 đến thứ Sáu 04/12", "38 giờ", "ngày làm việc; hẹn trả lúc 16:30"),
    ]
    return Why(
        rule="Thủ tục này có thời hạn 10 ngày làm việc, mỗi ngày 8 giờ. Thời gian chờ bạn bổ sung không tính.",
        days=tuple(WhyDay(kind=kind, day=day, counted=counted, reason=reason) for kind, day, counted, reason in rows),
        basis="Căn cứ: Quyết định 03/2023/QĐ-UBND tỉnh An Giang, Điều 9; danh mục thủ tục 1.012784.",
    )


def dossier() -> DossierPage:
    """The page of the design pictures: it is the citizen's turn."""
    return DossierPage(
        title="Tách thửa hoặc hợp thửa đất",
        code="H01.12-261118-0047",
        submitted="nộp trực tuyến ngày 18/11/2026",
        state=WAITING,
        next=Next(
            title="Việc bạn cần làm",
            texts=(
                Markup(
                    "Văn phòng Đăng ký đất đai cần <b>bản vẽ tách thửa có xác nhận</b> (bản hiện có thiếu trang 2). "
                    "Đây là lần hướng dẫn duy nhất và đầy đủ."
                ),
            ),
            actions=(Link(text="Bổ sung giấy tờ", href="/ho-so/0/bo-sung"),),
        ),
        promise=Promise(
            title="Hẹn trả kết quả: 16:30, thứ\u00a0Sáu\u00a004/12/2026",
            sentence=Markup(
                "Còn <b>7 ngày 6 giờ làm việc</b>. Thời gian chờ bạn bổ sung không tính vào thời hạn của cơ quan."
            ),
            bar=bar(),
            why=why(),
        ),
        story=(
            Step(
                title="Đã tiếp nhận",
                rest=" tại Trung tâm Phục vụ hành chính công",
                state="done",
                when="08:12, 19/11/2026 · trong 3 giờ làm việc",
                at=datetime(2026, 11, 19, 8, 12, tzinfo=VN),
            ),
            Step(
                title="Chuyển Văn phòng Đăng ký đất đai",
                rest="; đồng bộ Cổng Dịch vụ công quốc gia lúc 08:12:04",
                state="done",
                when="08:40, 19/11/2026",
                at=datetime(2026, 11, 19, 8, 40, tzinfo=VN),
            ),
            Step(
                title="Yêu cầu bổ sung giấy tờ",
                rest=", lãnh đạo duyệt",
                state="now",
                when="10:05, 23/11/2026",
                at=datetime(2026, 11, 23, 10, 5, tzinfo=VN),
            ),
            Step(title="Thẩm tra, ký kết quả", state="ahead"),
            Step(title="Trả kết quả qua bưu chính đến nhà bạn", state="ahead"),
        ),
        fees=(
            FeeLine(
                name="",
                amount="150.000\u00a0đ",
                state=State(word="Đã nộp", tone="done"),
                voucher="/ho-so/0/chung-tu",
            ),
        ),
        facts=(
            FactRow(label="Người nộp", value="Lê Thị Mẩu"),
            FactRow(label="Nơi giải quyết", value="VP Đăng ký đất đai"),
            FactRow(label="Nhận kết quả", value="Bưu chính"),
            FactRow(label="Hỏi về hồ sơ", value="0296 000 000", href="tel:0296000000"),
        ),
        receipt="/ho-so/0/giay-tiep-nhan",
        receipt_proof=Link(text="Bằng chứng trong nhật ký: tải được từ 22:00, 19/11/2026", href=""),
        papers=(
            Paper(
                name="Đơn đề nghị tách thửa đất, hợp thửa đất",
                file=FileLink(name="don-tach-thua.pdf", href="/ho-so/0/tep/1", detail="PDF, 214\u00a0kB"),
            ),
            Paper(
                name="Bản vẽ tách thửa đất, hợp thửa đất",
                file=FileLink(name="ban-ve.jpg", href="/ho-so/0/tep/2", detail="JPEG, 1,2\u00a0MB"),
            ),
        ),
        access=Access(
            count="4 lượt",
            span="trong 5 ngày.",
            rows=(
                AccessRow(
                    who="Nguyễn Văn Tám",
                    unit="Trung tâm Phục vụ hành chính công",
                    what="mở hồ sơ để tiếp nhận",
                    when="08:09, 19/11/2026",
                ),
                AccessRow(
                    who="Cổng Dịch vụ công quốc gia",
                    unit="",
                    what="nhận bản đồng bộ trạng thái",
                    when="08:12, 19/11/2026",
                ),
                AccessRow(
                    who="Phần mềm đất đai", unit="VP Đăng ký đất đai", what="tải hai giấy tờ", when="08:41, 19/11/2026"
                ),
                AccessRow(
                    who="Trần Thị Hoa", unit="VP Đăng ký đất đai", what="xem bản vẽ tách thửa", when="09:50, 23/11/2026"
                ),
            ),
        ),
    )


def finished_dossier() -> DossierPage:
    """The same dossier when its result is there."""
    return DossierPage(
        title="Tách thửa hoặc hợp thửa đất",
        code="H01.12-261118-0047",
        submitted="nộp trực tuyến ngày 18/11/2026",
        state=State(word="Đã trả kết quả", tone="done"),
        next=Next(
            title="Bạn không phải làm gì thêm",
            texts=("Kết quả đã ký số ở trong kho dữ liệu của bạn; bản giấy đã giao lúc 15:20, thứ Năm 03/12/2026.",),
            actions=(Link(text="Tải kết quả", href="/ho-so/0/ket-qua/1"),),
            tone="done",
        ),
        story=(Step(title="Đã trả kết quả", state="done", when="15:20, 03/12/2026"),),
        results=(
            ResultLine(
                name="Giấy chứng nhận quyền sử dụng đất",
                code="H01.12-261118-0047-KQ1",
                download="/ho-so/0/ket-qua/1",
                paper="/ho-so/0/ket-qua/1/ban-giay",
                verify="/xac-minh/x",
                proof=Link(text="Tải bằng chứng trong nhật ký", href="/bang-chung/0"),
            ),
        ),
        facts=(FactRow(label="Người nộp", value="Lê Thị Mẩu"),),
    )


def dossiers() -> DossierList:
    """One waits for the citizen, one goes on, one is a draft."""
    page = dossier()
    return DossierList(
        waiting=(
            DossierRow(
                title=page.title,
                href="/ho-so/0",
                code=page.code,
                when=page.submitted,
                state=page.state,
                next="Bổ sung bản vẽ tách thửa có xác nhận",
                promise="Hẹn trả 04/12/2026",
            ),
        ),
        others=(
            DossierRow(
                title="Cấp bản sao trích lục hộ tịch",
                href="/ho-so/1",
                code="H01.40-261102-0003",
                when="nộp trực tuyến ngày 02/11/2026",
                state=State(word="Đã trả kết quả", tone="done"),
                next="Kết quả ở trong kho dữ liệu của bạn",
            ),
        ),
        drafts=(
            DossierRow(
                title="Đăng ký khai sinh",
                href="/ho-so/2",
                code="",
                when="lưu lúc 20:14, 22/11/2026",
                state=State(word="Chưa nộp"),
                next="Tiếp tục từ bước «Giấy tờ»",
            ),
        ),
    )


def states() -> tuple[State, ...]:
    """One of each tone."""
    return (
        WAITING,
        State(word="Đang xử lý", tone="moving"),
        State(word="Đã trả kết quả", tone="done"),
        State(word="Không được tiếp nhận", tone="stopped"),
        State(word="Chưa nộp"),
    )


def verdicts() -> tuple[VerdictBand, ...]:
    """One of each."""
    return (
        VerdictBand(
            tone="valid",
            sentence="Đây là kết quả thật, còn nguyên vẹn.",
            detail="Hai chữ ký số hợp lệ, nội dung không thay đổi từ lúc ký.",
        ),
        VerdictBand(
            tone="doubtful",
            sentence="Chưa thể khẳng định lúc này.",
            detail="Nội dung còn nguyên vẹn; máy chủ kiểm tra chứng thư tạm thời không trả lời.",
        ),
        VerdictBand(
            tone="invalid",
            sentence="Đây không phải kết quả đã được cấp.",
            detail="Nội dung đã thay đổi sau khi ký. Hãy hỏi cơ quan cấp theo số điện thoại dưới đây.",
        ),
    )


def fields(key: str) -> tuple[Field, ...]:
    """One of each kind; `key` keeps the names of two sets apart."""
    ways = (
        Option(value="online", label="Trên cổng này", hint="Bản điện tử có chữ ký số, có giá trị như bản giấy."),
        Option(value="postal", label="Bưu chính mang đến nhà"),
        Option(value="counter", label="Tại quầy một cửa"),
    )
    return (
        Field(name=f"name-{key}", label="Họ và tên", value="Lê Thị Mẩu", hint="Như trên căn cước."),
        Field(name=f"phone-{key}", label="Số điện thoại", kind="tel", error="Điền số điện thoại, ví dụ 0912 345 678."),
        Field(name=f"area-{key}", label="Nội dung đề nghị", kind="area", required=False),
        Field(name=f"way-{key}", label="Bạn muốn nhận kết quả ở đâu?", kind="radios", value="postal", options=ways),
        Field(name=f"ward-{key}", label="Xã, phường", kind="select", options=(Option(value="1", label="Mỹ Bình"),)),
        Field(name=f"file-{key}", label="Bản vẽ tách thửa", kind="file", hint="PDF hoặc ảnh JPEG, không quá 20 MB."),
    )
