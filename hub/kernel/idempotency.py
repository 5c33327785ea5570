"""`Idempotency-Key`: the same request again gets the same answer; another body under the same key is refused.

The key's row is written in the transaction of the effect, so a crash leaves either both or neither. While that
transaction runs, a second request with the key is told so at once instead of holding a connection until it ends.
"""

from hashlib import blake2b, sha256

from hub.kernel.db import UnitOfWork
from hub.kernel.errors import Conflict, Invalid

# First come. The lock ends with the transaction; a statement of its own, so that the next one sees what it guarded.
TURN = "select pg_try_advisory_xact_lock($1)"
CLAIM = """
insert into kernel.idempotency (scope, key, fingerprint) values ($1, $2, $3)
on conflict (scope, key) do nothing returning key
"""
FIND = "select fingerprint, body from kernel.idempotency where scope = $1 and key = $2"
REMEMBER = "update kernel.idempotency set status = $3, body = $4 where scope = $1 and key = $2"
FORGET = "delete from kernel.idempotency where created_at < $1"

LONGEST = 200
IN_FLIGHT = "http.idempotency-key-in-flight"


async def earlier(uow: UnitOfWork, scope: str, key: str, body: bytes) -> bytes | None:
    """The answer of an earlier request with this key, or None when this is the first.

    Raises Invalid (422) for another body, Conflict (409) while the first is being handled.
    """
    if not key:
        return None
    if len(key) > LONGEST:
        raise Invalid(
            "http.idempotency-key-too-long",
            f"Idempotency-Key dài quá {LONGEST} ký tự. Hãy dùng một mã ngắn, ví dụ UUID.",
            f"The Idempotency-Key is over {LONGEST} characters. Use a short one, such as a UUID.",
            field="Idempotency-Key",
        )
    if not await uow.conn.fetchval(TURN, _lock(scope, key)):
        raise _in_flight()
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


def _lock(scope: str, key: str) -> int:
    """The advisory lock of a key: 64 bits, signed."""
    return int.from_bytes(blake2b(f"{scope}\x1f{key}".encode(), digest_size=8).digest(), signed=True)


def _in_flight() -> Conflict:
    return Conflict(
        IN_FLIGHT,
        "Yêu cầu trước cùng Idempotency-Key này đang được xử lý. Hãy gửi lại sau một giây để nhận đúng câu trả lời đó.",
        "An earlier request with this Idempotency-Key is being handled. Resend in a second to get its very answer.",
        field="Idempotency-Key",
    )
