"""Pages of those who work with the system."""

from msgspec.structs import replace

from hub.portal.examples.citizen import bar, dossier
from hub.portal.forms.field import Field
from hub.portal.views.common import Bar, FactRow, FileLink, Link, Segment, State
from hub.portal.views.desk import Decision, DeskPage, DeskPaper, Preview, QueuePage, QueueRow, QueueTab
from hub.portal.views.operation import (
    ConnectorRow,
    ConnectorsPage,
    Difference,
    ParityPage,
    ParityRow,
    ParkedPage,
    ParkedRow,
)
from hub.portal.views.verification import VerdictBand


def used(percent: float, *, late: bool = False) -> Bar:
    """A small bar of which this much is used."""
    return Bar(
        segments=(
            Segment(kind="late" if late else "used", start=0, width=percent),
            Segment(kind="left", start=percent, width=100 - percent),
        ),
        legend=(),
        spoken=f"đã dùng {percent:.0f} % thời hạn",
    )


def queue() -> QueuePage:
    """Late, soon, calm, paused."""
    return QueuePage(
        title="Hồ sơ cần xử lý",
        caption="Trung tâm Phục vụ hành chính công tỉnh An Giang",
        tabs=(
            QueueTab(name="Chờ tiếp nhận", href="/can-bo", count=2, current=True),
            QueueTab(name="Chờ trả kết quả", href="/can-bo?nhom=9", count=1),
        ),
        search="/can-bo",
        rows=(
            QueueRow(
                person="Trần Văn Ơn",
                procedure="Đăng ký khai sinh",
                code="H01.40-261120-0002",
                why="nộp trực tuyến 20/11",
                href="/can-bo/ho-so/1",
                action="Kiểm tra, tiếp nhận",
                left="quá 1 giờ",
                due="hạn 10:00, 23/11",
                urgency="late",
                bar=used(100, late=True),
            ),
            QueueRow(
                person="Lê Thị Mẩu",
                procedure="Tách thửa hoặc hợp thửa đất",
                code="H01.12-261118-0047",
                why="nộp trực tuyến 18/11",
                href="/can-bo/ho-so/0",
                action="Kiểm tra, tiếp nhận",
                left="còn 2 giờ",
                due="hạn 15:00, 23/11",
                urgency="soon",
                bar=used(75),
            ),
            QueueRow(
                person="Công ty TNHH Sông Hậu",
                procedure="Cấp giấy phép môi trường",
                code="H01.09-261117-0011",
                why="đã có kết quả, chờ trả",
                href="/can-bo/ho-so/2",
                action="Trả kết quả",
                left="còn 5 ngày",
                due="hạn 16:30, 30/11",
                bar=used(40),
            ),
        ),
    )


def desk() -> DeskPage:
    """A dossier to accept."""
    page = dossier()
    return DeskPage(
        title=page.title,
        code=page.code,
        state=State(word="Đã gửi, chờ tiếp nhận", tone="moving"),
        person=(
            FactRow(label="Họ và tên", value="Lê Thị Mẩu"),
            FactRow(label="Số định danh", value="089 185 000 123"),
            FactRow(label="Điện thoại", value="0912 345 678", href="tel:0912345678"),
        ),
        form=(FactRow(label="Số thửa", value="125"), FactRow(label="Tờ bản đồ", value="12")),
        papers=(
            DeskPaper(
                name="Đơn đề nghị tách thửa",
                href="/can-bo/ho-so/0?tep=1",
                current=True,
                file=FileLink(name="don.pdf", href="/can-bo/ho-so/0/tep/1", detail="PDF, 214\u00a0kB"),
                checks=(State(word="Chữ ký số hợp lệ", tone="done"),),
            ),
            DeskPaper(
                name="Bản vẽ tách thửa",
                href="/can-bo/ho-so/0?tep=2",
                current=False,
                file=FileLink(name="ban-ve.jpg", href="/can-bo/ho-so/0/tep/2", detail="JPEG, 1,2\u00a0MB"),
            ),
        ),
        preview=Preview(kind="none"),
        sentence="Phải trả lời công dân trước 15:00, thứ Hai 23/11/2026.",
        bar=bar(),
        decisions=(
            Decision(
                kind="tiep-nhan",
                title="Tiếp nhận",
                text="Hệ thống cấp mã hồ sơ, tính ngày hẹn trả, ký số và gửi giấy tiếp nhận cho công dân.",
                button="Tiếp nhận hồ sơ",
                action="/can-bo/ho-so/0/tiep-nhan",
                open=True,
            ),
            Decision(
                kind="bo-sung",
                title="Yêu cầu bổ sung",
                text="Hướng dẫn một lần, đầy đủ, cụ thể.",
                button="Gửi yêu cầu bổ sung",
                action="/can-bo/ho-so/0/bo-sung",
                fields=(
                    Field(name="bo-sung-reason", label="Lý do và hướng dẫn", kind="area"),
                    Field(name="bo-sung-papers", label="Giấy tờ cần gửi", kind="area", rows=3, required=False),
                ),
            ),
            Decision(
                kind="tu-choi",
                title="Không tiếp nhận",
                text="Công dân nhận phiếu từ chối với nguyên văn lý do.",
                button="Từ chối, gửi lý do",
                action="/can-bo/ho-so/0/tu-choi",
                fields=(Field(name="tu-choi-reason", label="Lý do", kind="area"),),
                heavy=True,
            ),
        ),
        history=page.story[:2],
        warnings=("Hồ sơ này đã được yêu cầu bổ sung 1 lần.",),
        version="3",
        back=Link(text="Hồ sơ cần xử lý", href="/can-bo"),
    )


def withdrawal() -> DeskPage:
    """The citizen asks for it back, and has paid (DOS-17, PAY-07)."""
    stop = Decision(
        kind="dung",
        title="Đồng ý cho rút",
        text="Hồ sơ dừng tại đây. Công dân được báo.",
        button="Dừng giải quyết",
        action="/can-bo/ho-so/0/dung",
        fields=(Field(name="dung-note", label="Ghi chú", kind="area", rows=3, required=False),),
        open=True,
    )
    return replace(
        desk(),
        state=State(word="Công dân xin rút", tone="plain"),
        decisions=(stop,),
        warnings=("Công dân đã nộp 150.000\u00a0đ: cần xem xét hoàn trả.",),
    )


def connectors() -> ConnectorsPage:
    """One runs, one is down."""
    return ConnectorsPage(
        sentence="Có 1 kết nối cần xem.",
        rows=(
            ConnectorRow(
                name="vbdlis",
                title="Phần mềm đất đai",
                state=State(word="Đối tác không trả lời", tone="stopped"),
                oldest="14 phút",
                citizens=5,
                parked=1,
                parked_href="/van-hanh/vbdlis",
                advice="Tin được giữ trong cơ sở dữ liệu và tự gửi khi đối tác trở lại. Đối tác nói: «503»",
            ),
            ConnectorRow(
                name="national_portal",
                title="Cổng Dịch vụ công quốc gia",
                state=State(word="Đang chạy", tone="done"),
                oldest="–",
                citizens=0,
                parked=0,
                parked_href="/van-hanh/national_portal",
                advice="",
            ),
        ),
    )


def parked() -> ParkedPage:
    """One refused message."""
    return ParkedPage(
        title="Tin đang dừng: Phần mềm đất đai",
        rows=(
            ParkedRow(
                id="1",
                partner="Phần mềm đất đai",
                what="Chuyển hồ sơ",
                code="H01.12-261118-0047",
                words="Thiếu trường SoThuTuThua trong ThongTinThuaDat",
                reason="vbdlis.refused",
                since="dừng từ 10:12, 23/11/2026",
                attempts="đã thử 1 lần",
                retry="/van-hanh/tin/1/gui-lai",
                skip="/van-hanh/tin/1/bo-qua",
                skip_field=Field(name="reason-1", label="Vì sao bỏ qua"),
            ),
        ),
    )


def parity() -> ParityPage:
    """One difference."""
    return ParityPage(
        verdict=VerdictBand(tone="doubtful", sentence="Có 1 chỗ khác nhau cần xem."),
        rows=(
            ParityRow(
                partner="Cổng Dịch vụ công quốc gia",
                compared=50,
                lost=0,
                different=0,
                state=State(word="Khớp", tone="done"),
            ),
            ParityRow(
                partner="Bưu chính",
                compared=50,
                lost=1,
                different=0,
                state=State(word="Có khác", tone="stopped"),
            ),
        ),
        differences=(
            Difference(
                code="H01.12-261118-0047",
                partner="Bưu chính",
                kind="Thiếu",
                ours="đã đặt đơn",
                theirs="không có đơn",
                since="khác từ 10:12, 23/11/2026",
            ),
        ),
        start="/doi-soat",
    )
