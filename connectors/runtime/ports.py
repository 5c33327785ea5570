"""The ports between the hub, the runtime and a connector. Types only; no behaviour."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import httpx
import msgspec
from litestar.handlers import BaseRouteHandler

from schemas.envelope import Answer, Inbound
from schemas.messages.dossier import FileRef


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One message taken from a queue. `redelivered` counts earlier deliveries by the broker."""

    body: bytes
    message_id: str
    redelivered: int = 0


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """One message to publish."""

    queue: str
    message_id: str
    body: bytes


DeliveryHandler = Callable[[Delivery], Awaitable[None]]


class Consumer(Protocol):
    """A running consumer. `close` lets what is in flight finish, then stops."""

    async def close(self) -> None: ...


class Bus(Protocol):
    """Carries encoded bytes. `publish` returns, for each message in order, None once it is safe, or what went wrong.

    Rabbit: safe = confirmed by the broker. Memory: safe = the handler has settled.
    """

    async def publish(self, messages: Sequence[Outgoing]) -> list[Exception | None]: ...

    async def consume(self, queue: str, handler: DeliveryHandler, *, prefetch: int) -> Consumer: ...

    async def close(self) -> None: ...


class Intake(Protocol):
    """The hub's door for what partners push. Both are idempotent on `(source, external_id)`.

    `accept` stores and returns at once; `ask` also waits for the hub's verdict (at most `timeout` seconds; after that
    the answer's code is `intake.pending` and the message is still kept and will be handled).
    A duplicate gets the first answer again, with `duplicate=True`.
    """

    async def accept(self, message: Inbound) -> Answer: ...

    async def ask(self, message: Inbound, *, timeout: float = 10.0) -> Answer: ...


class Files(Protocol):
    """Reads a file that a message refers to. Raises Retryable when the hub cannot be reached or the hash differs."""

    async def fetch(self, ref: FileRef) -> bytes: ...


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What a handler knows besides its message. `client` is the connector's own client."""

    client: Any
    files: Files
    message_id: str
    attempt: int
    lane: str
    now: Callable[[], datetime]


class Message(Protocol):
    """Any struct of `schemas.messages`."""


Handler = Callable[[Any, Context], Awaitable[Sequence[Inbound]]]


class Simulator(Protocol):
    """An ASGI twin of a partner. `app` speaks the partner's wire; `/_sim/…` on the same app is its control desk:

    GET  /_sim/effects            every effect once taken, oldest first: [{"n","kind","key","dossier","at","detail"}]
    GET  /_sim/faults             the switches and their state
    PUT  /_sim/faults             {"<switch>": {"times": 3} | {"on": true} | {"on": false}, …}
    POST /_sim/act/<what>         the partner acts by itself (vendor pushes, bank pays, postman scans); JSON in, JSON out
    GET  /_sim/                   a small page for a person, with the same acts as buttons
    """

    @property
    def app(self) -> Any: ...

    async def close(self) -> None: ...


class SimulatorContext(msgspec.Struct, frozen=True, kw_only=True):
    """`folder` keeps the twin's state over restarts; `hub` reaches the hub's receivers; `base_url` is where the twin is seen by a browser."""

    folder: Path
    hub: httpx.AsyncClient
    base_url: str
    pki_folder: Path
    now: Callable[[], datetime]


class Connector(msgspec.Struct, frozen=True, kw_only=True):
    """A partner's manifest: what its folder offers to the runtime.

    settings: `load(environ)` builds the connector's frozen settings (prefix `<NAME>_`, e.g. VNPOST_BASE_URL).
    open_client: an async context manager over the partner's client; `transport` is an httpx transport to the simulator
    or None for the network. probe: raises PartnerError when the partner or our credentials do not work.
    receivers: Litestar handlers, mounted by the hub under `/partners/<name>`.
    simulator: builds the ASGI twin.
    """

    name: str
    title_vi: str
    title_en: str
    settings: Callable[[Mapping[str, str]], Any]
    consumes: Mapping[type, Handler]
    produces: tuple[type, ...]
    open_client: Callable[[Any, httpx.AsyncBaseTransport | None], AbstractAsyncContextManager[Any]]
    probe: Callable[[Any], Awaitable[None]]
    simulator: Callable[[Any, SimulatorContext], Simulator]
    receivers: Callable[[Any, Intake], Sequence[BaseRouteHandler]] | None = None
    prefetch: int = 20
