"""What verifying and sealing cost, beside limits measured in the same run (CPU time, best of several)."""

import asyncio
import hashlib
import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from signing import Level, Look, Report, TrustStore, crypto, seal_pdf, verify
from signing.cache import Verifier
from signing.keys import algorithm_of
from signing.revocation import Crl
from signing.test_pki import Pki
from tests.bench.harness import Row, less, more


def pdf_of(size: int, objects: int = 0) -> bytes:
    """A PDF with one incompressible stream and any number of small objects that its page refers to."""
    bodies = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"]
    refs = b" ".join(b"/X%d %d 0 R" % (n, 5 + n) for n in range(objects))
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Properties << %s >> >> >>"
    )
    bodies.append(page % refs)
    noise = os.urandom(size)
    bodies.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(noise), noise))
    bodies += [b"<< /N %d /Text (object %d) >>" % (n, n) for n in range(objects)]
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, start)
    return bytes(out)


def best(action: Callable[[], object], calls: int, runs: int = 5) -> float:
    """Milliseconds of CPU for one call, the best of several runs."""
    found = []
    for _ in range(runs):
        start = time.process_time()
        for _ in range(calls):
            action()
        found.append((time.process_time() - start) / calls)
    return min(found) * 1000


class Scene:
    """A PKI, its trust, and a sealed file."""

    def __init__(self, folder: Path) -> None:
        self.now = datetime.now(UTC)
        self.pki = Pki.load_or_create(folder / "pki", self.now)
        self.trust = self.pki.trust(self.now)
        self.pki.import_ocsp(self.trust, self.now)

    def sealed(self, pdf: bytes, level: Level, name: str = "agency") -> bytes:
        stamper = self.pki.tsa(lambda: self.now)
        look = Look.invisible()
        key = self.pki.key(name)
        return asyncio.run(seal_pdf(pdf, key, look, tsa=stamper, trust=self.trust, level=level, at=self.now))

    def limit(self, data: bytes) -> float:
        """SHA-256 of the file and one RSA-2048 verification."""
        key = self.pki.key("agency")
        value = key.sign_now(b"x", "sha256")
        algorithm = algorithm_of(key.certificate, "sha256", pss=False)
        public = key.certificate.public_key
        return best(lambda: (hashlib.sha256(data).digest(), crypto.check(public, value, b"x", algorithm)), 20)


def times(name: str, took: float, limit: float, of: str, goal: float) -> Row:
    """Milliseconds beside a limit: at most `goal` times as long."""
    return Row(name=name, figure=took, limit=limit, unit="ms", of=of, ratio=took / limit, goal=goal, better="less")


async def rows(_: object) -> list[Row]:
    """In a thread, since each measurement runs a loop of its own."""
    return await asyncio.to_thread(measured)


def measured() -> list[Row]:
    with TemporaryDirectory(prefix="signing-bench-") as folder:
        scene = Scene(Path(folder))
        return [
            *_fresh(scene),
            _repeated(scene),
            _many_objects(scene),
            _long_list(scene),
            _sealing(scene),
            _all_cores(scene),
        ]


def _fresh(scene: Scene) -> list[Row]:
    found = []
    # Another tenant of the machine's processor may slow a second down, not each of many short runs.
    for label, size, calls, runs in (("100 kB", 80_000, 20, 50), ("5 MB", 5_000_000, 5, 25)):
        data = scene.sealed(pdf_of(size), Level.B_LT)
        assert verify(data, trust=scene.trust).passed
        limit = scene.limit(data)
        took = best(lambda d=data: verify(d, trust=scene.trust), calls, runs)  # type: ignore[misc]
        if size > 1_000_000:
            found.append(times(f"verify B-LT {label}", took, limit, "SHA-256 + one RSA", 3))
        else:
            found.append(more(f"verify B-LT {label}", 1000 / took, 300, "/s", "the goal", 1))
    return found


def _repeated(scene: Scene) -> Row:
    data = scene.sealed(pdf_of(5_000_000), Level.B_LT)
    memory = Verifier(scene.trust)
    memory.verify(data)
    limit = best(lambda: hashlib.sha256(data).digest(), 20)
    took = best(lambda: memory.verify(data), 20)
    return times("verify again 5 MB", took, limit, "hashing", 1.2)


def _many_objects(scene: Scene) -> Row:
    data = scene.sealed(scene.sealed(pdf_of(5_000_000, 3000), Level.B_LT), Level.B_T, "clerk")
    start = time.perf_counter()
    report: Report = verify(data, trust=scene.trust)
    took = (time.perf_counter() - start) * 1000
    assert report.passed
    return less("verify 3000 objects, two signatures", took, 5000, "ms", "the bound")


def _long_list(scene: Scene) -> Row:
    """Look-up in an imported CRL of 100,000 entries."""
    moment = scene.now.replace(microsecond=0)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(scene.pki.certificate("gov-ca").x.subject)
        .last_update(moment)
        .next_update(moment + timedelta(days=7))
        .add_extension(x509.CRLNumber(10**12), critical=False)
    )
    for serial in range(10**6, 10**6 + 100_000):
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(moment).build()
        builder._revoked_certificates.append(entry)
    der = builder.sign(scene.pki._keys["gov-ca"], hashes.SHA256()).public_bytes(Encoding.DER)
    crl = Crl(der)
    crl.index()
    took = best(lambda: crl.find(10**6 + 777), 10_000)
    assert crl.find(10**6 + 777)
    assert crl.find(5) is None
    return less("look-up in a CRL of 100,000", took, 1, "ms", "the goal")


def _sealing(scene: Scene) -> Row:
    key, look = scene.pki.key("agency"), Look.invisible()
    pdf = pdf_of(80_000)

    async def many(count: int) -> None:
        for _ in range(count):
            await seal_pdf(pdf, key, look, level=Level.B_B, at=scene.now)

    took = best(lambda: asyncio.run(many(20)), 1) / 20
    return more("seal B-B 100 kB", 1000 / took, 100, "/s", "the goal", 1)


_shared: dict[str, Any] = {}


def _prepare(folder: str, moment: datetime) -> None:
    pki = Pki.load_or_create(Path(folder), moment)
    trust: TrustStore = pki.trust(moment)
    _shared["trust"] = trust


def _verify_some(data: bytes, count: int) -> float:
    """Verifications for each second of this process's CPU."""
    start = time.process_time()
    assert all(verify(data, trust=_shared["trust"]).passed for _ in range(count))
    return count / (time.process_time() - start)


def _all_cores(scene: Scene) -> Row:
    """What as many processes as cores do together, beside one alone; by CPU time, so that neighbours do not count."""
    cores = os.cpu_count() or 1
    data = scene.sealed(pdf_of(80_000), Level.B_LT)
    rates = []
    for processes in (1, cores):
        with ProcessPoolExecutor(processes, initializer=_prepare, initargs=(str(scene.pki.folder), scene.now)) as pool:
            list(pool.map(_verify_some, [data] * processes, [20] * processes))
            rates.append(sum(pool.map(_verify_some, [data] * processes, [200] * processes)))
    limit = rates[0] * cores
    return more(f"verify on {cores} cores", rates[1], limit, "/s", "cores × one", 0.6)
