"""How a service signs: a digest that we embed the answer of, or the whole file. The steps of a request are the same."""

import asyncio
from datetime import datetime
from typing import Protocol

import msgspec

from signing import Cert, Look, Timestamper
from signing.deferred import Prepared, finish_pdf, prepare_pdf
from signing.keys import RemoteKey
from signing.remote import NeacFiles
from signing.seal import add_document_timestamp, bears_timestamp


class Ready(msgspec.Struct, frozen=True):
    """What is kept until the signature comes, and whose it will be."""

    kept: bytes
    certificate: Cert


class Pen(Protocol):
    """A person's certificate at a service. Every call may be repeated: the transaction names one signature.

    Raises Waiting, Declined, KeyUnavailable, TimestampError; SealError, BadSignature.
    """

    async def prepare(self, pdf: bytes, look: Look, at: datetime) -> Ready:
        """Once: what is signed must not change any more."""
        ...

    async def start(self, transaction: str, kept: bytes, title: str) -> None:
        """Towards the person's app."""
        ...

    async def collect(self, transaction: str, kept: bytes, title: str) -> bytes:
        """The signed document, verified."""
        ...


class DigestPen:
    """SmartCA, CSC: the digest goes, the value comes back and is verified before it is embedded in our look."""

    def __init__(self, key: RemoteKey, tsa: Timestamper) -> None:
        self._key = key
        self._tsa = tsa

    async def prepare(self, pdf: bytes, look: Look, at: datetime) -> Ready:
        """The document that lacks only its signature value."""
        key = self._key
        made = await prepare_pdf(pdf, key.certificate, look, chain=tuple(key.chain), at=at)
        return Ready(msgspec.msgpack.encode(made), key.certificate)

    async def start(self, transaction: str, kept: bytes, title: str) -> None:
        """The digest, with the title that the person sees."""
        await self._key.start(transaction, [_prepared(kept).digest], "sha256", title)

    async def collect(self, transaction: str, kept: bytes, title: str) -> bytes:
        """With a time-stamp over the signature."""
        (value,) = await self._key.result(transaction)
        return await finish_pdf(_prepared(kept), value, tsa=self._tsa)


class FilePen:
    """NEAC: the file goes and comes back signed, in the gateway's look; nothing else in it may have changed."""

    def __init__(self, key: NeacFiles, tsa: Timestamper) -> None:
        self._key = key
        self._tsa = tsa

    async def prepare(self, pdf: bytes, look: Look, at: datetime) -> Ready:
        """The document as it is."""
        return Ready(pdf, await self._key.certificate())

    async def start(self, transaction: str, kept: bytes, title: str) -> None:
        """The gateway's transaction is known from here on."""
        await self._key.start(transaction, kept)

    async def collect(self, transaction: str, kept: bytes, title: str) -> bytes:
        """Held until the person has decided or the line breaks. Without a time-stamp of the gateway's we add ours."""
        signed = await self._key.result(transaction, kept, f"{title}.pdf")
        if await asyncio.to_thread(bears_timestamp, signed):
            return signed
        return await add_document_timestamp(signed, self._tsa)


def _prepared(kept: bytes) -> Prepared:
    return msgspec.msgpack.decode(kept, type=Prepared)
