"""What the store refuses or cannot do.

Missing      404  code `storage.missing`: the content is gone
Damaged      500  code `storage.damaged`: changed, cut, swapped; nothing of it is given out as if it were right
KeyMissing   503  code `storage.key-missing`: the key ring lacks a key
StoreAway    503  code `storage.away`
"""

from hub.kernel.errors import Away, NotFound, Problem


class Missing(NotFound):
    """The address is known and the content is not there."""

    def __init__(self, digest: str) -> None:
        super().__init__(
            "storage.missing",
            "Không tìm thấy nội dung tệp trong kho. Cán bộ vận hành đã được báo để khôi phục.",
            "The file's content is missing from the store; the operator must restore it.",
            data={"sha256": digest},
        )


class Damaged(Problem):
    """What lies there is not what was put there. `why`: for the operator."""

    status = 500

    def __init__(self, why: str) -> None:
        super().__init__(
            "storage.damaged",
            "Nội dung tệp trong kho đã bị hỏng hoặc bị thay đổi nên không được đưa ra. Người vận hành cần khôi phục "
            "tệp này từ bản sao lưu.",
            "The file's content in the store is damaged or was changed, so it is not given out. The operator must "
            "restore it from a backup.",
            data={"why": why},
        )


class KeyMissing(Away):
    """A file is sealed under a key that this process's key ring does not have."""

    def __init__(self, kek: str) -> None:
        super().__init__(
            "storage.key-missing",
            f"Chùm khóa ở VAULT_KEYS thiếu khóa «{kek}» nên chưa mở được tệp. Người vận hành cần chép lại chùm khóa "
            "mới nhất; không có gì bị mất.",
            f"The key ring in VAULT_KEYS lacks the key '{kek}', so the file cannot be opened yet. The operator must "
            "copy the newest key ring here; nothing is lost.",
            data={"key": kek},
        )


class StoreAway(Away):
    """The folder or the bucket does not answer."""

    def __init__(self, words: str) -> None:
        super().__init__(
            "storage.away",
            "Kho tệp tạm thời không trả lời. Thao tác vừa rồi chưa được ghi; vui lòng làm lại sau ít phút.",
            "The file store does not answer for the moment. Your last action was not stored; please try again shortly.",
        )
        self.words = words
