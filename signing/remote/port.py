"""What every adapter stands on: one function for HTTP, one store for transactions that wait."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import msgspec

from signing.certs import Cert, load_cert
from signing.errors import KeyUnavailable

# (url, headers, JSON body) -> (status, body). A time-out or broken connection is an OSError.
Send = Callable[[str, dict[str, str], bytes], Awaitable[tuple[int, bytes]]]


class State(msgspec.Struct, kw_only=True):
    """A signature that was asked for: enough to go on after a restart. `repeated`: what a service wants said again."""

    digests: list[bytes]
    remote: str = ""
    values: list[bytes] = []
    declined: str = ""
    repeated: dict[str, str] = {}


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate that a service keeps for a person. `key`: what the service calls it; `chain`: it and those above."""

    key: str
    chain: tuple[Cert, ...]

    @property
    def certificate(self) -> Cert:
        return self.chain[0]


class UnknownAccount(KeyUnavailable):
    """The service knows nobody of this name, or no certificate of theirs."""


class Answered(KeyUnavailable):
    """The service answered, with an error."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(f"the signing service answered {status} {words}".strip())
        self.status = status


class States(Protocol):
    def get(self, transaction: str) -> State | None: ...

    def put(self, transaction: str, state: State) -> None: ...


class MemoryStates:
    def __init__(self) -> None:
        self._held: dict[str, State] = {}

    def get(self, transaction: str) -> State | None:
        return self._held.get(transaction)

    def put(self, transaction: str, state: State) -> None:
        self._held[transaction] = state


class FileStates:
    """One file a transaction, written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def _path(self, transaction: str) -> Path:
        return self._folder / (base64.urlsafe_b64encode(transaction.encode()).decode() + ".json")

    def get(self, transaction: str) -> State | None:
        try:
            return msgspec.json.decode(self._path(transaction).read_bytes(), type=State)
        except FileNotFoundError:
            return None

    def put(self, transaction: str, state: State) -> None:
        path = self._path(transaction)
        fresh = path.with_suffix(".new")
        fresh.write_bytes(msgspec.json.encode(state))
        fresh.replace(path)


async def post(send: Send, url: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> dict[str, Any]:
    """A JSON object for a JSON object; everything else is `KeyUnavailable` with the service's words."""
    try:
        status, answer = await send(
            url, {"content-type": "application/json", **(headers or {})}, msgspec.json.encode(body)
        )
    except OSError as error:
        raise KeyUnavailable(f"the signing service cannot be reached: {error}") from error
    try:
        value = msgspec.json.decode(answer)
    except msgspec.DecodeError as error:
        raise KeyUnavailable(f"the signing service answered {status} without JSON") from error
    if status >= 400 or not isinstance(value, dict):
        words = value.get("error_description") or value.get("message") or "" if isinstance(value, dict) else ""
        raise Answered(status, str(words))
    return value


def selected(offered: Sequence[Offered], key: str) -> Offered:
    """The one of this name, or without a name the newest; raises KeyUnavailable when the service has it no more."""
    if not key:
        return offered[-1]
    found = next((each for each in offered if each.key == key), None)
    if found is None:
        raise KeyUnavailable(f"the signing service has the certificate {key} no more")
    return found


def decode(text: object) -> bytes:
    try:
        return base64.b64decode(str(text), validate=True)
    except (binascii.Error, ValueError) as error:
        raise KeyUnavailable("the signing service sent no base64") from error


def read_chain(items: Sequence[object]) -> list[Cert]:
    try:
        return [load_cert(decode(item)) for item in items]
    except ValueError as error:
        raise KeyUnavailable("the signing service sent an unreadable certificate") from error


def same_request(state: State, digests: Sequence[bytes], transaction: str) -> None:
    """A transaction id stands for one request: asking again is harmless, asking for something else is an error."""
    if state.digests != list(digests):
        raise KeyUnavailable(f"transaction {transaction} was already used for other documents")
