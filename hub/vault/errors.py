"""What the vault refuses. Upload refusals name the field, the fault and the repair.

NoSuchEntry        404
NewerVersion       409
NoSuchConversion   404
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
