"""What the sealing module refuses.

no_such_request      404
no_such_credential   422
already_waiting      409
changed_meanwhile    409
not_over             409
not_pdf              422
words_needed         422
no_stamps_there      422
account_needed       422
provider_needed      422
unknown_account      422
service_away         503
certificate_gone     422
certificate_lapsed   422
certificate_not_yours        422
certificate_not_for_signing  422
unreadable_scan      422
pages_differ         422
not_declared         422
incomplete           422
nobody               422
no_such_copy         404
counts_no_more       409
"""

from datetime import datetime

from hub.kernel.clock import VN
from hub.kernel.errors import Away, Conflict, Invalid, NotFound


def no_such_request() -> NotFound:
    """Not there, or not yours."""
    return NotFound(
        "sealing.no-such-request",
        "Không có yêu cầu ký này. Có thể nó thuộc về cán bộ khác.",
        "There is no such signing request. It may be another officer's.",
    )


def no_such_credential() -> Invalid:
    """Nobody to sign."""
    return Invalid(
        "sealing.no-such-credential",
        "Chưa có chứng thư ký từ xa đang dùng của người ký này. Hãy nhờ quản trị hệ thống khai báo chứng thư.",
        "This signer has no active remote certificate. Ask the system's operator to enter one.",
        field="credential",
    )


def already_waiting(holder: str) -> Conflict:
    """One signature at a time: each is made over the one before it."""
    return Conflict(
        "sealing.already-waiting",
        f"Văn bản này đang chờ {holder} ký. Hãy đợi ký xong, hoặc hủy yêu cầu đó trước.",
        f"This document already waits for {holder} to sign. Wait for that, or cancel that request first.",
    )


def changed_meanwhile() -> Conflict:
    """Somebody was faster."""
    return Conflict(
        "sealing.changed-meanwhile",
        "Yêu cầu ký vừa được cập nhật ở nơi khác. Hãy tải lại trang và làm lại.",
        "The signing request has just changed elsewhere. Reload the page and try again.",
    )


def not_over() -> Conflict:
    """Only what ended without a signature is asked again, and once."""
    return Conflict(
        "sealing.not-over",
        "Yêu cầu này đang chờ ký, đã ký hoặc đã được gửi lại. Hãy xem danh sách văn bản chờ ký.",
        "This request still waits, is signed, or was asked again already. See the list of documents to sign.",
    )


def not_pdf() -> Invalid:
    """Only PDF is signed."""
    return Invalid(
        "sealing.not-pdf",
        "Chỉ ký được tệp PDF. Hãy lưu văn bản thành PDF rồi gửi lại.",
        "Only PDF files can be signed. Save the document as PDF and send it again.",
        field="file",
    )


def words_needed() -> Invalid:
    """A stamp that would say nothing."""
    return Invalid(
        "sealing.words-needed",
        "Hãy nhập số, ký hiệu hoặc ngày ban hành sẽ hiện trên văn bản.",
        "Enter the number or the date that is to appear on the document.",
        field="words",
    )


def no_stamps_there() -> Invalid:
    """The gateway signs in its own look."""
    return Invalid(
        "sealing.no-stamps-there",
        "Dịch vụ ký số quốc gia (NEAC) không hiện được số hoặc ngày trên văn bản. Hãy chọn chứng thư ở dịch vụ khác.",
        "The national gateway (NEAC) cannot show a number or a date on the document. Choose a certificate elsewhere.",
        field="face",
    )


def account_needed() -> Invalid:
    """Nobody to ask about."""
    return Invalid(
        "sealing.account-needed",
        "Hãy nhập mã tài khoản của bạn tại dịch vụ ký số.",
        "Enter your account at the signing service.",
        field="account",
    )


def provider_needed() -> Invalid:
    """The gateway serves several CAs."""
    return Invalid(
        "sealing.provider-needed",
        "Hãy nhập tên nhà cung cấp chứng thư, ví dụ VNPT-CA. Cổng NEAC cần biết chứng thư do ai cấp.",
        "Enter the certificate's provider, for example VNPT-CA. The NEAC gateway must know who issued it.",
        field="provider",
    )


def unknown_account() -> Invalid:
    """The service answered, and knows nobody."""
    return Invalid(
        "sealing.unknown-account",
        "Dịch vụ ký số không có chứng thư nào của tài khoản này. Hãy kiểm tra mã tài khoản và dịch vụ đã chọn.",
        "The signing service has no certificate of this account. Check the account and the service.",
        field="account",
    )


def service_away() -> Away:
    """Nothing was asked, nothing stored."""
    return Away(
        "sealing.service-away",
        "Dịch vụ ký số tạm thời không trả lời nên chưa lưu gì. Chứng thư đang dùng vẫn như cũ; hãy làm lại sau ít phút.",
        "The signing service does not answer now, so nothing was stored. Certificates in use are as before; "
        "try again in a few minutes.",
        field="service",
    )


def certificate_gone() -> Invalid:
    """It was there when the page was made, or when it was entered."""
    return Invalid(
        "sealing.certificate-gone",
        "Dịch vụ ký số không còn chứng thư này. Hãy chọn chứng thư khác.",
        "The signing service has this certificate no more. Choose another.",
        field="key",
    )


def certificate_lapsed(until: datetime) -> Invalid:
    """`until`: its last moment; one that is not valid yet is told the same way."""
    day = until.astimezone(VN)
    return Invalid(
        "sealing.certificate-lapsed",
        f"Chứng thư không còn hiệu lực (hạn đến {day:%d/%m/%Y}). Hãy gia hạn tại nhà cung cấp hoặc chọn chứng thư khác.",
        f"The certificate is not valid (until {day:%d/%m/%Y}). Renew it with its provider or choose another.",
        field="key",
    )


def certificate_not_yours(subject: str) -> Invalid:
    """Whoever signs with it would sign in another's name."""
    return Invalid(
        "sealing.certificate-not-yours",
        f"Chứng thư này cấp cho {subject}, không phải cho bạn. Mỗi người chỉ khai chứng thư của mình; văn thư khai dấu "
        "của cơ quan.",
        f"This certificate was issued to {subject}, not to you. Everybody enters their own; clerks the agency's seal.",
        field="key",
    )


def certificate_not_for_signing() -> Invalid:
    """A CA's, or for something else."""
    return Invalid(
        "sealing.certificate-not-for-signing",
        "Chứng thư này không dùng để ký văn bản. Hãy chọn chứng thư khác.",
        "This certificate is not for signing documents. Choose another.",
        field="key",
    )


def unreadable_scan() -> Invalid:
    """No PDF whose pages can be seen."""
    return Invalid(
        "sealing.unreadable-scan",
        "Không đọc được tệp quét: tệp hỏng, có mật khẩu hoặc không có trang nào. Hãy quét lại thành PDF.",
        "The scan cannot be read: damaged, protected by a password, or without pages. Scan it again as PDF.",
        field="file",
    )


def pages_differ(declared: int, found: int) -> Invalid:
    """A page was left on the glass."""
    return Invalid(
        "sealing.pages-differ",
        f"Tệp quét có {found} trang nhưng bạn khai {declared} trang. Hãy quét đủ trang hoặc sửa số trang.",
        f"The scan has {found} pages, but you stated {declared}. Scan every page or correct the number.",
        field="pages",
    )


def not_declared() -> Invalid:
    """Somebody answers for the copy."""
    return Invalid(
        "sealing.not-declared",
        "Hãy đối chiếu bản quét với bản giấy, rồi đánh dấu cam kết. Người cam kết chịu trách nhiệm về bản số hóa.",
        "Compare the scan with the paper, then tick the declaration. Whoever declares answers for the copy.",
        field="declared",
    )


def incomplete(field: str) -> Invalid:
    """What the copy must say of its original."""
    return Invalid(
        "sealing.incomplete",
        "Hãy ghi đủ thông tin này như trên bản giấy.",
        "Enter this as it stands on the paper.",
        field=field,
    )


def nobody() -> Invalid:
    """No account to keep it in."""
    return Invalid(
        "sealing.nobody",
        "Chưa có tài khoản nào mang số định danh này. Hãy giúp công dân đăng ký tài khoản rồi số hóa.",
        "No account has this personal number. Help the citizen to register first.",
        field="owner",
    )


def no_such_copy() -> NotFound:
    """No copy of this name."""
    return NotFound(
        "sealing.no-such-copy",
        "Không tìm thấy bản sao này. Hãy kiểm tra lại mã.",
        "There is no such copy. Check the code.",
    )


def counts_no_more(code: str) -> Conflict:
    """No copy of what was replaced or revoked."""
    return Conflict(
        "sealing.counts-no-more",
        f"Kết quả {code} đã được thay thế hoặc thu hồi nên không cấp bản sao. Hãy dùng kết quả còn hiệu lực.",
        f"Result {code} was replaced or revoked, so no copy is made of it. Use the one that counts.",
    )
