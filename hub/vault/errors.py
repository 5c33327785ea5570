"""What the vault refuses. Upload refusals name the field, the fault and the repair.

NoSuchEntry        404
NewerVersion       409
NoSuchConversion   404
ContentGone        503
NoSuchShare        404
ShareEnded         404  code `vault.share-lapsed`, `-revoked`, `-used`
ShareRefused       422  code `vault.share-<why>`
UploadRefused      422  code `upload.<why>`
Infected           422  code `upload.infected`
AntivirusAway      503
"""

from hub.kernel.errors import Away, Conflict, Invalid, NotFound


class NoSuchEntry(NotFound):
    """Not there, or not yours."""

    def __init__(self) -> None:
        super().__init__(
            "vault.no-such-entry",
            "Không tìm thấy giấy tờ này trong kho dữ liệu.",
            "There is no such document in the vault.",
        )


class NewerVersion(Conflict):
    """Two versions of one document at once: the first one stays."""

    def __init__(self) -> None:
        super().__init__(
            "vault.newer-version",
            "Giấy tờ này vừa có một phiên bản mới hơn. Hãy tải lại trang và xem phiên bản mới trước khi thay.",
            "This document has just got a newer version. Reload the page and look at it before you replace it.",
        )


class ContentGone(Away):
    """The same bytes were deleted while they came in again."""

    def __init__(self) -> None:
        super().__init__(
            "vault.content-gone",
            "Tệp này vừa được dọn khỏi kho trong lúc bạn gửi lên. Hãy gửi lại một lần nữa.",
            "This file was being cleared from the store while you sent it. Please send it once more.",
        )


class NoSuchShare(NotFound):
    """Not there, or not for you."""

    def __init__(self) -> None:
        super().__init__(
            "vault.no-such-share",
            "Không tìm thấy tài liệu được chia sẻ ở địa chỉ này. Hãy kiểm tra lại đường dẫn hoặc hỏi người đã gửi.",
            "There is no shared document at this address. Check the link or ask whoever sent it.",
        )


class ShareEnded(NotFound):
    """It was there once. `why`: lapsed, revoked or used."""

    def __init__(self, why: str) -> None:
        vi, en = _ENDS[why]
        super().__init__(
            f"vault.share-{why}",
            f"{vi} Nếu vẫn cần tài liệu, hãy đề nghị chủ tài liệu chia sẻ lại.",
            f"{en} If you still need the document, ask its owner to share it again.",
        )


_ENDS = {
    "lapsed": ("Đường dẫn chia sẻ này đã hết hạn.", "This share has expired."),
    "revoked": ("Chủ tài liệu đã thu hồi chia sẻ này.", "The owner has revoked this share."),
    "used": ("Đường dẫn này chỉ mở được một lần và đã được dùng.", "This link opens once only, and it has been used."),
}


class ShareRefused(Invalid):
    """What was asked for cannot be shared like this."""

    def __init__(self, why: str, vi: str, en: str, *, field: str) -> None:
        super().__init__(f"vault.share-{why}", vi, en, field=field)


class NoSuchConversion(NotFound):
    """No paper copy of this token."""

    def __init__(self) -> None:
        super().__init__(
            "vault.no-such-conversion",
            "Không tìm thấy bản chuyển đổi này. Mã QR có thể đã bị in lại không đúng; hãy hỏi nơi đưa giấy cho bạn.",
            "There is no such paper copy. The QR code may be a bad reprint; ask whoever gave you the paper.",
        )


class UploadRefused(Invalid):
    """A file that is not taken."""

    def __init__(self, why: str, vi: str, en: str, *, file: str, **data: object) -> None:
        super().__init__(f"upload.{why}", vi, en, field="file", data={"file": file, **data})


class Infected(UploadRefused):
    """The scanner named a virus."""

    def __init__(self, file: str, virus: str) -> None:
        super().__init__(
            "infected",
            f"Tệp «{file}» chứa mã độc ({virus}) nên không được nhận. Hãy quét máy của bạn rồi tạo lại tệp từ bản gốc.",
            f"The file '{file}' carries malware ({virus}) and was not taken. Scan your computer, then make it anew.",
            file=file,
            virus=virus,
        )


class AntivirusAway(Away):
    """The scanner is configured and does not answer: nothing unscanned comes in."""

    def __init__(self, why: str) -> None:
        super().__init__(
            "vault.antivirus-away",
            "Bộ quét mã độc tạm thời không trả lời nên chưa thể nhận tệp. Hãy thử lại sau ít phút.",
            "The malware scanner does not answer for the moment, so files cannot be taken. Try again in a few minutes.",
            data={"why": why},
        )
