"""What the result module refuses; the deciding agency reads these.

result.not-pdf     422  the file is no PDF
result.unsigned    422  no signature in it
result.tampered    422  changed after signing, or damaged
result.untrusted   422  signed, but by a certificate that we cannot trust, or not now
result.no-agency   422  signed, but by no agency or official
not_competent      422  result.not-competent: signed well, but not by whoever decides
seal_…             422  a seal that cannot be registered; 403 for the same person twice; 404
no_such_result     404
counts_no_more     409
changed_meanwhile  409
"""

from hub.kernel.errors import Conflict, Forbidden, Invalid, NotFound

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


def not_competent(file: str, unit: str, signer: str, organisation: str, issuer: str) -> Invalid:
    """A good signature of somebody who does not decide this dossier."""
    return Invalid(
        "result.not-competent",
        f"Tệp kết quả «{file}» được ký bởi «{signer}» ({organisation}; do {issuer} cấp), không phải con dấu đã đăng ký của "
        f"«{unit}» hoặc cơ quan cấp trên có thẩm quyền. Hãy ký bằng con dấu của cơ quan quyết định rồi gửi lại; nếu con dấu "
        "đúng nhưng mới, hãy đề nghị văn thư và lãnh đạo đơn vị đăng ký con dấu (trang Con dấu, hoặc lệnh hub seals propose).",
        f"The result file '{file}' was signed by '{signer}' ({organisation}; issued by {issuer}), which is no registered "
        f"seal of '{unit}' or of an agency above it. Sign it with the deciding agency's seal and send it again; if the "
        "seal is right but new, have it registered by two persons (page Con dấu, or: hub seals propose).",
        field="files",
        data={"file": file, "signer": signer, "organisation": organisation, "unit": unit},
    )


def seal_unit_unknown(code: str) -> Invalid:
    """Not in the province's profile."""
    return Invalid(
        "result.seal-unit-unknown",
        f"Không có đơn vị mã «{code}» trong cấu hình của tỉnh. Hãy kiểm tra lại mã đơn vị.",
        f"The province's profile has no unit '{code}'. Check the code.",
        field="unit",
    )


def seal_of_another_unit(code: str) -> Forbidden:
    """Everybody answers for the seals of their own unit; an operator for all."""
    return Forbidden(
        "result.seal-of-another-unit",
        f"Bạn không thuộc đơn vị «{code}» nên không đề nghị được con dấu của đơn vị đó. Hãy nhờ văn thư của đơn vị "
        "hoặc quản trị hệ thống.",
        f"You do not belong to unit '{code}', so you cannot propose its seal. Ask its clerk or the system's operator.",
    )


def seal_basis_needed() -> Invalid:
    """Why does this seal count?"""
    return Invalid(
        "result.seal-basis-needed",
        "Chưa có căn cứ. Hãy ghi số, ngày văn bản giao hoặc thông báo con dấu.",
        "There is no basis. Give the number and date of the document that assigns or announces the seal.",
        field="basis",
    )


def seal_unreadable() -> Invalid:
    """No certificate."""
    return Invalid(
        "result.seal-unreadable",
        "Không đọc được chứng thư số trong tệp này. Hãy gửi chứng thư dạng PEM hoặc DER (.pem, .cer, .crt).",
        "There is no readable certificate in this file. Send it as PEM or DER (.pem, .cer, .crt).",
        field="certificate",
    )


def seal_same_person() -> Forbidden:
    """Four eyes."""
    return Forbidden(
        "result.seal-same-person",
        "Người đề nghị đăng ký con dấu không thể tự duyệt. Hãy nhờ một cán bộ khác duyệt.",
        "Who proposed a seal cannot approve it. Ask another officer.",
    )


def no_such_seal() -> NotFound:
    """Not there, or not in this state."""
    return NotFound(
        "result.no-such-seal",
        "Không tìm thấy con dấu này, hoặc nó đã được người khác xử lý. Hãy tải lại danh sách.",
        "There is no such seal, or somebody else has dealt with it. Reload the list.",
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
