"""The verdict in words that an officer can use, Vietnamese first (Circular 15/2025/TT-BKHCN)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from signing.model import Indication, LaterChanges, SubIndication

VN = timezone(timedelta(hours=7))
Pair = tuple[str, str]


def moment(value: datetime | None) -> str:
    return value.astimezone(VN).strftime("%H:%M:%S %d/%m/%Y") if value else "…"


# why → (Vietnamese, English); {d} is the detail, {t} the best signature time, {line} and {column} a place in a text
WHY: dict[str, Pair] = {
    "format": ("cấu trúc chữ ký sai quy cách ({d})", "the signature is malformed ({d})"),
    "hash": ("nội dung đã bị thay đổi sau khi ký", "the content was changed after signing"),
    "signature": (
        "giá trị chữ ký không khớp với chứng thư số của người ký",
        "the signature value does not match the signer's certificate",
    ),
    "no-certificate": (
        "không tìm thấy chứng thư số của người ký trong tệp",
        "the signer's certificate is not in the file",
    ),
    "problem": ("không xác định được chữ ký ({d})", "the signature cannot be determined ({d})"),
    "no-chain": (
        "chữ ký nguyên vẹn; chưa tin cậy được vì hệ thống không có chứng thư gốc hoặc trung gian «{d}»",
        "the signature is intact; it cannot be trusted because the anchor or intermediate “{d}” is not known here",
    ),
    "not-a-ca": (
        "chứng thư cấp cho người ký không do một tổ chức chứng thực hợp lệ phát hành ({d})",
        "the certificate path is not permitted: its issuer is not a proper CA ({d})",
    ),
    "key-usage": (
        "chứng thư số không được phép dùng để ký văn bản",
        "the certificate may not be used to sign documents",
    ),
    "not-a-tsa": (
        "chứng thư không phải của tổ chức cấp dấu thời gian",
        "the certificate is not that of a time-stamp authority",
    ),
    "not-yet-valid": (
        "chữ ký được tạo trước khi chứng thư số có hiệu lực",
        "the signature was made before the certificate became valid",
    ),
    "expired-at-best-time": (
        "không chứng minh được chữ ký có trước khi chứng thư số hết hạn (thời điểm chứng minh được: {t})",
        "there is no proof that the signature existed before the certificate expired (proven time: {t})",
    ),
    "weak-chain": (
        "chứng thư «{d}» được cấp bằng thuật toán không còn an toàn tại thời điểm {t}",
        "the certificate “{d}” was issued with an algorithm that was no longer safe at {t}",
    ),
    "weak-algorithm": (
        "thuật toán ký không an toàn tại thời điểm chứng minh được {t}",
        "the signature algorithm was not safe at the proven time {t}",
    ),
    "revoked": (
        "chứng thư «{d}» đã bị thu hồi trước thời điểm chứng minh được của chữ ký {t}",
        "the certificate “{d}” had been revoked before the proven signature time {t}",
    ),
    "no-revocation": (
        "chữ ký nguyên vẹn; chưa kiểm tra được tình trạng thu hồi vì không có CRL hoặc OCSP cho «{d}» tại {t}",
        "the signature is intact; revocation could not be checked: no CRL or OCSP for “{d}” at {t}",
    ),
    "stale-revocation": (
        "chữ ký nguyên vẹn; dữ liệu thu hồi hiện có của «{d}» quá cũ, không nói được tình trạng tại {t}",
        "the signature is intact; the revocation data held for “{d}” is too old to tell the status at {t}",
    ),
    "no-poe": (
        "chứng thư số đã hết hạn và không có bằng chứng dài hạn về tình trạng của «{d}» tại thời điểm ký",
        "the certificate has expired and no long-term proof tells the status of “{d}” when it was signed",
    ),
    "in-the-future": (
        "thời điểm ký ghi trong chữ ký nằm ở tương lai",
        "the signing time stated in the signature lies in the future",
    ),
    "before-issuance": (
        "thời điểm ký ghi trong chữ ký trước ngày cấp chứng thư số",
        "the signing time stated in the signature is before the certificate was issued",
    ),
    "order": ("thứ tự các dấu thời gian mâu thuẫn", "the time-stamps contradict each other"),
    "no-timestamp": ("chữ ký không có dấu thời gian hợp lệ", "the signature has no valid time-stamp"),
    "coverage": (
        "chữ ký không bao trùm toàn bộ nội dung của văn bản ({d})",
        "the signature does not cover the whole document ({d})",
    ),
    "tail": ("có dữ liệu lạ ở cuối tệp ({d})", "there is foreign data at the end of the file ({d})"),
    "changed-dictionary": (
        "thông tin của chữ ký đã bị thay đổi sau khi ký ({d})",
        "the signature's own data was changed after signing ({d})",
    ),
    "forbidden-changes": (
        "văn bản đã bị thay đổi sau khi ký ({d})",
        "the document was changed after it was signed ({d})",
    ),
    "form-filled": (
        "sau khi ký có ô biểu mẫu được điền thêm, không chữ ký nào bảo đảm ({d})",
        "form fields were filled in after signing and no signature vouches for them ({d})",
    ),
    "data-missing": (
        "không có nội dung đã ký kèm theo",
        "the signed content was not supplied",
    ),
    "not-bound": (
        "chữ ký không ràng buộc với chứng thư số của người ký",
        "the signature is not bound to the signer's certificate",
    ),
    "wrong-element": (
        "phần tử được ký không phải là toàn bộ tài liệu ({d})",
        "what was signed is not the whole document ({d})",
    ),
    "split-text": (
        "có chú thích không được ký chen vào giữa nội dung của «{d}»",
        "a comment that nobody signed stands inside the text of “{d}”",
    ),
    "archive-index": (
        "dấu thời gian lưu trữ không khớp với những gì có trong tệp ({d})",
        "the archive time-stamp does not match what is in the file ({d})",
    ),
    "archive-distributed": (
        "dấu thời gian lưu trữ ở dạng phân tán, hệ thống không đánh giá",
        "the archive time-stamp is of the distributed kind, which is not evaluated here",
    ),
    "xml-cut-off": (
        "tệp XML bị cắt cụt: nội dung dừng ở dòng {line}, cột {column} khi còn thẻ chưa đóng; hãy tải hoặc xin lại tệp",
        "the XML file is cut off: it ends at line {line}, column {column} inside an open element; fetch it again",
    ),
    "xml-after-end": (
        "tệp XML có nội dung thừa sau thẻ gốc, từ dòng {line}, cột {column}",
        "the XML file has content after its root element, from line {line}, column {column}",
    ),
    "xml-tags": (
        "thẻ đóng không khớp thẻ mở trong tệp XML, ở dòng {line}, cột {column}",
        "an end tag of the XML file does not match its start tag, at line {line}, column {column}",
    ),
    "xml-markup": (
        "có dấu < hoặc & đặt sai chỗ hoặc tên thẻ sai trong tệp XML, ở dòng {line}, cột {column}",
        "the XML file has a misplaced < or &, or a bad element name, at line {line}, column {column}",
    ),
    "xml-characters": (
        "tệp XML có ký tự không được phép, ở dòng {line}, cột {column}",
        "the XML file holds a character that is not allowed, at line {line}, column {column}",
    ),
    "xml-encoding": (
        "tệp XML không đúng bảng mã đã khai (thường là UTF-8), ở dòng {line}, cột {column}",
        "the XML file is not in the encoding that it declares (usually UTF-8), at line {line}, column {column}",
    ),
    "xml-entity": (
        "tệp XML dùng thực thể không được khai, ở dòng {line}, cột {column}",
        "the XML file refers to an entity that is not declared, at line {line}, column {column}",
    ),
    "xml-attribute": (
        "một thuộc tính trong tệp XML bị lặp, thiếu giá trị hoặc thiếu dấu nháy, ở dòng {line}, cột {column}",
        "an attribute of the XML file is repeated, without a value or without quotes, at line {line}, column {column}",
    ),
    "xml-namespace": (
        "tệp XML dùng tiền tố không gian tên chưa khai, ở dòng {line}, cột {column}",
        "the XML file uses a namespace prefix that is not declared, at line {line}, column {column}",
    ),
    "xml-declaration": (
        "dòng khai báo <?xml …?> sai hoặc không đứng đầu tệp XML, ở dòng {line}, cột {column}",
        "the <?xml …?> declaration is wrong or not at the start of the XML file, at line {line}, column {column}",
    ),
    "xml-too-large": (
        "tệp XML lồng quá sâu hoặc có phần quá dài nên không đọc tiếp, từ dòng {line}, cột {column}",
        "the XML file is nested too deeply or has too long a part; reading stopped at line {line}, column {column}",
    ),
    "xml-malformed": (
        "tệp XML sai cú pháp, ở dòng {line}, cột {column}",
        "the XML file is not well-formed, at line {line}, column {column}",
    ),
    "xml-doctype": (
        "tệp XML có khai báo DOCTYPE; vì an toàn hệ thống không đọc tệp như vậy",
        "the XML file has a DOCTYPE declaration; for safety such files are not read",
    ),
    "time-stamp": ("dấu thời gian không hợp lệ ({d})", "the time-stamp is not valid ({d})"),
}

UNREADABLE: Pair = ("Tệp không đọc được nên không kiểm tra được chữ ký ({d}).", "The file cannot be read ({d}).")
ENCRYPTED: Pair = (
    "Tệp có mật khẩu bảo vệ; hãy nhập mật khẩu để kiểm tra chữ ký.",
    "The file is encrypted; give its password to check the signatures.",
)
OVER_LIMIT: Pair = (
    "Việc kiểm tra tệp vượt giới hạn cho phép ({d}); chưa xác định được chữ ký.",
    "Checking the file went over its limit ({d}); the signatures are not determined.",
)
NO_SIGNATURE: Pair = ("Tệp không có chữ ký số nào.", "The file carries no digital signature.")
ONLY_TIMESTAMPS: Pair = (
    "Tệp chỉ có dấu thời gian, không có chữ ký số của ai.",
    "The file carries only time-stamps; nobody signed it.",
)
NOT_SIGNABLE: Pair = (
    "Không nhận ra loại tệp; không tìm thấy chữ ký số.",
    "The kind of file is not known; no digital signature was found.",
)


_NOT_TEXT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def shown(text: str) -> str:
    """Names and details come from the file: what neither XML nor UTF-8 can hold becomes a replacement character."""
    return _NOT_TEXT.sub("\N{REPLACEMENT CHARACTER}", text)


def fill(pair: Pair, **values: str) -> Pair:
    clean = {name: shown(value) for name, value in values.items()}
    return pair[0].format(**clean), pair[1].format(**clean)


def why(key: str, *, detail: str = "", at: datetime | None = None, place: tuple[int, int] = (0, 0)) -> Pair:
    line, column = map(str, place)
    return fill(WHY.get(key, WHY["problem"]), d=detail or key, t=moment(at), line=line, column=column)


def signature_sentence(
    indication: Indication,
    sub: SubIndication | None,
    reason: Pair,
    signer: str | None,
    best: datetime | None,
    proven: bool,
) -> Pair:
    who_vi, who_en = shown(signer or "người ký không rõ"), shown(signer or "an unknown signer")
    if indication is Indication.TOTAL_PASSED:
        time_vi = f"đã có dấu thời gian chứng minh lúc {moment(best)}" if proven else "chưa có dấu thời gian"
        time_en = f"a time-stamp proves it at {moment(best)}" if proven else "without a time-stamp"
        return (
            f"Chữ ký của {who_vi} hợp lệ; chứng thư số còn hiệu lực và chưa bị thu hồi tại thời điểm ký; {time_vi}.",
            f"The signature of {who_en} is valid; the certificate was in force and not revoked; {time_en}.",
        )
    head_vi, head_en = (
        ("không hợp lệ", "is not valid")
        if indication is Indication.TOTAL_FAILED
        else ("chưa xác định được", "is indeterminate")
    )
    return f"Chữ ký của {who_vi} {head_vi}: {reason[0]}.", f"The signature of {who_en} {head_en}: {reason[1]}."


ADDITIONS = (
    ("dấu thời gian tài liệu «", "document time-stamp «"),
    ("dữ liệu xác minh dài hạn", "long-term validation data"),
    ("chữ ký «", "signature «"),
    ("ô ký trống «", "empty signature field «"),
    ("» của ", "» of "),
)


def english(listed: str) -> str:
    """The list of additions in English; names stay as they are."""
    for vi, en in ADDITIONS:
        listed = listed.replace(vi, en)
    return listed


def overall_sentence(
    indication: Indication, changes: LaterChanges, count: int, worst: Pair | None, added: tuple[str, ...]
) -> Pair:
    if indication is Indication.TOTAL_PASSED:
        more_vi = more_en = ""
        if changes is LaterChanges.ALLOWED:
            listed = "; ".join(added)
            more_vi = f" Sau chữ ký đầu tiên chỉ bổ sung: {listed}." if listed else ""
            more_en = f" After the first signature only these were added: {english(listed)}." if listed else ""
        return (
            f"Tài liệu có {count} chữ ký số, tất cả đều hợp lệ.{more_vi}",
            f"The document carries {count} digital signature(s), all valid.{more_en}",
        )
    verdict_vi, verdict_en = (
        ("KHÔNG HỢP LỆ", "NOT VALID") if indication is Indication.TOTAL_FAILED else ("CHƯA XÁC ĐỊNH", "INDETERMINATE")
    )
    tail = worst or ("", "")
    return f"Tài liệu {verdict_vi}. {tail[0]}".strip(), f"The document is {verdict_en}. {tail[1]}".strip()
