"""Sealing in two steps, for keys whose owner confirms later: what waits is plain data and survives a restart."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import msgspec
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing import crypto, der
from signing.certs import Cert, load_cert, utc
from signing.errors import BadSignature, SealError
from signing.keys import CmsParts, algorithm_of
from signing.look import Look
from signing.pdf_damage import DAMAGED
from signing.seal import RESERVED, pdf_signer
from signing.stamper import Timestamper, checked_stamp


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A document that only lacks its signature value. Store it (msgspec) until the signature comes."""

    pdf: bytes
    gap: tuple[int, int]
    attributes: bytes
    certificate: bytes
    chain: tuple[bytes, ...] = ()

    @property
    def to_be_signed(self) -> bytes:
        """What the remote key signs, hashed with SHA-256."""
        return der.tlv(der.SET, self.attributes)

    @property
    def digest(self) -> bytes:
        return crypto.digest("sha256", self.to_be_signed)


class _CertificateOnly:
    """A key of which only the certificate is here."""

    pss = False

    def __init__(self, certificate: Cert, chain: tuple[Cert, ...]) -> None:
        self.certificate = certificate
        self.chain = chain

    async def sign(self, data: bytes, digest: str) -> bytes:
        raise SealError("this key signs elsewhere")


async def prepare_pdf(
    pdf: bytes,
    certificate: Cert,
    look: Look,
    *,
    chain: tuple[Cert, ...] = (),
    certify: bool = False,
    at: datetime | None = None,
) -> Prepared:
    """The document with its signature field, and what must be signed for it."""
    moment = utc(at) if at else datetime.now(UTC)
    key = _CertificateOnly(certificate, chain)
    try:
        writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
        signer = pdf_signer(writer, key, look, None, certify=certify, moment=moment)
        out: Any
        digested, _, out = await signer.async_digest_doc_for_signing(
            writer, bytes_reserved=RESERVED, output=BytesIO(), appearance_text_params={}
        )
    except (*DAMAGED, OSError) as error:
        raise SealError(f"không ký được tệp PDF này: tệp hỏng / the document cannot be prepared: {error}") from error
    parts = CmsParts(key, algorithm_of(certificate, "sha256", pss=False))
    return Prepared(
        pdf=out.getvalue(),
        gap=(digested.reserved_region_start, digested.reserved_region_end),
        attributes=parts.signed_attributes(digested.document_digest),
        certificate=certificate.der,
        chain=tuple(c.der for c in chain),
    )


async def finish_pdf(prepared: Prepared, value: bytes, *, tsa: Timestamper | None = None) -> bytes:
    """Put the signature in, after verifying it: what a service returns is not believed."""
    certificate = load_cert(prepared.certificate)
    key = _CertificateOnly(certificate, tuple(load_cert(c) for c in prepared.chain))
    algorithm = algorithm_of(certificate, "sha256", pss=False)
    if not crypto.check(certificate.public_key, value, prepared.to_be_signed, algorithm):
        raise BadSignature("the signature that came back does not verify against the signer's certificate")
    token = b""
    if tsa is not None:
        token = await checked_stamp(tsa, crypto.digest("sha256", value), "sha256")
    cms = CmsParts(key, algorithm).signed_data(prepared.attributes, value, token)
    start, end = prepared.gap
    digits = cms.hex().encode()
    room = end - start - 2
    if len(digits) > room:
        raise SealError("the signature is larger than the space kept for it")
    return prepared.pdf[: start + 1] + digits.ljust(room, b"0") + prepared.pdf[end - 1 :]
