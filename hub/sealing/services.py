"""The remote signing services of this installation: where they are, how we log in, and one function for HTTP."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import msgspec

from hub.kernel.network import Network
from hub.sealing.model import Credential, Face, Request, Service
from hub.sealing.pens import DigestPen, FilePen, Pen
from hub.settings import Secret
from signing import KeyUnavailable, Look, Timestamper
from signing.remote import CscKey, MemoryStates, NeacFiles, Offered, SmartCaKey, States
from signing.remote.port import State

CONNECT_SECONDS, READ_SECONDS = 5.0, 20.0
HOLD_SECONDS = 25.0


class Door(msgspec.Struct, frozen=True, kw_only=True):
    """One service. `client_id` is SmartCA's sp_id; CSC and NEAC take `secret` as their bearer token."""

    url: str
    secret: Secret
    client_id: str = ""


class Studio(msgspec.Struct, frozen=True, kw_only=True):
    """What a signing request needs besides its row: services, time-stamps, a font that knows Vietnamese.

    `hold`: seconds for which a service that waits for the person is listened to in one look.
    """

    doors: Mapping[Service, Door]
    client: httpx.AsyncClient
    tsa: Timestamper
    font: Path
    hold: float = HOLD_SECONDS

    async def pen(self, credential: Credential, states: States) -> Pen:
        """How the person's service signs; where digests go, its certificate is read now. Raises KeyUnavailable."""
        door, account = self._door(credential.service), credential.account
        match credential.service:
            case Service.NEAC:
                return FilePen(self._neac(door, account, credential.provider, states, credential.key), self.tsa)
            case Service.SMARTCA:
                partner, serial = _partner(door), credential.key
                smart = await SmartCaKey.open(self._send, door.url, partner, account, states, serial=serial)
                return DigestPen(smart, self.tsa)
            case Service.CSC1 | Service.CSC2:
                named, version = credential.key or account, _version(credential.service)
                csc = await CscKey.open(self._send, door.url, door.secret.reveal(), named, states, version=version)
                return DigestPen(csc, self.tsa)

    async def offered(self, service: Service, account: str, provider: str) -> list[Offered]:
        """The certificates that a service keeps for an account. Raises UnknownAccount, KeyUnavailable."""
        door = self._door(service)
        match service:
            case Service.SMARTCA:
                return await SmartCaKey.offered(self._send, door.url, _partner(door), account)
            case Service.NEAC:
                return await self._neac(door, account, provider, MemoryStates(), "").offered()
            case Service.CSC1 | Service.CSC2:
                secret, version = door.secret.reveal(), _version(service)
                return await CscKey.offered(self._send, door.url, secret, account, version=version)

    def _door(self, service: Service) -> Door:
        door = self.doors.get(service)
        if door is None:
            raise KeyUnavailable(f"no address is set for the service {service}")
        return door

    def _neac(self, door: Door, account: str, provider: str, states: States, key: str) -> NeacFiles:
        return NeacFiles(self._send, self._listen, door.url, door.secret.reveal(), account, provider, states, key)

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
        return await self._posted(url, headers, body, READ_SECONDS)

    async def _listen(self, url: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        return await self._posted(url, headers, body, self.hold)

    async def _posted(self, url: str, headers: dict[str, str], body: bytes, seconds: float) -> tuple[int, bytes]:
        timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS, read=seconds)
        try:
            answer = await self.client.post(url, headers=headers, content=body, timeout=timeout)
        except httpx.ReadTimeout as silent:
            raise TimeoutError(str(silent)) from silent
        except httpx.HTTPError as lost:
            raise OSError(str(lost) or type(lost).__name__) from lost
        return answer.status_code, answer.content


def _partner(door: Door) -> dict[str, str]:
    return {"sp_id": door.client_id, "sp_password": door.secret.reveal()}


def _version(service: Service) -> int:
    return 1 if service is Service.CSC1 else 2


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
    async with httpx.AsyncClient(transport=transport or Network(), timeout=timeout) as client:
        yield client
