"""Pages of what is believed, and of verdicts that changed."""

from hub.portal.forms.field import Field
from hub.portal.views.common import FactRow, Link, State
from hub.portal.views.form import FormPage
from hub.portal.views.portfolio import (
    ChangePage,
    ChangeRow,
    FreshRow,
    ListRow,
    RenewalRow,
    ReportRow,
    RunRow,
    TrustPage,
    VerdictsPage,
)
from hub.portal.views.verification import Signer, VerdictBand, VerificationPage

_DOUBTFUL = State(word="chưa xác định", tone="waiting")
_WHY = "CRL mới của CA phục vụ các cơ quan Nhà nước G2"


def verdicts() -> VerdictsPage:
    """One round ended, one runs."""
    return VerdictsPage(
        sentence="1 kết luận đã thay đổi; người giữ văn bản đã được báo.",
        runs=(
            RunRow(
                cause="Danh sách ngừng dùng: vnpt-ca 3",
                when="bắt đầu 09:30, 23/11/2026",
                progress="412 trên 1000",
                changed=0,
                told=0,
                state=State(word="Đang kiểm tra", tone="moving"),
            ),
            RunRow(
                cause=_WHY,
                when="bắt đầu 08:00, 23/11/2026",
                progress="36 trên 36",
                changed=1,
                told=1,
                state=State(word="Xong", tone="done"),
            ),
        ),
        changes=(
            ChangeRow(
                document="Quyết định 1234/QĐ-UBND.pdf",
                code="H01.12",
                from_to="Từ «hợp lệ» thành «chưa xác định»",
                state=_DOUBTFUL,
                why=_WHY,
                told="Đã báo 1 người",
                when="08:01, 23/11/2026",
                href="/ket-luan-thay-doi/0",
            ),
        ),
        renewals=(
            RenewalRow(
                document="Giấy phép 88/GP-SXD.pdf",
                code="H01.12",
                state=State(word="không gia hạn", tone="stopped"),
                why="Văn bản không được gia hạn vì chữ ký của nó hiện không được kết luận là hợp lệ: chưa kiểm tra được tình "
                "trạng thu hồi vì không có CRL. Hãy nhập CRL hoặc danh sách tin cậy còn thiếu.",
                when="Bằng chứng hết hạn ngày 20/02/2027; đã thử 3 lần, gần nhất 08:01, 23/11/2026",
            ),
        ),
        renewed="412 văn bản đã được gia hạn dữ liệu dài hạn trong 30 ngày qua.",
    )


def change() -> ChangePage:
    """A revoked certificate."""
    return ChangePage(
        verdict=VerdictBand(
            tone="doubtful",
            sentence="Từ «hợp lệ» thành «chưa xác định»",
            detail="Chứng thư «Sở Xây dựng» đã bị thu hồi trước thời điểm chứng minh được của chữ ký.",
        ),
        title="Quyết định 1234/QĐ-UBND.pdf",
        facts=(
            FactRow(label="Nguyên nhân", value=_WHY),
            FactRow(label="Lúc", value="08:01, 23/11/2026"),
            FactRow(label="Đã báo", value="Đã báo 1 người"),
        ),
        reports=(
            ReportRow(
                title="08:01, 23/11/2026, kiểm tra lại",
                state=_DOUBTFUL,
                sentence="Chứng thư «Sở Xây dựng» đã bị thu hồi trước thời điểm chứng minh được của chữ ký.",
                raw='{\n  "indication": "INDETERMINATE"\n}',
            ),
            ReportRow(
                title="10:12, 20/11/2026, khi trả kết quả",
                state=State(word="hợp lệ", tone="done"),
                sentence="Chữ ký của Sở Xây dựng hợp lệ.",
                raw='{\n  "indication": "TOTAL-PASSED"\n}',
            ),
        ),
        back=Link(text="Kết luận đã thay đổi", href="/ket-luan-thay-doi"),
    )


def trust() -> TrustPage:
    """One list counts, one waits; one CRL lapsed."""
    return TrustPage(
        lists=(
            ListRow(
                name="chính-phủ",
                version="Phiên bản 4",
                state=State(word="Đang dùng", tone="done"),
                by="Đề xuất: Trần Quản Trị. Duyệt: Đỗ Văn Vận Hành.",
                source="https://ca.gov.vn",
                certificates=(
                    FactRow(label="Co quan chung thuc so chuyen dung Chinh phu (RootCA)", value="gốc, đến 2040"),
                ),
            ),
            ListRow(
                name="công-cộng",
                version="Phiên bản 2",
                state=State(word="Chờ người thứ hai duyệt", tone="waiting"),
                by="Đề xuất: Trần Quản Trị. Duyệt: chưa có.",
                source="",
                certificates=(FactRow(label="Vietnam National Root CA G3", value="gốc, đến 2049"),),
                approve="/danh-sach-tin-cay/0/duyet",
            ),
        ),
        fresh=(
            FreshRow(
                issuer="CA phuc vu cac co quan Nha nuoc G2",
                state=State(word="Còn mới", tone="done"),
                sentence="CRL số 8812, 3 207 chứng thư bị thu hồi; có giá trị đến 08:00, thứ Ba 24/11/2026.",
            ),
            FreshRow(
                issuer="Vietnam National Root CA G3",
                state=State(word="Đã hết hạn", tone="stopped"),
                sentence="CRL số 12 đã hết hạn lúc 08:00, thứ Hai 16/11/2026: chữ ký mới của CA này sẽ chưa xác định được. "
                "Hãy nhập CRL mới.",
            ),
        ),
        version="chính-phủ/4/5ab0d1e2c3f4 rev:99aabbccddee",
    )


def own_file() -> FormPage:
    """Anybody's own file."""
    return FormPage(
        title="Kiểm tra chữ ký số",
        lead="Chọn tệp PDF, XML, CMS hoặc JWS đã ký.",
        action="/kiem-tra-chu-ky",
        button="Kiểm tra",
        fields=(
            Field(name="file", label="Tệp cần kiểm tra", kind="file"),
            Field(name="password", label="Mật khẩu mở tệp, nếu có", kind="password", required=False),
        ),
        uploads=True,
    )


def own_report() -> VerificationPage:
    """Its report, to take away in three forms."""
    return VerificationPage(
        verdict=VerdictBand(
            tone="doubtful",
            sentence="Chưa thể khẳng định chữ ký trên tệp này.",
            detail="Chữ ký nguyên vẹn; chưa kiểm tra được tình trạng thu hồi vì không có CRL.",
        ),
        title="Công văn 016",
        facts=(FactRow(label="Dấu vân tay (SHA-256)", value="5ab0d1e2c3f40718…", code=True),),
        signers=(Signer(kind="person", name="Phạm Văn Lãnh", role="Giám đốc", when="Ký lúc 14:20, 03/12/2026"),),
        downloads=(Link(text="Báo cáo để in (PDF)", href="#"), Link(text="Báo cáo theo ETSI (XML)", href="#")),
        checked="Kiểm tra lúc 14:30, thứ Năm 03/12/2026",
    )
