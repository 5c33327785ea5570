"""Reads files of the hub by their signed address."""

import hashlib

import httpx

from connectors.runtime.errors import PartnerError, Rejected, Retryable
from connectors.runtime.http import call
from schemas.messages.dossier import FileRef


class HttpFiles:
    """The `Files` port over HTTP. `client` reaches the hub; a relative address is one of the hub's own."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def fetch(self, ref: FileRef) -> bytes:
        """The file's bytes. The hub being away or a wrong hash is retried; a file that is gone is not."""
        try:
            response = await call(self._client, "GET", ref.url)
        except Retryable as error:
            raise Retryable(
                "hub.file-unreachable",
                f"Chưa tải được tệp “{ref.name}”",
                f"File {ref.id} cannot be fetched yet",
                words=error.words,
                after=error.after,
            ) from error
        except PartnerError as error:  # an expired or unknown address stays so: an officer has to send the message anew
            raise Rejected(
                "hub.file-refused",
                f"Địa chỉ tải tệp “{ref.name}” không còn dùng được",
                f"The address of file {ref.id} is refused",
                words=str(error),
            ) from error
        if hashlib.sha256(response.content).hexdigest() != ref.sha256:
            raise Retryable(
                "hub.file-damaged",
                f"Tệp “{ref.name}” tải về không khớp mã băm",
                f"File {ref.id} does not match its hash",
            )
        return response.content
