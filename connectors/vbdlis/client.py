"""Calls to VBDLIS, and the fetching of the files that it only links."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import msgspec

from connectors.runtime.http import call, http_client, read
from connectors.vbdlis import wire
from connectors.vbdlis.mapping import Unmapped, judge
from connectors.vbdlis.settings import Settings


class Vbdlis:
    """One method per operation. None has an idempotency key; VBDLIS knows a dossier by `SoBienNhan`."""

    def __init__(self, http: httpx.AsyncClient, settings: Settings) -> None:
        self._http = http
        self.settings = settings

    async def tiep_nhan(self, body: wire.TiepNhan) -> None:
        await self._tell(wire.TIEP_NHAN, body)

    async def bo_sung(self, body: wire.CapNhatBoSung) -> None:
        await self._tell(wire.BO_SUNG, body)

    async def tra_ket_qua(self, body: wire.CapNhatTraKetQua) -> None:
        await self._tell(wire.TRA_KET_QUA, body)

    async def ask(self, operation: str, content: bytes) -> wire.TraLoi:
        """The answer as it came."""
        headers = {"content-type": "application/json"}
        return read(await call(self._http, "POST", operation, content=content, headers=headers), wire.TraLoi)

    async def _tell(self, operation: str, body: msgspec.Struct) -> None:
        if problem := judge(operation, await self.ask(operation, msgspec.json.encode(body))):
            raise problem


@asynccontextmanager
async def open_client(settings: Settings, transport: httpx.AsyncBaseTransport | None) -> AsyncIterator[Vbdlis]:
    async with http_client(settings.base_url, transport=transport, read_seconds=settings.read_seconds) as http:
        yield Vbdlis(http, settings)


async def download(settings: Settings, path: str) -> bytes:
    """A file below the download address, no larger than a push may be. Raises Unmapped, PartnerError."""
    if not settings.download_url:
        raise Unmapped("tệp chỉ có LinkFile: hãy gửi nội dung trong TapTin.data (base64)")
    address = httpx.URL(f"{settings.download_url}/{path.lstrip('/')}")
    below = httpx.URL(f"{settings.download_url}/")
    same_place = (address.scheme, address.netloc) == (below.scheme, below.netloc)
    if not same_place or not address.path.startswith(below.path) or ".." in address.path.split("/"):
        raise Unmapped(f"LinkFile={path!r} nằm ngoài địa chỉ tải tệp đã thoả thuận")
    async with http_client("", read_seconds=settings.read_seconds) as http:
        response = await call(http, "GET", str(address))
    if len(response.content) > settings.body_bytes:
        raise Unmapped(f"LinkFile={path!r} lớn hơn {settings.body_bytes} byte")
    return response.content
