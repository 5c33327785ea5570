"""A whole demonstration PKI declared in one table: roots, CAs, signers, time-stamps, CRLs and OCSP.

For development, demonstrations, vendors and tests; nothing here is worth trusting. The same folder gives the same
PKI again; `python -m signing.test_pki FOLDER` makes one, `--serve PORT` also answers TSA, CRL and OCSP requests.
"""

from __future__ import annotations

import fcntl
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from signing.certs import Cert, load_cert, utc
from signing.keys import SoftKey
from signing.stamper import LocalTimestamper
from signing.trust import TrustList, TrustStore

DAY = timedelta(days=1)
LIST_NAME = "mẫu-việt-nam"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One certificate of the PKI. Days are relative to the moment when the PKI is made."""

    cn: str
    by: str = ""
    o: str = "Đơn vị mẫu"
    title: str = ""
    kind: str = "leaf"
    key: str = "rsa2048"
    start: int = -365
    end: int = 3 * 365
    listed: bool = True


PKI: dict[str, Entry] = {
    "root": Entry(cn="Vietnam National Root CA (mẫu)", o="Trung tâm Chứng thực điện tử quốc gia (mẫu)", kind="ca",
                  start=-3650, end=7300),
    "gov-ca": Entry(cn="CA phục vụ các cơ quan Nhà nước (mẫu)", by="root", o="Ban Cơ yếu Chính phủ (mẫu)", kind="ca",
                    start=-3000, end=5475),
    "public-ca": Entry(cn="CA công cộng (mẫu)", by="root", o="Nhà cung cấp chữ ký số (mẫu)", kind="ca",
                       start=-3000, end=5475),
    "receiver": Entry(cn="Trần Thị Mai", by="gov-ca", o="Trung tâm Phục vụ hành chính công tỉnh An Giang",
                      title="Công chức tiếp nhận"),
    "clerk": Entry(cn="Lê Hoàng Yến", by="gov-ca", o="Sở Tài nguyên và Môi trường tỉnh An Giang", title="Văn thư"),
    "leader": Entry(cn="Nguyễn Văn Minh", by="gov-ca", o="Sở Tài nguyên và Môi trường tỉnh An Giang",
                    title="Phó Giám đốc"),
    "agency": Entry(cn="Sở Tài nguyên và Môi trường tỉnh An Giang", by="gov-ca", o="Ủy ban nhân dân tỉnh An Giang"),
    "center": Entry(cn="Trung tâm Phục vụ hành chính công tỉnh An Giang", by="gov-ca",
                    o="Ủy ban nhân dân tỉnh An Giang"),
    "hub": Entry(cn="Cổng Dịch vụ công tỉnh An Giang", by="gov-ca",
                 o="Trung tâm Phục vụ hành chính công tỉnh An Giang", key="p256"),
    "bank": Entry(cn="Ngân hàng Thương mại cổ phần Mẫu", by="public-ca", o="Ngân hàng Thương mại cổ phần Mẫu"),
    "citizen": Entry(cn="Phạm Quốc Bảo", by="public-ca", o=""),
    "citizen-ec": Entry(cn="Võ Thị Đào", by="public-ca", o="", key="p256"),
    "officer": Entry(cn="Lê Thị Lãnh Đạo", by="public-ca", o="Sở Nông nghiệp và Môi trường tỉnh An Giang",
                     title="Phó Giám đốc", key="p256"),
    "officer-old": Entry(cn="Lê Thị Lãnh Đạo", by="public-ca", o="Sở Nông nghiệp và Môi trường tỉnh An Giang",
                         key="p256", start=-800, end=-30),
    "officer-clerk": Entry(cn="Võ Thị Văn Thư", by="public-ca", o="Sở Nông nghiệp và Môi trường tỉnh An Giang",
                           title="Văn thư", key="p256"),
    "office": Entry(cn="Sở Nông nghiệp và Môi trường tỉnh An Giang", by="gov-ca",
                    o="Ủy ban nhân dân tỉnh An Giang", key="p256"),
    "revoked": Entry(cn="Đặng Thu Hồi", by="gov-ca"),
    "expired": Entry(cn="Hồ Hết Hạn", by="gov-ca", start=-800, end=-30),
    "tsa": Entry(cn="TSA mẫu", by="root", o="Cơ quan cấp dấu thời gian (mẫu)", kind="tsa", end=3650),
    "ocsp-root": Entry(cn="OCSP Root (mẫu)", by="root", kind="ocsp", end=3650),
    "ocsp-gov": Entry(cn="OCSP CA Nhà nước (mẫu)", by="gov-ca", kind="ocsp", end=3650),
    "ocsp-public": Entry(cn="OCSP CA công cộng (mẫu)", by="public-ca", kind="ocsp", end=3650),
    "other-root": Entry(cn="Other Root CA", o="Somebody Else", kind="ca", start=-3650, end=7300, listed=False),
    "stranger": Entry(cn="Người Lạ", by="other-root", o="Somebody Else", listed=False),
    "other-tsa": Entry(cn="Other TSA", by="other-root", o="Somebody Else", kind="tsa", end=3650, listed=False),
}  # fmt: skip
RESPONDERS = {"root": "ocsp-root", "gov-ca": "ocsp-gov", "public-ca": "ocsp-public"}
TITLE = ObjectIdentifier("2.5.4.12")


class Pki:
    """The PKI of one folder. `revoke` changes what its CRLs and OCSP answers say from then on."""

    def __init__(self, folder: Path, at: datetime, keys: dict[str, Any], certs: dict[str, Cert]) -> None:
        self.folder = folder
        self.at = at
        self._keys = keys
        self._certs = certs
        self.revoked: dict[str, tuple[datetime, x509.ReasonFlags]] = {
            "revoked": (at - 10 * DAY, x509.ReasonFlags.key_compromise)
        }
        self._soft: dict[str, SoftKey] = {}

    @classmethod
    def load_or_create(cls, folder: Path, at: datetime | None = None) -> Pki:
        """The PKI of `folder`. What is missing or has lapsed is made there; nothing else in the folder is touched."""
        moment = utc(at) if at else datetime.now(UTC)
        folder = Path(folder)
        try:
            found = cls.load(folder, moment)
        except (OSError, ValueError):
            return cls._completed(folder, moment)
        return (
            found
            if all(_holds(name, found.certificate(name), moment) for name in PKI)
            else cls._completed(folder, moment)
        )

    @classmethod
    def load(cls, folder: Path, at: datetime) -> Pki:
        """The PKI of `folder` as it is; raises OSError or ValueError when it is none. Never writes."""
        pairs = {name: _pair(folder, name) for name in PKI}
        return cls(folder, at, {n: key for n, (key, _) in pairs.items()}, {n: cert for n, (_, cert) in pairs.items()})

    @classmethod
    def _completed(cls, folder: Path, at: datetime) -> Pki:
        """One process at a time. What an issuer signed goes with the issuer."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        keys: dict[str, Any] = {}
        certs: dict[str, Cert] = {}
        made: set[str] = set()
        with _alone(folder):
            for name, entry in PKI.items():
                kept = None if entry.by in made else _kept(folder, name, at)
                if kept is None:
                    made.add(name)
                    keys[name] = _new_key(entry.key)
                    certs[name] = load_cert(_issue(name, entry, keys, certs, at))
                    _write(folder, name, keys[name], certs[name])
                else:
                    keys[name], certs[name] = kept
        return cls(folder, at, keys, certs)

    def certificate(self, name: str) -> Cert:
        return self._certs[name]

    def key(self, name: str) -> SoftKey:
        """The signing key of a named holder, with its intermediate to embed."""
        if name not in self._soft:
            issuer = PKI[name].by
            chain = [self._certs[issuer]] if issuer and PKI[issuer].by else []
            self._soft[name] = SoftKey(self._keys[name], self._certs[name], chain)
        return self._soft[name]

    def tsa(self, clock: Callable[[], datetime] | None = None, *, name: str = "tsa") -> LocalTimestamper:
        """A time-stamp authority in process; without a clock it tells the real time."""
        return LocalTimestamper(self.key(name), clock)

    def trust_list(self) -> TrustList:
        names = [n for n, e in PKI.items() if e.kind == "ca" and e.listed]
        return TrustList(
            name=LIST_NAME,
            version="1",
            anchors=tuple(self._certs[n].der for n in names if not PKI[n].by),
            intermediates=tuple(self._certs[n].der for n in names if PKI[n].by),
            source="signing.test_pki",
        )

    def trust(self, at: datetime | None = None) -> TrustStore:
        """Anchors, intermediates, and the CRLs as imported now."""
        store = TrustStore([self.trust_list()])
        self.refresh(store, at)
        return store

    def refresh(self, store: TrustStore, at: datetime | None = None) -> None:
        """Import CRLs issued at `at` into a store, as a scheduled job would."""
        moment = utc(at) if at else self.at
        for name, entry in PKI.items():
            if entry.kind == "ca" and entry.listed:
                store.import_crl(self.crl(name, moment), moment)

    def revoke(self, name: str, at: datetime, reason: x509.ReasonFlags = x509.ReasonFlags.key_compromise) -> None:
        self.revoked[name] = (utc(at), reason)

    def crl(
        self, name: str = "gov-ca", at: datetime | None = None, *, days: int = 7, before: bytes | None = None
    ) -> bytes:
        """The CRL that a CA issues at `at`; its number grows with time. What the one `before` revoked stays revoked."""
        moment = (utc(at) if at else self.at).replace(microsecond=0)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self._certs[name].x.subject)
            .last_update(moment)
            .next_update(moment + days * DAY)
            .add_extension(x509.CRLNumber(int(moment.timestamp())), critical=False)
            .add_extension(_authority(self._certs[name]), critical=False)
        )
        carried = {each.serial_number: each for each in x509.load_der_x509_crl(before)} if before else {}
        for each in carried.values():
            builder = builder.add_revoked_certificate(each)
        for leaf, (when, reason) in self.revoked.items():
            if PKI[leaf].by == name and when <= moment and self._certs[leaf].serial not in carried:
                entry = (
                    x509.RevokedCertificateBuilder()
                    .serial_number(self._certs[leaf].serial)
                    .revocation_date(when)
                    .add_extension(x509.CRLReason(reason), critical=False)
                )
                builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(self._keys[name], hashes.SHA256()).public_bytes(Encoding.DER)

    def ocsp(self, name: str, at: datetime | None = None) -> bytes:
        """What the OCSP responder answers about a named certificate at `at`."""
        moment = (utc(at) if at else self.at).replace(microsecond=0)
        issuer = PKI[name].by
        responder = RESPONDERS.get(issuer, issuer)
        revoked = self.revoked.get(name)
        gone = revoked is not None and revoked[0] <= moment
        builder = (
            ocsp.OCSPResponseBuilder()
            .add_response(
                cert=self._certs[name].x,
                issuer=self._certs[issuer].x,
                algorithm=hashes.SHA256(),
                cert_status=ocsp.OCSPCertStatus.REVOKED if gone else ocsp.OCSPCertStatus.GOOD,
                this_update=moment,
                next_update=moment + DAY,
                revocation_time=revoked[0] if gone and revoked else None,
                revocation_reason=revoked[1] if gone and revoked else None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, self._certs[responder].x)
            .certificates([self._certs[responder].x])
        )
        return builder.sign(self._keys[responder], hashes.SHA256()).public_bytes(Encoding.DER)

    def import_ocsp(self, store: TrustStore, at: datetime | None = None) -> None:
        """Import OCSP answers for every listed certificate, as sealing B-LT wants."""
        moment = utc(at) if at else self.at
        for name, entry in PKI.items():
            if entry.by and entry.listed and entry.kind != "ocsp":
                store.import_ocsp(self.ocsp(name, moment), moment)

    def by_serial(self, serial: int) -> str | None:
        return next((n for n, c in self._certs.items() if c.serial == serial), None)

    def issue(self, by: str, cn: str, *, start: datetime, end: datetime, **kinds: Any) -> SoftKey:
        """A further certificate, for a test that wants a special one; not kept in the folder."""
        entry = Entry(cn=cn, by=by, **kinds)
        key = _new_key(entry.key)
        der = _certificate(entry, key, self._keys[by], self._certs[by], utc(start), utc(end))
        chain = [self._certs[by]] if PKI[by].by else []
        return SoftKey(key, load_cert(der), chain)


def _new_key(kind: str) -> Any:
    if kind == "p256":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, int(kind.removeprefix("rsa")))


def _pair(folder: Path, name: str) -> tuple[Any, Cert]:
    """As it lies there; raises OSError or ValueError."""
    pem = (folder / f"{name}.key.pem").read_bytes()
    key = load_pem_private_key(pem, None, unsafe_skip_rsa_key_validation=True)  # made here, see _completed
    return key, load_cert((folder / f"{name}.cert.pem").read_bytes())


def _kept(folder: Path, name: str, at: datetime) -> tuple[Any, Cert] | None:
    try:
        key, cert = _pair(folder, name)
    except (OSError, ValueError):
        return None
    return (key, cert) if _holds(name, cert, at) and key.public_key() == cert.public_key else None


def _holds(name: str, cert: Cert, at: datetime) -> bool:
    """One that was made to have expired is never too old."""
    return PKI[name].end < 0 or cert.valid_at(at)


def _write(folder: Path, name: str, key: Any, cert: Cert) -> None:
    """The certificate last: a key without one is made again."""
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for file, data in ((f"{name}.key.pem", pem), (f"{name}.cert.pem", cert.x.public_bytes(Encoding.PEM))):
        handle, fresh = tempfile.mkstemp(dir=folder, prefix=f".{file}.")  # 0600
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        Path(fresh).replace(folder / file)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _issue(name: str, entry: Entry, keys: dict[str, Any], certs: dict[str, Cert], at: datetime) -> bytes:
    by = entry.by or name
    start, end = at + entry.start * DAY, at + entry.end * DAY
    return _certificate(entry, keys[name], keys[by], certs.get(by), start, end)


def _name(entry: Entry) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]
    if entry.o:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, entry.o))
    if entry.title:
        parts.append(x509.NameAttribute(TITLE, entry.title))
    parts.append(x509.NameAttribute(NameOID.COMMON_NAME, entry.cn))
    return x509.Name(parts)


def _authority(issuer: Cert) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key)


def _certificate(entry: Entry, key: Any, signing: Any, issuer: Cert | None, start: datetime, end: datetime) -> bytes:
    name = _name(entry)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.x.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
    )
    ca = entry.kind == "ca"
    builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    usage = {
        "digital_signature": not ca,
        "content_commitment": entry.kind == "leaf",
        "key_encipherment": False,
        "data_encipherment": False,
        "key_agreement": False,
        "key_cert_sign": ca,
        "crl_sign": ca,
        "encipher_only": False,
        "decipher_only": False,
    }
    builder = builder.add_extension(x509.KeyUsage(**usage), critical=True)
    if entry.kind == "tsa":
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    if entry.kind == "ocsp":
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False)
        builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
    return builder.sign(signing, hashes.SHA256()).public_bytes(Encoding.DER)


def main(arguments: list[str]) -> int:
    """`FOLDER [--serve PORT]`: make the PKI, and answer for it on the loopback address."""
    if not arguments or (len(arguments) > 1 and (len(arguments) != 3 or arguments[1] != "--serve")):
        sys.stderr.write("usage: python -m signing.test_pki FOLDER [--serve PORT]\n")
        return 2
    pki = Pki.load_or_create(Path(arguments[0]))
    sys.stdout.write(f"{arguments[0]}: {len(PKI)} certificates\n")
    if len(arguments) == 3:
        from signing.test_responders import serve

        serve(pki, int(arguments[2]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
