"""Asking for RFC 3161 time-stamps: from a local authority in process, or over HTTP through a port."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import cache
from typing import Protocol

from asn1crypto import algos, core, tsp
from asn1crypto import cms as asn1_cms
from pyhanko.sign.timestamps.api import TimeStamper as PyhankoStamper

from signing import crypto, der
from signing.certs import Cert
from signing.errors import TimestampError
from signing.keys import CmsParts, SoftKey, algorithm_of
from signing.timestamp import read_token

Post = Callable[[str, bytes, str], Awaitable[bytes]]


class Timestamper(Protocol):
    """Whatever gives a time-stamp token (DER of a ContentInfo) over a digest."""

    async def stamp(self, digest: bytes, algorithm: str) -> bytes: ...


class LocalTimestamper:
    """A whole time-stamp authority in process, without network: for development, tests and demonstrations."""

    def __init__(self, key: SoftKey, clock: Callable[[], datetime] | None = None) -> None:
        self._key = key
        self._clock = clock or (lambda: datetime.now(UTC))
        self._parts = CmsParts(key, algorithm_of(key.certificate, "sha256", pss=False), der.OID_TST_INFO)
        self._name = der.tlv(0xA0, der.tlv(0xA4, key.certificate.x.subject.public_bytes()))

    @property
    def certificate(self) -> Cert:
        return self._key.certificate

    async def stamp(self, digest: bytes, algorithm: str) -> bytes:
        return self.token(digest, algorithm)

    def answer(self, request: bytes) -> bytes:
        """The response to an RFC 3161 request, for serving over HTTP."""
        try:
            wanted = tsp.TimeStampReq.load(request)
            imprint = wanted["message_imprint"]
            name = imprint["hash_algorithm"]["algorithm"].native
            hashed = imprint["hashed_message"].native
            if name not in ("sha256", "sha384", "sha512") or len(hashed) != crypto.hash_by_name(name).digest_size:
                raise ValueError(name)
            nonce = wanted["nonce"].native
        except Exception:  # whatever a client sends
            failure = tsp.PKIStatusInfo({"status": "rejection", "fail_info": {"bad_data_format"}})
            return der.tlv(der.SEQUENCE, failure.dump())  # the token is optional; the library will not leave it out
        return der.tlv(der.SEQUENCE, _GRANTED, self.token(hashed, name, nonce))

    def token(self, digest: bytes, algorithm: str, nonce: int | None = None) -> bytes:
        """RFC 3161 §2.4.2: a ContentInfo. Written by hand, because the library's way takes longer than the signature."""
        now = self._clock().astimezone(UTC)
        info = der.tlv(
            der.SEQUENCE,
            der.integer(1),
            _POLICY,
            der.tlv(der.SEQUENCE, _identifier(algorithm), der.tlv(der.OCTETS, digest)),
            der.integer(secrets.randbits(63) | 1),
            der.tlv(der.GENERALIZED_TIME, f"{now:%Y%m%d%H%M%S}Z".encode()),
            b"" if nonce is None else der.integer(nonce),
            self._name,
        )
        signed_at = der.attribute(der.OID_SIGNING_TIME, der.tlv(der.UTC_TIME, f"{now:%y%m%d%H%M%S}Z".encode()))
        attributes = self._parts.signed_attributes(crypto.digest("sha256", info), signed_at)
        value = self._key.sign_now(der.tlv(der.SET, attributes), "sha256")
        return self._parts.signed_data(attributes, value, content=info)


_POLICY = core.ObjectIdentifier("1.3.6.1.4.1.99999.1.1").dump()
_GRANTED = tsp.PKIStatusInfo({"status": "granted"}).dump()


@cache
def _identifier(algorithm: str) -> bytes:
    identifier: bytes = algos.DigestAlgorithm({"algorithm": algorithm}).dump()
    return identifier


class HttpTimestamper:
    """An authority over HTTP; `post(url, body, content_type)` is the port, so no HTTP library lives here."""

    def __init__(self, url: str, post: Post) -> None:
        self._url = url
        self._post = post

    async def stamp(self, digest: bytes, algorithm: str) -> bytes:
        nonce = secrets.randbits(63)
        request = tsp.TimeStampReq(
            {
                "version": "v1",
                "message_imprint": {"hash_algorithm": {"algorithm": algorithm}, "hashed_message": digest},
                "nonce": nonce,
                "cert_req": True,
            }
        ).dump()
        try:
            answer = tsp.TimeStampResp.load(await self._post(self._url, request, "application/timestamp-query"))
            status = answer["status"]["status"].native
            token = answer["time_stamp_token"]
            if status not in ("granted", "granted_with_mods"):
                raise TimestampError(f"the time-stamp authority answered {status}")
            info = token["content"]["encap_content_info"]["content"].parsed
            if info["nonce"].native != nonce:
                raise TimestampError("the time-stamp answers another request")
            return token.dump()  # type: ignore[no-any-return]
        except (TimestampError, OSError):
            raise
        except Exception as error:  # what an authority sends is not ours to trust
            raise TimestampError(f"unusable answer: {error}") from error


async def checked_stamp(stamper: Timestamper, digest: bytes, algorithm: str) -> bytes:
    """A token whose bytes hold: it is verified before it is embedded."""
    token = await stamper.stamp(digest, algorithm)
    read = read_token(token, lambda name: digest if name == algorithm else None, kind="signature")
    if not read.intact:
        raise TimestampError(f"the time-stamp does not verify: {read.sub} {read.result.detail}")
    return token


class StamperAdapter(PyhankoStamper):
    """Our port as pyHanko wants it."""

    def __init__(self, stamper: Timestamper) -> None:
        super().__init__(include_nonce=False)  # type: ignore[no-untyped-call]
        self._stamper = stamper

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> asn1_cms.ContentInfo:
        return asn1_cms.ContentInfo.load(await checked_stamp(self._stamper, message_digest, md_algorithm))

    async def async_dummy_response(self, md_algorithm: str) -> asn1_cms.ContentInfo:
        known = self._dummy_response_cache.get(md_algorithm)
        if known is None:
            digest = crypto.digest(md_algorithm, b"size")
            known = asn1_cms.ContentInfo.load(await self._stamper.stamp(digest, md_algorithm))
            self._dummy_response_cache[md_algorithm] = known
        return known
