"""The unit of work: one transaction, one actor, one time; facts reach subscribers and the outbox before it commits."""

import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any, TypeVar

import asyncpg
import msgspec

from hub.kernel import audit, outbox
from hub.kernel.actor import Actor
from hub.kernel.clock import Clock, system_clock
from hub.kernel.errors import Away, Invalid, Problem
from hub.kernel.events import Fact, Routes, Subscribers
from hub.kernel.storage import Storage

T = TypeVar("T")

_LOST = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InternalClientError,
)
_UNSTORABLE = (asyncpg.CharacterNotInRepertoireError, asyncpg.UntranslatableCharacterError)
"""PostgreSQL keeps every character but U+0000."""


class UnitOfWork:
    """What a service verb works with. Only `Database.begin` makes and commits one."""

    def __init__(
        self,
        conn: asyncpg.Connection,
        actor: Actor,
        now: datetime,
        storage: Storage,
        subscribers: Subscribers,
        routes: Routes,
    ) -> None:
        self.conn = conn
        self.actor = actor
        self.now = now
        self.storage = storage
        self._subscribers = subscribers
        self._routes = routes
        self._rows: list[outbox.Row] = []

    @contextmanager
    def on_behalf(self, person: Actor) -> Iterator[None]:
        """What is written inside is this person's act, which they confirmed elsewhere (in an app)."""
        kept, self.actor = self.actor, person
        try:
            yield
        finally:
            self.actor = kept

    async def emit(self, fact: Fact) -> None:
        """Run the fact's subscribers here and now, then note a row for each of its routes."""
        kind = type(fact)
        for subscriber in self._subscribers.get(kind, ()):
            await subscriber(self, fact)
        for route in self._routes.get(kind, ()):
            parcels = await route.build(self, fact)
            self._rows += [outbox.row(route.connector, parcel, kind.__name__, self.now) for parcel in parcels]

    async def audit(self, action: str, subject: str, data: dict[str, Any] | None = None) -> None:
        """Who did what to what; `action` is `source:subject:verb`."""
        await audit.append(self.conn, self.actor, self.now, action, subject, data or {})

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """A part that may fail alone: its writes and its noted rows go together."""
        kept = len(self._rows)
        try:
            with _problems():
                async with self.conn.transaction():
                    yield
        except BaseException:
            del self._rows[kept:]
            raise

    async def flush(self) -> None:
        """Write the noted rows, lanes locked in one order so that two transactions never wait for each other."""
        rows, self._rows = self._rows, []
        if rows:
            await outbox.enqueue(self.conn, rows)


class Database:
    """A pool without RESET on release: no session state is ever left behind (STACK §2)."""

    def __init__(
        self, pool: asyncpg.Pool, clock: Clock, storage: Storage, subscribers: Subscribers, routes: Routes
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._storage = storage
        self._subscribers = subscribers
        self._routes = routes

    @property
    def pool(self) -> asyncpg.Pool:
        """For listeners and bulk readers in the kernel and integration only."""
        return self._pool

    def now(self) -> datetime:
        """The injected time."""
        return self._clock()

    @asynccontextmanager
    async def begin(self, actor: Actor) -> AsyncIterator[UnitOfWork]:
        """A transaction; commits when the block ends well or in a Problem that `commits`. Raises Away, Invalid."""
        refusal: Problem | None = None
        with _problems():
            async with self._pool.acquire() as conn:
                with _problems(conn):
                    async with conn.transaction():
                        uow = UnitOfWork(conn, actor, self._clock(), self._storage, self._subscribers, self._routes)
                        try:
                            yield uow
                        except Problem as problem:
                            if not problem.commits:
                                raise
                            refusal = problem
                        await uow.flush()
        if refusal is not None:
            raise refusal

    def read(self) -> "Reading":
        """For queries only: no transaction, each statement sees the latest commit. Raises Away, Invalid."""
        return Reading(self._pool, self._clock, self._storage)


class Reading:
    """`async with db.read() as uow`: the door that every request goes through, so written out."""

    __slots__ = ("_clock", "_conn", "_pool", "_storage")

    def __init__(self, pool: asyncpg.Pool, clock: Clock, storage: Storage) -> None:
        self._pool = pool
        self._clock = clock
        self._storage = storage

    async def __aenter__(self) -> UnitOfWork:
        try:
            self._conn = await self._pool.acquire()
        except _LOST as lost:
            raise away() from lost
        return UnitOfWork(self._conn, _READER, self._clock(), self._storage, {}, {})

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        problem = _meaning(self._conn, error) if error else None
        await self._pool.release(self._conn)
        if problem:
            raise problem from error


@contextmanager
def _problems(conn: asyncpg.Connection | None = None) -> Iterator[None]:
    """What the database says of itself or of what it was given, as what it means for who asked."""
    try:
        yield
    except Exception as error:
        if problem := _meaning(conn, error):
            raise problem from error
        raise


def _meaning(conn: asyncpg.Connection | None, error: BaseException) -> Problem | None:
    """InterfaceError is the driver's word for a transaction that ends on a broken connection, and for misuse."""
    if isinstance(error, _LOST):
        return away()
    if isinstance(error, asyncpg.InterfaceError) and conn is not None and _closed(conn):
        return away()
    return _unstorable() if isinstance(error, _UNSTORABLE) else None


def _closed(conn: asyncpg.Connection) -> bool:
    try:
        return bool(conn.is_closed())
    except asyncpg.InterfaceError:  # the pool has taken the broken connection back already
        return True


_READER = Actor(kind="system", id="reader", name="reader")


def away() -> Away:
    """PostgreSQL does not answer."""
    return Away(
        "hub.database-away",
        "Cơ sở dữ liệu tạm thời không trả lời. Thao tác vừa rồi chưa được ghi; vui lòng làm lại sau ít phút.",
        "The database does not answer for the moment. Your last action was not stored; please try again shortly.",
    )


def _unstorable() -> Invalid:
    return Invalid(
        "http.unstorable-character",
        "Nội dung gửi lên có ký tự không lưu được (ký tự rỗng U+0000). Hãy xóa ký tự đó rồi gửi lại.",
        "What was sent has a character that cannot be stored (the null character U+0000). Remove it and resend.",
        field="body",
    )


@asynccontextmanager
async def open_database(
    dsn: str,
    storage: Storage,
    *,
    clock: Clock = system_clock,
    subscribers: Subscribers | None = None,
    routes: Routes | None = None,
    max_size: int = 12,
) -> AsyncIterator[Database]:
    """The process's one database."""
    pool = await asyncpg.create_pool(dsn, min_size=1, max_size=max_size, init=_prepare, reset=_keep, command_timeout=60)
    try:
        yield Database(pool, clock, storage, subscribers or {}, routes or {})
    finally:
        await pool.close()


async def _prepare(conn: asyncpg.Connection) -> None:
    await conn.set_type_codec("jsonb", schema="pg_catalog", encoder=_to_json, decoder=msgspec.json.decode)
    await conn.set_type_codec("uuid", schema="pg_catalog", encoder=_uuid_bytes, decoder=_uuid_from, format="binary")


def _to_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _uuid_bytes(value: uuid.UUID) -> bytes:
    return value.bytes


def _uuid_from(value: bytes) -> uuid.UUID:
    return uuid.UUID(bytes=bytes(value))


async def _keep(conn: asyncpg.Connection) -> None:
    """Replaces the RESET round trip."""


def as_struct(row: asyncpg.Record | None, kind: type[T]) -> T | None:
    """A row as a struct of the same field names; None stays None."""
    return None if row is None else msgspec.convert(dict(row), kind)


def as_structs(rows: Sequence[asyncpg.Record], kind: type[T]) -> tuple[T, ...]:
    """Rows as structs of the same field names."""
    return tuple(msgspec.convert(dict(row), kind) for row in rows)
