"""What fuzzing starts from: signed files of the project's own making and, where they lie beside it, the samples."""

import asyncio
import re
from pathlib import Path

from pyhanko.pdf_utils.writer import copy_into_new_writer

from signing import Level, Look, TrustStore, seal_jws, seal_xml
from signing.test_pki import Pki
from tests.unit.signing.makers import NOW, plain_pdf, seal, signature_bytes
from tests.unit.signing.test_archive_cades import archived

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
LARGEST = 300_000
VOUCHER = '<Voucher xmlns="urn:mot-cua:voucher"><Code>H01.12-261123-0007</Code><Amount>100000</Amount></Voucher>'


def made(pki: Pki, trust: TrustStore) -> list[bytes]:
    """One of each format and level, RSA, PSS and ECDSA, with one and with several signatures. `trust` holds OCSP."""
    found = [seal(plain_pdf(), pki, level=level, trust=trust) for level in (Level.B_B, Level.B_T, Level.B_LTA)]
    found.append(seal(seal(plain_pdf(pages=2), pki, "leader"), pki, "agency"))
    found.append(seal(plain_pdf(), pki, "citizen-ec", certify=True))
    found.append(seal(plain_pdf(), pki, key=pki.key("agency").with_pss()))
    found.append(seal(_with_streams(plain_pdf()), pki, look=Look.invisible(field="Ky")))
    found += [asyncio.run(_voucher(pki, trust, level)) for level in (Level.B_B, Level.B_LTA)]
    found.append(archived(pki).dump())
    found += [asyncio.run(seal_jws(b'{"a":1}', pki.key(name), at=NOW)) for name in ("bank", "citizen-ec")]
    found.append(signature_bytes(found[0]) + b"\0\0")
    return found


async def _voucher(pki: Pki, trust: TrustStore, level: Level) -> bytes:
    return await seal_xml(VOUCHER.encode(), pki.key("bank"), tsa=pki.tsa(lambda: NOW), trust=trust, level=level, at=NOW)


def _with_streams(pdf: bytes) -> bytes:
    """The same with object streams and a cross-reference stream."""
    from io import BytesIO

    from pyhanko.pdf_utils.reader import PdfFileReader

    out = BytesIO()
    writer = copy_into_new_writer(PdfFileReader(BytesIO(pdf)), writer_kwargs={"stream_xrefs": True})
    writer.write(out)
    return out.getvalue()


def samples(folder: Path) -> list[bytes]:
    """Files of others, where there are any; large ones are left to the corpus table."""
    kinds = re.compile(r"\.(pdf|xml|p7s|p7m|jws)$")
    files = sorted(p for p in folder.rglob("*") if p.is_file() and kinds.search(p.name.lower()))
    return [p.read_bytes() for p in files if p.stat().st_size <= LARGEST]
