"""What the result module refuses; the deciding agency reads these.

result.not-pdf     422  the file is no PDF
result.unsigned    422  no signature in it
result.tampered    422  changed after signing, or damaged
result.untrusted   422  signed, but by a certificate that we cannot trust, or not now
result.no-agency   422  signed, but by no agency or official
no_such_result     404
counts_no_more     409
changed_meanwhile  409
"""

from hub.kernel.errors import Conflict, Invalid, NotFound

_WORDS: dict[str, tuple[str, str]] = {
    "not-pdf": (
        "không phải PDF. Kết quả phải là văn bản đã ban hành dạng PDF có chữ ký số; hãy gửi lại đúng tệp.",
        "is not a PDF. A result is the issued document as a digitally signed PDF; send that file.",
    ),
    "unsigned": (
        "chưa có chữ ký số. Hãy ký số của cơ quan có thẩm quyền rồi gửi lại; chưa có gì được trả cho công dân.",
        "has no digital signature. Sign it as the competent agency and send it again; nothing was released.",
    ),
    "tampered": (
        "đã bị thay đổi sau khi ký. Hãy gửi lại nguyên tệp đã ký, không qua in, ghép hay chỉnh sửa.",
        "was changed after it was signed. Send the signed file as it is, not printed, merged or edited.",
    ),
    "untrusted": (
        "có chữ ký số chưa tin cậy được. Hãy ký lại bằng chứng thư số còn hiệu lực do tổ chức được công nhận cấp.",
        "has a signature that cannot be trusted. Sign it with a valid certificate of a recognised authority.",
    ),
    "no-agency": (
        "chỉ có chữ ký số cá nhân. Kết quả phải có chữ ký số của cơ quan hoặc người có thẩm quyền của cơ quan.",
        "carries only a private person's signature. A result needs that of the agency or of its official.",
    ),
}


def refused(why: str, file: str, verdict_vi: str, verdict_en: str) -> Invalid:
    """`why`: not-pdf | unsigned | tampered | untrusted | no-agency."""
    vi, en = _WORDS[why]
    return Invalid(
        f"result.{why}",
        f"Tệp kết quả «{file}» {vi} Kết luận kiểm tra: {verdict_vi}",
        f"The result file '{file}' {en} Verdict: {verdict_en}",
        field="files",
        data={"file": file},
    )


def no_such_result() -> NotFound:
    """No result of this code or token."""
    return NotFound(
        "result.no-such-result",
        "Không tìm thấy kết quả này. Hãy kiểm tra lại mã hoặc quét lại mã QR.",
        "There is no such result. Check the code or scan the QR code again.",
    )


def counts_no_more(code: str) -> Conflict:
    """No paper copy of what was replaced or revoked."""
    return Conflict(
        "result.counts-no-more",
        f"Kết quả {code} đã được thay thế hoặc thu hồi nên không chuyển đổi ra giấy được. Hãy dùng kết quả còn hiệu lực.",
        f"Result {code} was replaced or revoked, so no paper copy is made of it. Use the one that counts.",
    )


def changed_meanwhile() -> Conflict:
    """Somebody was faster."""
    return Conflict(
        "result.changed-meanwhile",
        "Kết quả vừa được cập nhật ở nơi khác. Hãy tải lại trang và làm lại.",
        "The result has just changed elsewhere. Reload the page and try again.",
    )
