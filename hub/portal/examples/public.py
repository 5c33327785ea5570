"""Pages that anyone sees."""

from hub.portal.forms.field import Field
from hub.portal.views.checker import CheckerPage, RootRow, RootsPage
from hub.portal.views.common import FactRow, Link, State
from hub.portal.views.error import ErrorPage
from hub.portal.views.lookup import LookupPage
from hub.portal.views.procedure import (
    ChannelRow,
    ComponentGroup,
    ComponentRow,
    FieldChip,
    HomePage,
    ProcedurePage,
    ProcedureRow,
    SearchPage,
)
from hub.portal.views.verification import ReportPart, Signer, VerdictBand, VerificationPage

FIELDS = tuple(
    FieldChip(name=name, href=f"/thu-tuc?linh-vuc={n}", current=n == 1)
    for n, name in enumerate(("Hộ tịch", "Đất đai", "Kinh doanh", "Xây dựng", "Lao động", "Y tế"))
)


def rows() -> tuple[ProcedureRow, ...]:
    """Three procedures."""
    return (
        ProcedureRow(
            name="Tách thửa hoặc hợp thửa đất",
            href="/thu-tuc/1.012784",
            field="Đất đai",
            time="10 ngày làm việc",
            fee="150.000\u00a0đ",
            online=True,
        ),
        ProcedureRow(
            name="Đăng ký khai sinh",
            href="/thu-tuc/1.001193",
            field="Hộ tịch",
            time="trong ngày",
            fee="Không thu phí",
            online=True,
        ),
        ProcedureRow(
            name="Cấp giấy phép xây dựng mới đối với nhà ở riêng lẻ",
            href="/thu-tuc/1.013232",
            field="Xây dựng",
            time="15 ngày làm việc",
            fee="75.000\u00a0đ",
            online=False,
        ),
    )


def home() -> HomePage:
    """A visitor with one dossier that waits."""
    return HomePage(frequent=rows(), fields=FIELDS, waiting=1)


def search() -> SearchPage:
    """Something found."""
    return SearchPage(asked="tach thua", found=3, said="3 thủ tục", rows=rows(), fields=FIELDS)


def nothing_found() -> SearchPage:
    """Nothing found."""
    return SearchPage(asked="xyz", found=0, said="0 thủ tục", rows=(), fields=FIELDS)


def procedure() -> ProcedurePage:
    """Land: split or merge parcels."""
    return ProcedurePage(
        name="Tách thửa hoặc hợp thửa đất",
        code="1.012784",
        field="Đất đai",
        online=True,
        start="/nop/1.012784",
        summary=(
            FactRow(label="Thời gian", value="10 ngày làm việc"),
            FactRow(label="Phí, lệ phí", value="150.000\u00a0đ"),
            FactRow(label="Cơ quan giải quyết", value="Văn phòng Đăng ký đất đai"),
        ),
        components=(
            ComponentGroup(
                case="",
                rows=(
                    ComponentRow(
                        name="Đơn đề nghị tách thửa đất, hợp thửa đất theo Mẫu số 01/ĐK",
                        copies="1 bản chính",
                        form=Link(text="Tải mẫu: Mẫu 01/ĐK", href="#main"),
                    ),
                    ComponentRow(name="Bản vẽ tách thửa đất, hợp thửa đất", copies="1 bản chính"),
                    ComponentRow(name="Giấy chứng nhận đã cấp", copies="1 bản sao"),
                ),
            ),
        ),
        channels=(
            ChannelRow(way="Trực tuyến", time="10 ngày làm việc", fee="150.000\u00a0đ"),
            ChannelRow(way="Qua bưu chính", time="10 ngày làm việc", fee="150.000\u00a0đ", note="chưa gồm cước"),
            ChannelRow(way="Tại quầy", time="10 ngày làm việc", fee="150.000\u00a0đ"),
        ),
        steps=("Nộp hồ sơ.", "Cơ quan kiểm tra và chuyển Văn phòng Đăng ký đất đai.", "Trả kết quả."),
        results=("Giấy chứng nhận quyền sử dụng đất",),
        bases=(FactRow(label="31/2024/QH15", value="Luật Đất đai"),),
        conditions="Thửa đất đã được cấp Giấy chứng nhận; đất không có tranh chấp.",
        facts=(
            FactRow(label="Dành cho", value="Công dân, tổ chức"),
            FactRow(label="Công bố theo", value="2304/QĐ-BNNMT"),
        ),
    )


def lookup() -> LookupPage:
    """Found, and valid."""
    return LookupPage(
        field=Field(name="ma", label="Mã hồ sơ", hint="Ví dụ H01.12-261118-0047", value="H01.12-261118-0047"),
        code="H01.12-261118-0047",
        state=State(word="Đang xử lý", tone="moving"),
        facts=(
            FactRow(label="Cơ quan tiếp nhận", value="Trung tâm Phục vụ hành chính công tỉnh An Giang"),
            FactRow(label="Phòng, ban xử lý", value="Văn phòng Đăng ký đất đai"),
            FactRow(label="Người nộp", value="L*** T*** Mẩu"),
            FactRow(label="Ngày nhận", value="08:12, thứ Năm 19/11/2026"),
            FactRow(label="Ngày hẹn trả", value="16:30, thứ Sáu 04/12/2026"),
        ),
    )


def verification() -> VerificationPage:
    """A real result, signed twice."""
    return VerificationPage(
        verdict=VerdictBand(
            tone="valid",
            sentence="Đây là kết quả thật, còn nguyên vẹn.",
            detail="Chữ ký số hợp lệ và nội dung không thay đổi từ lúc ký.",
        ),
        title="Giấy chứng nhận quyền sử dụng đất",
        facts=(
            FactRow(label="Mã kết quả", value="H01.12-261118-0047-KQ1", code=True),
            FactRow(label="Số bản giấy", value="000012/2026/CĐ"),
            FactRow(label="In lúc", value="16:02, 03/12/2026"),
        ),
        signers=(
            Signer(
                kind="person",
                name="Phạm Văn Lãnh",
                role="Giám đốc, Văn phòng Đăng ký đất đai tỉnh An Giang",
                when="Ký lúc 14:20, thứ Năm 03/12/2026 · thời điểm do tổ chức cấp dấu thời gian xác nhận",
                finding="Hợp lệ",
            ),
            Signer(
                kind="agency",
                name="Văn phòng Đăng ký đất đai tỉnh An Giang",
                role="Chữ ký số của cơ quan",
                when="Ký lúc 14:21, thứ Năm 03/12/2026",
                finding="Hợp lệ",
            ),
        ),
        report=(
            ReportPart(
                title="Chữ ký 1",
                rows=(
                    FactRow(label="Định dạng", value="PAdES-B-T"),
                    FactRow(label="Thuật toán", value="RSA 2048, SHA-256"),
                ),
            ),
        ),
        raw='{"verdict": "TOTAL-PASSED"}',
        download="/xac-minh/x/tep",
        checked="Kiểm tra lúc 09:15, thứ Sáu 04/12/2026",
    )


def forged() -> VerificationPage:
    """Not ours, or changed."""
    return VerificationPage(
        verdict=VerdictBand(
            tone="invalid",
            sentence="Không thể xác nhận giấy này.",
            detail="Chữ ký không hợp lệ hoặc nội dung đã thay đổi. Hãy hỏi cơ quan cấp.",
        ),
        title="Giấy chứng nhận quyền sử dụng đất",
        facts=(),
    )


def checker() -> CheckerPage:
    """Before anything was scanned."""
    return CheckerPage(keys="/api/v1/papers/keys", pinned='{"x": "", "y": ""}', cache="kiem-tra-0")


def roots() -> RootsPage:
    """One root."""
    return RootsPage(
        roots=(
            RootRow(
                title="22:00, thứ Năm 03/12/2026",
                facts=(
                    FactRow(label="Số mục", value="1204"),
                    FactRow(label="Mã băm gốc", value="9f" * 32, code=True),
                ),
                href="/api/v1/proof/roots/1204",
            ),
        ),
        next="Gốc tiếp theo dự kiến ký lúc 22:00, thứ Sáu 04/12/2026, nếu có mục mới.",
    )


def error() -> ErrorPage:
    """Nothing at this address."""
    return ErrorPage(
        title="Không có trang này",
        text="Địa chỉ có thể đã gõ nhầm, hoặc trang đã chuyển đi. Hồ sơ của bạn không bị ảnh hưởng.",
        button="Về trang đầu",
    )
