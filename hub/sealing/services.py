"""The remote signing services of this installation: where they are, how we log in, and one function for HTTP."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import msgspec

from hub.sealing.model import Credential, Face, Request, Service
from hub.settings import Secret
from signing import KeyUnavailable, Look, Timestamper
from signing.keys import RemoteKey
from signing.remote import CscKey, SmartCaKey, States
from signing.remote.port import State

CONNECT_SECONDS, READ_SECONDS = 5.0, 20.0


class Door(msgspec.Struct, frozen=True, kw_only=True):
    """One service. `client_id` is SmartCA's sp_id; a CSC service takes `secret` as its bearer token."""

    url: str
    secret: Secret
    client_id: str = ""


class Studio(msgspec.Struct, frozen=True, kw_only=True):
    """What a signing request needs besides its row: services, time-stamps, a font that knows Vietnamese."""

    doors: Mapping[Service, Door]
    client: httpx.AsyncClient
    tsa: Timestamper
    font: Path

    async def key(self, credential: Credential, states: States) -> RemoteKey:
        """The person's key at its service, its certificate read. Raises KeyUnavailable."""
        door = self.doors.get(credential.service)
        if door is None:
            raise KeyUnavailable(f"no address is set for the service {credential.service}")
        if credential.service is Service.SMARTCA:
            partner = {"sp_id": door.client_id, "sp_password": door.secret.reveal()}
            return await SmartCaKey.open(self._send, door.url, partner, credential.account, states)
        version = 1 if credential.service is Service.CSC1 else 2
        return await CscKey.open(
            self._send, door.url, door.secret.reveal(), credential.account, states, version=version
        )

    def look(self, request: Request) -> Look:
        """The look that the request asks for."""
        match request.face:
            case Face.LEADER:
                return Look.leader(self.font)
            case Face.AGENCY:
                return Look.agency(self.font)
            case Face.OFFICER:
                return Look.officer(self.font)
            case Face.NUMBER:
                return Look.number(self.font, request.words)
            case Face.DATE:
                return Look.dated(self.font, request.words)

    async def _send(self, url: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        try:
            answer = await self.client.post(url, headers=headers, content=body)
        except (httpx.HTTPError, AttributeError) as lost:  # the second: uvloop's, for a peer that died while connecting
            raise OSError(str(lost) or type(lost).__name__) from lost
        return answer.status_code, answer.content


class RowStates:
    """What an adapter remembers of one transaction: read from the request's row, written back with it."""

    def __init__(self, request: Request) -> None:
        self._state = msgspec.msgpack.decode(request.remote, type=State) if request.remote else None

    def get(self, transaction: str) -> State | None:
        """A row holds one transaction."""
        return self._state

    def put(self, transaction: str, state: State) -> None:
        """Kept until the row is written."""
        self._state = state

    @property
    def encoded(self) -> bytes | None:
        """For the row."""
        return msgspec.msgpack.encode(self._state) if self._state else None


@asynccontextmanager
async def http_client(transport: httpx.AsyncBaseTransport | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """With the time-outs of a signing service; `transport` leads to a twin."""
    timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    async with httpx.AsyncClient(transport=transport, timeout=timeout) as client:
        yield client
