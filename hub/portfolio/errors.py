"""What the portfolio refuses; operators read these.

trust.list-unreadable   422  a wrong pin, no certificate, no version
trust.no-such-list      404
trust.already-there     409  this version is trusted already, or waits for approval
trust.same-person       403  who proposed a list cannot approve it
trust.not-revocation    422  no CRL or OCSP answer, or of a CA that no list knows
trust.older-revocation  409  a newer one is there
no_such_change          404
verify.empty            422
verify.not-there        404  no such token, or its report was deleted
verify.not-yet          409
verify.too-much-waits   429
"""

from hub.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooMany


def list_unreadable(why: str) -> Invalid:
    """The whole list is refused."""
    return Invalid(
        "trust.list-unreadable",
        f"Không nhận danh sách tin cậy này: {why}. Hãy kiểm tra tệp list.toml, các chứng thư và mã SHA-256 của chúng.",
        f"This trust list is not taken: {why}. Check list.toml, the certificates and their SHA-256 pins.",
        field="folder",
    )


def no_such_list(name: str) -> NotFound:
    """Neither proposed nor trusted."""
    return NotFound(
        "trust.no-such-list",
        f"Không có danh sách tin cậy «{name}» ở trạng thái này. Hãy xem các danh sách bằng lệnh: hub trust list.",
        f"There is no trust list '{name}' in this state. See the lists with: hub trust list.",
    )


def already_there(name: str, version: str) -> Conflict:
    """Nothing to do."""
    return Conflict(
        "trust.already-there",
        f"Danh sách «{name}» phiên bản {version} đã có hoặc đang chờ người thứ hai duyệt.",
        f"List '{name}' version {version} is there already, or waits for a second person.",
    )


def same_person(name: str) -> Forbidden:
    """Four eyes."""
    return Forbidden(
        "trust.same-person",
        f"Người đề xuất danh sách «{name}» không thể tự duyệt. Hãy nhờ một cán bộ vận hành khác duyệt.",
        f"Who proposed '{name}' cannot approve it. Ask another operator.",
    )


def not_revocation(file: str, why: str) -> Invalid:
    """Not a CRL, not an OCSP answer, or signed by nobody we know."""
    return Invalid(
        "trust.not-revocation",
        f"Không nhận «{file}»: {why}. Tệp phải là CRL đầy đủ hoặc câu trả lời OCSP do một CA trong danh sách tin cậy ký.",
        f"'{file}' is not taken: {why}. It must be a full CRL or an OCSP answer signed by a CA of a trust list.",
        field="file",
        data={"file": file},
    )


def older_revocation(file: str, why: str) -> Conflict:
    """Numbers only grow."""
    return Conflict(
        "trust.older-revocation",
        f"Không nhận «{file}»: hệ thống đã có bản mới hơn ({why}). Hãy tải bản mới nhất từ CA.",
        f"'{file}' is not taken: a newer one is there ({why}). Fetch the newest from the CA.",
        data={"file": file},
    )


def no_such_change() -> NotFound:
    """Not there, or of another agency."""
    return NotFound(
        "portfolio.no-such-change",
        "Không tìm thấy thay đổi này. Hãy mở lại trang Kết luận đã thay đổi.",
        "There is no such change. Open the page of changed verdicts again.",
    )


def nothing_sent() -> Invalid:
    """No file in the request."""
    return Invalid(
        "verify.empty",
        "Chưa có nội dung tệp. Hãy gửi chính tệp cần kiểm tra trong thân yêu cầu, hoặc trong trường file của biểu mẫu.",
        "There is no file. Send the file itself as the body, or in the field 'file' of a form.",
        field="file",
    )


def no_such_verification() -> NotFound:
    """Reports of strangers' files are kept for a set time."""
    return NotFound(
        "verify.not-there",
        "Không có báo cáo kiểm tra này, hoặc đã hết hạn lưu và được xóa. Hãy gửi lại tệp để kiểm tra.",
        "There is no such report, or it was deleted after its time. Send the file again to check it.",
    )


def not_verified_yet() -> Conflict:
    """Ask for the status."""
    return Conflict(
        "verify.not-yet",
        "Tệp đang được kiểm tra, chưa có báo cáo. Hãy hỏi lại sau vài giây.",
        "The file is being checked; there is no report yet. Ask again in a few seconds.",
    )


def too_much_waits() -> TooMany:
    """The queue is bounded."""
    return TooMany(
        "verify.too-much-waits",
        "Đang có quá nhiều tệp lớn chờ kiểm tra. Hãy gửi lại sau ít phút; tệp nhỏ vẫn được trả lời ngay.",
        "Too many long files wait to be checked. Send it again in a few minutes; short files are answered at once.",
    )
