"""Asking for RFC 3161 time-stamps: from a local authority in process, or over HTTP through a port."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol

from asn1crypto import algos, core, tsp
from asn1crypto import cms as asn1_cms
from asn1crypto import x509 as asn1_x509
from pyhanko.sign.timestamps.api import TimeStamper as PyhankoStamper

from signing import crypto, der
from signing.certs import Cert
from signing.errors import TimestampError
from signing.keys import SoftKey, algorithm_of, mechanism_of
from signing.timestamp import read_token

POLICY_OID = "1.3.6.1.4.1.99999.1.1"
Post = Callable[[str, bytes, str], Awaitable[bytes]]


class Timestamper(Protocol):
    """Whatever gives a time-stamp token (DER of a ContentInfo) over a digest."""

    async def stamp(self, digest: bytes, algorithm: str) -> bytes: ...


class LocalTimestamper:
    """A whole time-stamp authority in process, without network: for development, tests and demonstrations."""

    def __init__(self, key: SoftKey, clock: Callable[[], datetime] | None = None) -> None:
        self._key = key
        self._clock = clock or (lambda: datetime.now(UTC))
        self._algorithm = algorithm_of(key.certificate, "sha256", pss=False)
        self._asn1 = asn1_x509.Certificate.load(key.certificate.der)
        self._chain = [asn1_x509.Certificate.load(c.der) for c in key.chain]

    @property
    def certificate(self) -> Cert:
        return self._key.certificate

    async def stamp(self, digest: bytes, algorithm: str) -> bytes:
        return self.token(digest, algorithm).dump()  # type: ignore[no-any-return]

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
        granted = tsp.PKIStatusInfo({"status": "granted"})
        token = self.token(hashed, name, nonce)
        return tsp.TimeStampResp({"status": granted, "time_stamp_token": token}).dump()  # type: ignore[no-any-return]

    def token(self, digest: bytes, algorithm: str, nonce: int | None = None) -> asn1_cms.ContentInfo:
        now = self._clock().astimezone(UTC).replace(microsecond=0)
        info = {
            "version": "v1",
            "policy": POLICY_OID,
            "message_imprint": {"hash_algorithm": {"algorithm": algorithm}, "hashed_message": digest},
            "serial_number": secrets.randbits(63) | 1,
            "gen_time": now,
            "tsa": asn1_x509.GeneralName(name="directory_name", value=self._asn1.subject),
        }
        if nonce is not None:
            info["nonce"] = nonce
        content = tsp.TSTInfo(info).dump()
        return signed_data(self._key, self._asn1, self._chain, self._algorithm, content, "tst_info", now)


def signed_data(
    key: SoftKey,
    certificate: asn1_x509.Certificate,
    chain: Sequence[asn1_x509.Certificate],
    algorithm: crypto.Algorithm,
    content: bytes,
    content_type: str,
    now: datetime,
) -> asn1_cms.ContentInfo:
    """A CMS SignedData around `content` with the signed attributes of CAdES."""
    ess = tsp.SigningCertificateV2({"certs": [{"cert_hash": crypto.digest("sha256", key.certificate.der)}]})
    attributes = asn1_cms.CMSAttributes(
        [
            asn1_cms.CMSAttribute({"type": "content_type", "values": [content_type]}),
            asn1_cms.CMSAttribute({"type": "signing_time", "values": [asn1_cms.Time({"utc_time": core.UTCTime(now)})]}),
            asn1_cms.CMSAttribute({"type": "message_digest", "values": [crypto.digest("sha256", content)]}),
            asn1_cms.CMSAttribute({"type": "signing_certificate_v2", "values": [ess]}),
        ]
    )
    signer = {
        "version": "v1",
        "sid": {"issuer_and_serial_number": {"issuer": certificate.issuer, "serial_number": certificate.serial_number}},
        "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
        "signature_algorithm": mechanism_of(algorithm),
        "signed_attrs": attributes,
        "signature": key.sign_now(attributes.dump(), "sha256"),
    }
    signer["sid"] = asn1_cms.SignerIdentifier(
        name="issuer_and_serial_number",
        value={"issuer": certificate.issuer, "serial_number": certificate.serial_number},
    )
    data = {
        "version": "v3",
        "digest_algorithms": [{"algorithm": "sha256"}],
        "encap_content_info": {"content_type": content_type, "content": asn1_cms.ParsableOctetString(content)},
        "certificates": [certificate, *chain],
        "signer_infos": [signer],
    }
    return asn1_cms.ContentInfo({"content_type": "signed_data", "content": asn1_cms.SignedData(data)})


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
