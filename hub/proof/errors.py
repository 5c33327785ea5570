"""What the log refuses.

NoSuchFact   404
NotYet       409  the day's root is not signed yet
NoSuchRoot   404
"""

from datetime import datetime

from hub.kernel.clock import VN
from hub.kernel.errors import Conflict, NotFound


class NoSuchFact(NotFound):
    """Not there, or not yours."""

    def __init__(self) -> None:
        super().__init__(
            "proof.no-such-fact",
            "Không tìm thấy mục này trong nhật ký bằng chứng.",
            "There is no such entry in the log.",
        )


class NotYet(Conflict):
    """Recorded, but no signed root covers it."""

    def __init__(self, when: datetime) -> None:
        local = when.astimezone(VN)
        super().__init__(
            "proof.not-yet",
            f"Bằng chứng có thể tải sau khi gốc của nhật ký được ký, dự kiến lúc {local:%H:%M, %d/%m/%Y}.",
            f"The proof can be downloaded once the log's root is signed, expected at {local:%H:%M, %d/%m/%Y}.",
            data={"expected_at": when.isoformat()},
        )


class NoSuchRoot(NotFound):
    """No root of this size was signed."""

    def __init__(self) -> None:
        super().__init__(
            "proof.no-such-root",
            "Không có gốc nào được ký ở kích thước này. Xem danh sách tại /api/v1/proof/roots.",
            "No root of this size was signed. See the list at /api/v1/proof/roots.",
        )
