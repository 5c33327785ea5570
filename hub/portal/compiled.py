"""The compiled assets: the manifest that `make assets` writes, served with fingerprints for ever, gzip beside."""

import mimetypes
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Response

from hub.kernel.auth import anyone
from hub.kernel.errors import Away, NotFound

BUILD = Path(__file__).parent / "static" / "build"
PREFIX = "/tinh"
_FOR_EVER = "public, max-age=31536000, immutable"
mimetypes.add_type("font/woff2", ".woff2")


class Asset(msgspec.Struct, frozen=True, kw_only=True):
    """One compiled file; sizes in bytes, `gzip` None when it is not worth compressing."""

    file: str
    size: int
    gzip: int | None


class AssetsMissing(Away):
    """`make assets` has not run."""


class Assets:
    """Names in templates → fingerprinted addresses. Reads all once: a page's assets come from memory."""

    def __init__(self, folder: Path = BUILD) -> None:
        self.folder = folder
        listing = folder / "manifest.json"
        if not listing.is_file():
            raise AssetsMissing(
                "portal.assets-missing",
                "Chưa biên dịch giao diện: hãy chạy `make assets`.",
                "The portal's assets are not compiled: run `make assets`.",
            )
        self.manifest = msgspec.json.decode(listing.read_bytes(), type=dict[str, Asset])
        self._content = {asset.file: (folder / asset.file).read_bytes() for asset in self.manifest.values()}
        self._squeezed = {
            asset.file: (folder / f"{asset.file}.gz").read_bytes()
            for asset in self.manifest.values()
            if asset.gzip is not None
        }

    def address(self, name: str) -> str:
        """`portal.css` → `/tinh/portal-0123456789.css`."""
        return f"{PREFIX}/{self.manifest[name].file}"

    def text(self, name: str) -> str:
        """A style sheet or script as it is served."""
        return self._content[self.manifest[name].file].decode()

    def response(self, request: Request[Any, Any, Any], file: str) -> Response[bytes]:
        """The file, squeezed where the browser takes it."""
        if file not in self._content:
            raise NotFound("portal.no-such-file", "Không có tệp này.", "There is no such file.")
        headers = {"Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding"}
        body = self._content[file]
        if file in self._squeezed and "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = self._squeezed[file]
        media_type = mimetypes.guess_type(file)[0] or "application/octet-stream"
        return Response(body, media_type=media_type, headers=headers)


@get(f"{PREFIX}/{{file:str}}", include_in_schema=False, guards=[anyone])
async def static_file(request: Request[Any, Any, Any], file: FromPath[str]) -> Response[bytes]:
    """Anyone may fetch these; they hold nothing of anybody."""
    assets: Assets = request.state.portal.assets
    return assets.response(request, file)
