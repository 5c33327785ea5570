"""Keys from settings: every form opens, every wrong setting is named in both languages (issue 3, «Keys behind one port»)."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from hub.key_address import FileAddress, TokenAddress, read_address
from hub.key_loading import open_key, open_point_key
from hub.keys import NEEDED, Keys
from hub.settings import Secret, SettingError, load
from signing import SigningKey
from signing.test_pki import Pki

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PASSWORD = "mật khẩu"


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki.load_or_create(tmp_path_factory.mktemp("pki") / "pki", NOW)


def kept(path: Path, data: bytes, mode: int = 0o600) -> str:
    path.write_bytes(data)
    path.chmod(mode)
    return str(path)


def p12(pki: Pki, name: str, *, certificate: str = "") -> bytes:
    key = pki.key(name)
    own = pki.certificate(certificate or name)
    above = [each.x for each in key.chain]
    return pkcs12.serialize_key_and_certificates(
        b"k", key._private, own.x, above, BestAvailableEncryption(PASSWORD.encode())
    )


def pem(pki: Pki, name: str, *, locked: bool = False) -> bytes:
    how = BestAvailableEncryption(PASSWORD.encode()) if locked else NoEncryption()
    return pki.key(name)._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)


def certificates(pki: Pki, *names: str) -> bytes:
    return b"".join(pki.certificate(name).x.public_bytes(Encoding.PEM) for name in names)


def opened(address: str, password: str = "") -> SigningKey:
    return open_key("RECEIVER_KEY", address, Secret(password), NOW)


def in_p12(pki: Pki, folder: Path) -> SigningKey:
    return opened(kept(folder / "receiver.p12", p12(pki, "receiver")), PASSWORD)


def in_one_pem(pki: Pki, folder: Path) -> SigningKey:
    """Certificates in the wrong order, and one that is somebody else's."""
    data = certificates(pki, "gov-ca", "clerk", "receiver") + pem(pki, "receiver", locked=True)
    return opened(kept(folder / "receiver.pem", data), PASSWORD)


def beside_a_pem(pki: Pki, folder: Path) -> SigningKey:
    kept(folder / "chain.pem", certificates(pki, "receiver", "gov-ca"), 0o644)
    address = kept(folder / "khóa.pem", pem(pki, "receiver"))
    return opened(f"{address}?chain={folder / 'chain.pem'}")


@pytest.mark.parametrize("form", [in_p12, in_one_pem, beside_a_pem])
async def test_every_form_of_file_gives_the_key_with_its_chain(
    pki: Pki, tmp_path: Path, form: Callable[[Pki, Path], SigningKey]
) -> None:
    key = form(pki, tmp_path)
    assert key.certificate == pki.certificate("receiver")
    assert tuple(key.chain) == (pki.certificate("gov-ca"),)
    assert await key.sign(b"data", "sha256") == await pki.key("receiver").sign(b"data", "sha256")


def test_addresses() -> None:
    token = "pkcs11:token=S%E1%BB%9F%20TNMT;object=receiver?module-path=/usr/lib/x.so&chain=/etc/c.pem"
    assert read_address("K", token) == TokenAddress(
        library="/usr/lib/x.so", token="Sở TNMT", label="receiver", chain=Path("/etc/c.pem")
    )
    assert read_address("K", "/run/a b.p12?chain=/run/c%26d.pem") == FileAddress(
        path=Path("/run/a b.p12"), chain=Path("/run/c&d.pem")
    )


def no_file(_: Pki, folder: Path) -> str:
    return str(folder / "nothing.p12")


def read_by_others(pki: Pki, folder: Path) -> str:
    return kept(folder / "k.p12", p12(pki, "receiver"), 0o640)


def another_certificate(pki: Pki, folder: Path) -> str:
    return kept(folder / "k.pem", pem(pki, "receiver") + certificates(pki, "clerk"))


def no_certificate(pki: Pki, folder: Path) -> str:
    return kept(folder / "k.pem", pem(pki, "receiver"))


def no_key(pki: Pki, folder: Path) -> str:
    return kept(folder / "k.pem", certificates(pki, "receiver"))


def a_locked_p12(pki: Pki, folder: Path) -> str:
    return kept(folder / "k.p12", p12(pki, "receiver"))


def a_ca(pki: Pki, folder: Path) -> str:
    return kept(folder / "k.pem", pem(pki, "gov-ca") + certificates(pki, "gov-ca"))


def no_chain(pki: Pki, folder: Path) -> str:
    return no_key(pki, folder) + f"?chain={kept(folder / 'c.pem', b'nothing')}"


def literal(text: str) -> Callable[[Pki, Path], str]:
    def address(_: Pki, __: Path) -> str:
        return text

    return address


LIBRARY = "module-path=/nonexistent.so"


@pytest.mark.parametrize(
    ("address", "vi", "en"),
    [
        (no_file, "không đọc được tệp", "cannot be read"),
        (read_by_others, "người khác đọc được", "others can read it"),
        (another_certificate, "không mở được", "belongs to the key"),
        (no_certificate, "không mở được", "belongs to the key"),
        (no_key, "không mở được", "no private key"),
        (a_locked_p12, "hãy kiểm tra tệp và RECEIVER_KEY_PASSWORD", "check the file and RECEIVER_KEY_PASSWORD"),
        (a_ca, "không dùng để ký", "not for signing"),
        (no_chain, "không phải chứng thư", "holds no certificates"),
        (literal("receiver.p12"), "chỉ nhận", "only /…/khoa.p12"),
        (literal("/a.p12?password=1"), "không dùng thuộc tính password", "is not used here"),
        (literal(f"pkcs11:token=t;object=k;pin-value=1234?{LIBRARY}"), "không ghi mã PIN", "no PIN here"),
        (literal(f"pkcs11:token=t?{LIBRARY}"), "thiếu object", "lacks object"),
        (literal(f"pkcs11:token=t;object=k?{LIBRARY}"), "hãy kiểm tra thiết bị", "check the token and the PIN"),
    ],
)
def test_a_wrong_key_is_named_in_both_languages(
    pki: Pki, tmp_path: Path, address: Callable[[Pki, Path], str], vi: str, en: str
) -> None:
    with pytest.raises(SettingError) as wrong:
        opened(address(pki, tmp_path))
    said = str(wrong.value)
    assert said.startswith("RECEIVER_KEY")
    assert vi in said
    assert en in said
    assert "1234" not in said


def test_the_key_of_codes_on_paper_is_p256(pki: Pki, tmp_path: Path) -> None:
    """RES-09: there is no room for another in the code."""
    good = kept(tmp_path / "hub.p12", p12(pki, "hub"))
    assert open_point_key("HUB_KEY", good, Secret(PASSWORD), NOW).certificate == pki.certificate("hub")
    other = kept(tmp_path / "other.p12", p12(pki, "agency"))
    with pytest.raises(SettingError, match=r"HUB_KEY: phải là khóa EC P-256 / must be an EC P-256 key"):
        open_point_key("HUB_KEY", other, Secret(PASSWORD), NOW)


def test_a_certificate_that_has_lapsed_stops_nothing_else(pki: Pki, tmp_path: Path) -> None:
    address = kept(tmp_path / "k.p12", p12(pki, "receiver"))
    after = open_key("RECEIVER_KEY", address, Secret(PASSWORD), NOW + timedelta(days=4000))
    assert not after.certificate.valid_at(NOW + timedelta(days=4000))


@pytest.mark.parametrize("missing", NEEDED)
def test_production_names_what_is_missing(tmp_path: Path, missing: str) -> None:
    """And makes no demonstration's key on the way."""
    given = {name: "x" for name in NEEDED if NEEDED.index(name) < NEEDED.index(missing)}
    settings = load({"BUS": "rabbit", "DATA_DIR": str(tmp_path), **given})
    with pytest.raises(SettingError, match=rf"^{missing}: chưa đặt.* / is not set"):
        Keys.open(settings, lambda: NOW)
    assert list(tmp_path.iterdir()) == []


def test_a_demonstration_on_rabbit_has_its_own(tmp_path: Path) -> None:
    keys = Keys.open(load({"BUS": "rabbit", "DEMO": "1", "DATA_DIR": str(tmp_path)}), lambda: NOW)
    assert keys.demonstration is not None
    assert re.fullmatch("Trần Thị Mai", keys.receiver.certificate.subject_text)


def test_a_demonstration_with_one_real_key(pki: Pki, tmp_path: Path) -> None:
    address = kept(tmp_path / "k.p12", p12(pki, "clerk"))
    given = {"DATA_DIR": str(tmp_path / "data"), "AGENCY_KEY": address, "AGENCY_KEY_PASSWORD": PASSWORD}
    keys = Keys.open(load(given), lambda: NOW)
    assert keys.agency.certificate == pki.certificate("clerk")
    assert keys.receiver.certificate != pki.certificate("receiver")
    assert PASSWORD not in repr(load(given))
