"""Others' tools agree on what we seal: pdfsig, openssl, xmlsec1, qpdf's parser; and on what the test PKI answers."""

import asyncio
import itertools
import re
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image, ImageDraw

from hub.kernel.documents import vietnamese_font
from signing import Level, Look, TrustStore, seal_xml
from signing.look import LEADER_BOX, seal_box
from signing.test_pki import Pki
from tests.unit.signing.makers import NOW, contents_span, plain_pdf, seal, signature_bytes

pytestmark = pytest.mark.needs_tools
LEVELS = (Level.B_B, Level.B_T, Level.B_LT, Level.B_LTA)
KEYS = ("rsa", "pss", "ecdsa")
WORD = r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]+)</word>'
AT = str(int(NOW.timestamp()))


def sealed(pki: Pki, trust: TrustStore, level: Level, key: str, *, certify: bool = False) -> bytes:
    keys: dict[str, Any] = {
        "rsa": pki.key("agency"), "pss": pki.key("agency").with_pss(), "ecdsa": pki.key("citizen-ec"),
    }  # fmt: skip
    return seal(plain_pdf(), pki, key=keys[key], level=level, trust=trust, certify=certify)


def said(*command: str | Path) -> str:
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    return f"{done.returncode} {done.stdout} {done.stderr}"


@pytest.mark.parametrize(("level", "key"), [*itertools.product(LEVELS, KEYS)])
def test_pdfsig_agrees(pki: Pki, rich_trust: TrustStore, tmp_path: Path, level: Level, key: str) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(sealed(pki, rich_trust, level, key))
    told = said("pdfsig", "-nocert", path)
    assert "Signature is Valid" in told, told
    assert "Signature is Invalid" not in told


@pytest.mark.parametrize("key", KEYS)
def test_pdfsig_agrees_on_a_certification_and_sees_a_change(
    pki: Pki, rich_trust: TrustStore, tmp_path: Path, key: str
) -> None:
    path = tmp_path / "a.pdf"
    data = sealed(pki, rich_trust, Level.B_T, key, certify=True)
    path.write_bytes(data)
    told = said("pdfsig", "-nocert", path)
    assert "Signature is Valid" in told
    assert "Total document signed" in told
    path.write_bytes(data.replace(b"(Hello 1)", b"(Hallo 1)"))
    assert "Digest Mismatch" in said("pdfsig", "-nocert", path)


@pytest.mark.parametrize(("level", "key"), [*itertools.product((Level.B_B, Level.B_T), KEYS)])
def test_openssl_agrees(pki: Pki, rich_trust: TrustStore, tmp_path: Path, level: Level, key: str) -> None:
    """CAdES: the signing-certificate attribute is checked too."""
    data = sealed(pki, rich_trust, level, key)
    start, end = contents_span(data)
    (tmp_path / "content").write_bytes(data[:start] + data[end:])
    (tmp_path / "signature").write_bytes(signature_bytes(data) + b"\0" * 4)
    told = said(
        "openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", tmp_path / "signature",
        "-content", tmp_path / "content", "-CAfile", pki.folder / "root.cert.pem", "-purpose", "any",
        "-attime", AT, "-out", "/dev/null",
    )  # fmt: skip
    assert told.startswith("0"), told


@pytest.mark.parametrize("level", [Level.B_B, Level.B_T, Level.B_LT])
@pytest.mark.parametrize("name", ["bank", "citizen-ec"])
def test_xmlsec1_agrees_on_every_level(
    pki: Pki, rich_trust: TrustStore, tmp_path: Path, level: Level, name: str
) -> None:
    path = tmp_path / "voucher.xml"
    made = seal_xml(
        b"<ChungTu><SoTien>12000</SoTien></ChungTu>", pki.key(name), tsa=pki.tsa(lambda: NOW), trust=rich_trust,
        level=level, at=NOW,
    )  # fmt: skip
    path.write_bytes(asyncio.run(made))
    command = ("xmlsec1", "--verify", "--trusted-pem", pki.folder / "root.cert.pem", "--verification-time",
               f"{NOW:%Y-%m-%d %H:%M:%S}", "--id-attr:Id", "SignedProperties", path)  # fmt: skip
    assert said(*command).startswith("0"), said(*command)
    path.write_bytes(path.read_bytes().replace(b"12000", b"92000"))
    assert not said(*command).startswith("0")


@pytest.mark.parametrize(("level", "key"), [*itertools.product(LEVELS, ("rsa", "ecdsa"))])
def test_the_structure_is_as_pdf_a_wants_it(pki: Pki, rich_trust: TrustStore, level: Level, key: str) -> None:
    """ISO 19005-2 §6.4.3, as veraPDF checks it, over qpdf's parser: one gap, exactly the signature, one signer."""
    data = sealed(pki, rich_trust, level, key)
    with pikepdf.open(BytesIO(data)) as pdf:
        assert pdf.check_pdf_syntax() == []
        fields = [field for field in pdf.Root.AcroForm.Fields if "/V" in field]
        assert int(pdf.Root.AcroForm.SigFlags) == 3
        ranges = []
        for field in fields:
            value = field.V
            first, gap, after, rest = (int(n) for n in value.ByteRange)
            assert first == 0
            assert data[gap : gap + 1] + data[after - 1 : after] == b"<>"
            assert re.fullmatch(rb"[0-9a-fA-F]+", data[gap + 1 : after - 1])
            assert bytes(value.Contents).rstrip(b"\0") == bytes.fromhex(data[gap + 1 : after - 1].decode()).rstrip(
                b"\0"
            )
            assert value.SubFilter in ("/ETSI.CAdES.detached", "/ETSI.RFC3161")
            assert "/Cert" not in value
            ranges.append(after + rest)
        assert (max(ranges) == len(data)) is (level is not Level.B_LT)  # whose long-term data follow the signature
        assert ranges == sorted(ranges)


def test_openssl_takes_the_lists_and_answers_of_the_test_pki(pki: Pki, tmp_path: Path) -> None:
    """CRL, OCSP and TSA of `python -m signing.test_pki`, which vendors use too."""
    root, issuer = pki.folder / "root.cert.pem", pki.folder / "gov-ca.cert.pem"
    (tmp_path / "a.crl").write_bytes(pki.crl("gov-ca", NOW))
    assert "verify OK" in said(
        "openssl", "crl", "-inform", "DER", "-in", tmp_path / "a.crl", "-CAfile", issuer, "-noout"
    )
    for name, status in (("leader", "good"), ("revoked", "revoked")):
        (tmp_path / "a.ocsp").write_bytes(pki.ocsp(name, NOW))
        told = said(
            "openssl", "ocsp", "-respin", tmp_path / "a.ocsp", "-issuer", issuer, "-sha256", "-cert",
            pki.folder / f"{name}.cert.pem", "-CAfile", root, "-verify_other", issuer, "-attime", AT, "-no_nonce", "-validity_period", "2000000000",
        )  # fmt: skip
        assert "Response verify OK" in told, told
        assert f"{name}.cert.pem: {status}" in told, told
    (tmp_path / "data").write_bytes(b"Quyet dinh")
    query = ("openssl", "ts", "-query", "-data", tmp_path / "data", "-sha256", "-cert", "-out", tmp_path / "a.tsq")
    assert said(*query).startswith("0")
    (tmp_path / "a.tsr").write_bytes(pki.tsa(lambda: NOW).answer((tmp_path / "a.tsq").read_bytes()))
    told = said(
        "openssl", "ts", "-verify", "-queryfile", tmp_path / "a.tsq", "-in", tmp_path / "a.tsr", "-CAfile", root,
        "-attime", AT,
    )  # fmt: skip
    assert "Verification: OK" in told, told


# --- what one sees (NĐ 30/2020, Phụ lục I) ---


def picture(colour: tuple[int, int, int], shape: str) -> bytes:
    """A hand's or a seal's image on a clear ground."""
    image = Image.new("RGBA", (400, 400) if shape == "seal" else (400, 160), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    if shape == "seal":
        draw.ellipse((10, 10, 390, 390), outline=(*colour, 255), width=12)
    else:
        draw.line([(4, 80), (396, 80)], fill=(*colour, 255), width=14)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def page_of(pdf: bytes, folder: Path) -> Image.Image:
    (folder / "page.pdf").write_bytes(pdf)
    subprocess.run(
        ["pdftoppm", "-png", "-r", "72", "-singlefile", str(folder / "page.pdf"), str(folder / "page")], check=True
    )
    with Image.open(folder / "page.png") as image:
        return image.convert("RGB")


def columns(image: Image.Image, *, red: bool) -> list[int]:
    """The x of every pixel that is clearly red, or clearly blue."""
    found = []
    for x, y in itertools.product(range(image.width), range(image.height)):
        r, g, b = image.getpixel((x, y))  # type: ignore[misc]
        strong, other = (r, b) if red else (b, r)
        if strong - other > 70 and strong - g > 40:
            found.append(x)
    return found


def test_the_red_seal_lies_over_the_left_third_of_the_blue_hand(pki: Pki, tmp_path: Path) -> None:
    font = vietnamese_font()
    hand, stamp = picture((20, 40, 170), "hand"), picture((210, 15, 15), "seal")
    pdf = seal(plain_pdf(""), pki, "leader", level=Level.B_B, look=Look.leader(font, image=hand))
    pdf = seal(pdf, pki, "agency", level=Level.B_B, look=Look.agency(font, image=stamp))
    image = page_of(pdf, tmp_path)
    blue, red = columns(image, red=False), columns(image, red=True)
    assert abs(min(blue) - LEADER_BOX[0]) < 6
    assert abs(max(red) - seal_box(LEADER_BOX)[2]) < 8
    covered = (max(red) - min(blue)) / (max(blue) - min(blue))
    assert 0.25 < covered < 0.4
    assert min(red) < min(blue)


def test_number_and_date_stand_at_their_size_and_in_their_places(pki: Pki, tmp_path: Path) -> None:
    """Ô số 3 on the left, ô số 4 on the right, 13 points, not shrunk."""
    font = vietnamese_font()
    pdf = seal(plain_pdf(""), pki, "clerk", level=Level.B_B, look=Look.number(font, "Số: 1234/QĐ-STNMT"))
    pdf = seal(pdf, pki, "clerk", level=Level.B_B, look=Look.dated(font, "An Giang, ngày 23 tháng 11 năm 2026"))
    (tmp_path / "a.pdf").write_bytes(pdf)
    told = said("pdftotext", "-bbox", tmp_path / "a.pdf", "-")
    boxes = [[float(n) for n in box] for *box, _ in re.findall(WORD, told)]
    shown = " ".join(text for *_, text in re.findall(WORD, told))
    assert "1234/QĐ-STNMT" in shown
    assert "ngày 23 tháng 11 năm 2026" in shown
    seen = [box for box in boxes if box[1] < 842 / 7]
    assert {box[0] < 100 or box[0] >= 300 for box in seen} == {True}
    assert all(12 < box[3] - box[1] < 20 for box in seen), seen


def test_every_look_can_be_read_again_by_another_tool(pki: Pki, tmp_path: Path) -> None:
    font = vietnamese_font()
    looks = {
        "leader": (Look.leader(font), "Nguyễn Văn Minh"),
        "receiver": (Look.officer(font), "Cơ quan: Trung tâm Phục vụ hành chính công"),
        "center": (Look.digitised(font), "Trung tâm Phục vụ hành chính công tỉnh An Giang"),
        "clerk": (Look.number(font, "Số: {1}/GPXD – ằẵặ"), "Số: {1}/GPXD – ằẵặ"),
    }
    for name, (look, words) in looks.items():
        (tmp_path / "a.pdf").write_bytes(seal(plain_pdf(""), pki, name, level=Level.B_B, look=look))
        assert words in " ".join(said("pdftotext", "-layout", tmp_path / "a.pdf", "-").split()), name
