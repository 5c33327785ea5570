"""`Idempotency-Key`: the same request again gets the same answer; another body under the same key is refused.

The key's row is written in the transaction of the effect, so a crash leaves either both or neither.
"""

from hashlib import sha256

from hub.kernel.db import UnitOfWork
from hub.kernel.errors import Invalid

# First come; a second one waits here until the first has committed.
CLAIM = """
insert into kernel.idempotency (scope, key, fingerprint) values ($1, $2, $3)
on conflict (scope, key) do nothing returning key
"""
FIND = "select fingerprint, body from kernel.idempotency where scope = $1 and key = $2"
REMEMBER = "update kernel.idempotency set status = $3, body = $4 where scope = $1 and key = $2"
FORGET = "delete from kernel.idempotency where created_at < $1"

LONGEST = 200


async def earlier(uow: UnitOfWork, scope: str, key: str, body: bytes) -> bytes | None:
    """The answer of an earlier request with this key, or None when this is the first. Raises Invalid (422)."""
    if not key:
        return None
    if len(key) > LONGEST:
        raise Invalid(
            "http.idempotency-key-too-long",
            f"Idempotency-Key dài quá {LONGEST} ký tự. Hãy dùng một mã ngắn, ví dụ UUID.",
            f"The Idempotency-Key is over {LONGEST} characters. Use a short one, such as a UUID.",
            field="Idempotency-Key",
        )
    fingerprint = sha256(body).digest()
    if await uow.conn.fetchval(CLAIM, scope, key, fingerprint) is not None:
        return None
    row = await uow.conn.fetchrow(FIND, scope, key)
    if row["fingerprint"] != fingerprint:
        raise Invalid(
            "http.idempotency-key-reused",
            "Idempotency-Key này đã dùng cho một nội dung khác. Nội dung mới chưa được ghi; hãy dùng mã mới.",
            "This Idempotency-Key was used for another body. The new one was not stored; use a new key.",
            field="Idempotency-Key",
        )
    answer: bytes = row["body"]
    return answer


async def remember(uow: UnitOfWork, scope: str, key: str, status: int, body: bytes) -> None:
    """What a repeat will be answered."""
    if key:
        await uow.conn.execute(REMEMBER, scope, key, status, body)
