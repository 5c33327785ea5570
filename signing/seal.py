"""Sealing PDF files: PAdES B-B to B-LTA."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner, PdfTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore

from signing.certs import Cert, utc
from signing.errors import Lapsed, SealError, SigningError
from signing.keys import KeySigner, SigningKey
from signing.look import Look
from signing.model import Level, Role
from signing.pdf_damage import DAMAGED
from signing.pdf_file import PdfFile
from signing.stamper import StamperAdapter, Timestamper
from signing.trust import TrustStore

RESERVED = 16384
NEEDS_TIMESTAMP = (Level.B_T, Level.B_LT, Level.B_LTA)
NEEDS_TRUST = (Level.B_LT, Level.B_LTA)
FIELD_NAMES = {Role.LEADER: "LanhDao", Role.AGENCY: "CoQuan", Role.SIGNER: "NguoiKy"}


class TimedSigner(PdfSigner):
    """The stated signing time is injected, as every time is."""

    moment: datetime

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self.moment
        return session


async def seal_pdf(
    pdf: bytes,
    key: SigningKey,
    look: Look,
    *,
    tsa: Timestamper | None = None,
    trust: TrustStore | None = None,
    level: Level = Level.B_T,
    certify: bool = False,
    at: datetime | None = None,
) -> bytes:
    """Add one signature as an incremental update; what was signed before stays intact.

    `certify` makes it a certification that permits nothing after it. B-LT and B-LTA embed the revocation data
    that `trust` holds for every certificate of the signer's and the time-stamp authority's paths.
    """
    moment = utc(at) if at else datetime.now(UTC)
    _check_wishes(key, level, tsa, trust, moment)
    signer = _signer(key)
    try:
        writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
        stamper = StamperAdapter(tsa) if tsa is not None and level in NEEDS_TIMESTAMP else None
        prepared = pdf_signer(writer, key, look, stamper, certify=certify, moment=moment, signer=signer)
        out = await prepared.async_sign_pdf(
            writer, output=BytesIO(), bytes_reserved=RESERVED, appearance_text_params={}
        )
        sealed: bytes = out.getvalue()
        if level in NEEDS_TRUST:
            assert trust is not None
            sealed = add_long_term_data(sealed, trust)
        if level is Level.B_LTA:
            assert tsa is not None
            sealed = await add_document_timestamp(sealed, tsa)
    except SigningError:
        raise
    except (*DAMAGED, OSError) as error:
        raise SealError(
            f"không đóng dấu được tệp PDF này: tệp hỏng / the document cannot be sealed: {error}"
        ) from error
    return sealed


def pdf_signer(
    writer: IncrementalPdfFileWriter,
    key: Any,
    look: Look,
    stamper: StamperAdapter | None,
    *,
    certify: bool,
    moment: datetime,
    signer: KeySigner | None = None,
) -> TimedSigner:
    """pyHanko's signer for one document: metadata, the field and what it shows."""
    name = look.field or _free_name(writer, look.role)
    certificate = key.certificate
    metadata = PdfSignatureMetadata(
        field_name=name,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=look.reason,
        location=look.location,
        name=certificate.subject_text,
        certify=certify,
        docmdp_permissions=MDPPerm.NO_CHANGES if certify else MDPPerm.FILL_FORMS,
    )
    box: Any = tuple(round(v) for v in look.box) if look.box else None
    made = TimedSigner(
        metadata,
        signer=signer or KeySigner(key),
        timestamper=stamper,
        stamp_style=look.style(signer=certificate.subject_text, organisation=certificate.organisation or "", at=moment),
        new_field_spec=SigFieldSpec(name, on_page=look.page, box=box),
    )
    made.moment = moment
    return made


def _check_wishes(
    key: SigningKey, level: Level, tsa: Timestamper | None, trust: TrustStore | None, at: datetime
) -> None:
    if level not in (Level.B_B, *NEEDS_TIMESTAMP):
        raise SealError(f"{level} is not a level to seal with")
    if level in NEEDS_TIMESTAMP and tsa is None:
        raise SealError(f"level {level} needs a time-stamp authority")
    if level in NEEDS_TRUST and trust is None:
        raise SealError(f"level {level} needs a trust store with revocation data")
    if not key.certificate.valid_at(at):
        raise Lapsed(f"the certificate of {key.certificate.subject_text} is not valid at {at:%Y-%m-%d}")


_signers: dict[int, tuple[SigningKey, KeySigner]] = {}


def _signer(key: SigningKey) -> KeySigner:
    """The parsed form of a key is kept: loading it again for each document cost most of a seal."""
    known = _signers.get(id(key))
    if known is None or known[0] is not key:
        if len(_signers) > 256:
            _signers.clear()
        known = _signers[id(key)] = (key, KeySigner(key))
    return known[1]


def _free_name(writer: IncrementalPdfFileWriter, role: Role) -> str:
    from signing.pdf_tree import fields_of

    taken = set(fields_of(writer.root))
    base = FIELD_NAMES.get(role, "ChuKy")
    number = 1
    while f"{base}{number}" in taken:
        number += 1
    return f"{base}{number}"


def add_long_term_data(pdf: bytes, trust: TrustStore) -> bytes:
    """Embed certificates and revocation answers for every path of the file; OCSP is preferred, being small.

    Raises SealError for a certificate without a path or without revocation data.
    """
    held = list(_held(pdf, trust))
    for child, _, der in held:
        if der is None:
            raise SealError(f"no revocation data held for {child.subject_text}")
    return _with_store(pdf, held)


def _held(pdf: bytes, trust: TrustStore) -> Iterable[tuple[Cert, str, bytes | None]]:
    """Every certificate of every path, with the newest answer that the trust store has about it."""
    for cert, extra in _certificates(pdf):
        path = trust.find_path(cert, extra).path
        if path is None:
            raise SealError(f"no path from {cert.subject_text} to an anchor: long-term data is impossible")
        for child, issuer in zip(path.certs, path.certs[1:], strict=False):
            yield child, *trust.revocation.newest(child, issuer)


def _with_store(pdf: bytes, held: Iterable[tuple[Cert, str, bytes | None]]) -> bytes:
    certs: dict[str, bytes] = {}
    answers: set[bytes] = set()
    lists: set[bytes] = set()
    for child, kind, der in held:
        certs[child.sha256] = child.der
        if der is not None:
            (answers if kind == "ocsp" else lists).add(der)
    out = BytesIO(pdf)
    DocumentSecurityStore.add_dss(
        out,
        None,
        certs=[asn1_x509.Certificate.load(c) for c in certs.values()],
        ocsps=[asn1_ocsp.OCSPResponse.load(o) for o in sorted(answers)],
        crls=[asn1_crl.CertificateList.load(c) for c in sorted(lists)],
        strict=False,
    )
    return out.getvalue()


def _certificates(pdf: bytes) -> Iterable[tuple[Cert, list[Cert]]]:
    """Signers and time-stamp authorities of every signature of the file, with what is embedded beside them."""
    from signing.cms import SignedCms

    file = PdfFile(pdf)
    for field in file.signature_fields()[0]:
        if field.contents is None:
            continue
        cms = SignedCms(field.contents)
        result = cms.verify(0, lambda _: b"")
        if result.signer is not None:
            yield result.signer, cms.certs
        for token in result.timestamps:
            stamp = SignedCms(token)
            signer = stamp.verify(0).signer
            if signer is not None:
                yield signer, stamp.certs


async def add_document_timestamp(pdf: bytes, tsa: Timestamper) -> bytes:
    """A document time-stamp over everything so far."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
    out = await PdfTimeStamper(StamperAdapter(tsa)).async_timestamp_pdf(
        writer, "sha256", bytes_reserved=RESERVED, output=BytesIO()
    )
    return out.getvalue()  # type: ignore[no-any-return]


def bears_timestamp(pdf: bytes) -> bool:
    """Whether the newest signature of the file has a time-stamp."""
    from signing.cms import SignedCms

    newest = PdfFile(pdf).signature_fields()[0][-1]
    return bool(SignedCms(newest.contents or b"").verify(0, lambda _: b"").timestamps)


async def renew_pdf(pdf: bytes, *, tsa: Timestamper, trust: TrustStore) -> bytes:
    """Extend a signed result before its evidence lapses: fresh data, then a new time-stamp. The given bytes stay first.

    A certificate about which nothing is held any more keeps what the file itself carries: verify before and after.
    Raises SealError.
    """
    try:
        return await add_document_timestamp(_with_store(pdf, _held(pdf, trust)), tsa)
    except SigningError:
        raise
    except (*DAMAGED, OSError) as error:
        raise SealError(
            f"không gia hạn được tệp PDF này: tệp hỏng / the document cannot be renewed: {error}"
        ) from error


def renewal_due(pdf: bytes, *, margin: timedelta = timedelta(days=90)) -> datetime | None:
    """When a result must be renewed: some time before its last time-stamp authority's certificate ends."""
    from signing.cms import SignedCms

    last: datetime | None = None
    for field in PdfFile(pdf).signature_fields()[0]:
        if field.contents is not None and field.subfilter == "/ETSI.RFC3161":
            signer = SignedCms(field.contents).verify(0).signer
            if signer is not None:
                last = signer.not_after - margin
    return last
