"""Published attacks on PDF signatures, built here: none may pass, and honest later revisions must."""

import re
from typing import Any
from unittest.mock import patch

import pytest
from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from signing import Indication, LaterChanges, Level, Policy, SubIndication, TrustStore
from signing.keys import CmsParts
from signing.pdf_file import PdfFile
from signing.test_pki import Pki
from tests.unit.signing.makers import (
    NOW,
    add_annotation,
    append_revision,
    contents_span,
    edit,
    judged,
    plain_pdf,
    seal,
    signature_bytes,
    with_contents,
)

FORGED = b"<< /Length 40 >>\nstream\nBT /F1 24 Tf 72 700 Td (Forged 1) Tj ET   \nendstream"


def refused(data: bytes, trust: TrustStore) -> None:
    report = judged(data, trust)
    assert not report.passed, report.sentence_en
    assert report.sentence_vi
    assert report.sentence_en
    assert not judged(data, trust, policy=Policy.OWN).passed


# --- universal forgery: the signature's own data is missing or senseless ---


@pytest.mark.parametrize("contents", [b"", b"00", b"3000", b"null"])
def test_contents_that_hold_no_signature(sealed: bytes, trust: TrustStore, contents: bytes) -> None:
    start, end = contents_span(sealed)
    shown = contents.ljust(end - start - 2, b" ") if contents != b"null" else None
    if shown is None:
        forged = sealed[:start] + b"null".ljust(end - start) + sealed[end:]
    else:
        forged = sealed[: start + 1] + shown + sealed[end - 1 :]
    refused(forged, trust)


def test_a_reserved_space_of_zeros_is_no_signature(sealed: bytes, trust: TrustStore) -> None:
    report = judged(with_contents(sealed, b""), trust)
    assert report.indication is Indication.NO_SIGNATURE
    assert report.empty_fields == ("CoQuan1",)


def ranges(sealed: bytes, text: bytes) -> bytes:
    """The same file with another /ByteRange of the same length in bytes."""
    found = re.search(rb"/ByteRange\s*\[[^\]]*\]", sealed)
    assert found is not None
    new = b"/ByteRange [" + text + b"]"
    return sealed[: found.start()] + new.ljust(found.end() - found.start()) + sealed[found.end() :]


@pytest.mark.parametrize(
    "text",
    [b"", b"0 0 0 0", b"0 -1 0 -1", b"null", b"0 10", b"-5 20 30 40", b"(a)", b"0 99999999 99999999 1", b"0 1 0 1 0 1"],
)
def test_byte_ranges_without_sense(sealed: bytes, trust: TrustStore, text: bytes) -> None:
    refused(ranges(sealed, text), trust)


def test_ranges_that_overlap_or_leave_a_gap(sealed: bytes, trust: TrustStore) -> None:
    start, end = contents_span(sealed)
    total = len(sealed)
    for first, second, rest in (
        (start - 50, end, total - end),
        (start, end + 50, total - end - 50),
        (start + 1, end, total - end),
        (start, end, total - end - 10),
        (total, 0, total),
    ):
        refused(ranges(sealed, b"0 %d %d %d" % (first, second, rest)), trust)


# --- incremental saving: something is appended ---


@pytest.mark.parametrize("eof", [True, False])
@pytest.mark.parametrize("xref", [True, False])
def test_appended_content(sealed: bytes, trust: TrustStore, eof: bool, xref: bool) -> None:
    refused(append_revision(sealed, {6: FORGED}, eof=eof, xref=xref), trust)


@pytest.mark.parametrize(
    "tail", [b"x", b"%%EOF\n", b"startxref\n0\n%%EOF\n", b"<script>", b"\n\n1 0 obj\n<<>>\nendobj\n"]
)
def test_stray_bytes_at_the_end(sealed: bytes, trust: TrustStore, tail: bytes) -> None:
    refused(sealed + tail, trust)


def test_blanks_at_the_end_are_harmless(sealed: bytes, trust: TrustStore) -> None:
    assert judged(sealed + b"\r\n\n ", trust).passed


def test_every_cut_is_refused(sealed: bytes, trust: TrustStore) -> None:
    for cut in (1, 10, 200, len(sealed) // 2, len(sealed) - 20):
        data = sealed[:-cut]
        if data.rstrip() != sealed.rstrip():
            refused(data, trust)


def test_every_kind_of_byte_flip_is_refused(sealed: bytes, trust: TrustStore) -> None:
    start, end = contents_span(sealed)
    for position in (12, 40, 200, start - 30, start + 3, start + 900, end + 5, len(sealed) - 40):
        flipped = bytearray(sealed)
        flipped[position] ^= 1
        refused(bytes(flipped), trust)


# --- signature wrapping: the gap is moved, other content stands in it ---


def test_content_in_a_moved_gap(sealed: bytes, trust: TrustStore) -> None:
    start, end = contents_span(sealed)
    inserted = b"<< /Forged true >>" * 20
    forged = sealed[:end] + inserted + sealed[end:]
    refused(forged, trust)
    refused(ranges(forged, b"0 %d %d %d" % (start, end + len(inserted), len(sealed) - end)), trust)


def test_another_signature_in_the_gap(pki: Pki, trust: TrustStore, sealed: bytes) -> None:
    other = seal(plain_pdf("Other"), pki)
    refused(with_contents(sealed, signature_bytes(other)), trust)


# --- shadow attacks: later revisions change what is seen ---


def replace_content(writer: Any) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"BT /F1 24 Tf 72 700 Td (No) Tj ET"))
    writer.update_container(page)


def replace_font(writer: Any) -> None:
    resources = writer.root["/Pages"]["/Kids"][0]["/Resources"]
    resources["/Font"]["/F1"] = writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Font"),
                pdf_name("/Subtype"): pdf_name("/Type1"),
                pdf_name("/BaseFont"): pdf_name("/Symbol"),
            }
        )
    )
    writer.update_container(resources["/Font"])


def crop(writer: Any) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    page["/CropBox"] = generic.ArrayObject([generic.NumberObject(v) for v in (0, 0, 10, 10)])
    writer.update_container(page)


def add_page(writer: Any) -> None:
    pages = writer.root["/Pages"]
    copy = generic.DictionaryObject(dict(pages["/Kids"][0]))
    pages["/Kids"].append(writer.add_object(copy))
    pages["/Count"] = generic.NumberObject(2)
    writer.update_container(pages)
    writer.update_container(pages["/Kids"])


def open_action(writer: Any) -> None:
    writer.root["/OpenAction"] = generic.DictionaryObject(
        {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): generic.pdf_string("app.alert(1)")}
    )
    writer.update_root()


def hide_layer(writer: Any) -> None:
    writer.root["/OCProperties"] = generic.DictionaryObject({pdf_name("/D"): generic.DictionaryObject()})
    writer.update_root()


def text_field(writer: Any) -> None:
    add_annotation(
        writer,
        "/Widget",
        **{"/FT": pdf_name("/Tx"), "/T": generic.pdf_string("SoTien"), "/V": generic.pdf_string("9")},
    )
    form = writer.root["/AcroForm"]
    form["/Fields"].append(writer.root["/Pages"]["/Kids"][0]["/Annots"].raw_get(-1))
    writer.update_container(form["/Fields"])


def drop_the_signature(writer: Any) -> None:
    writer.root["/AcroForm"]["/Fields"] = generic.ArrayObject([])
    writer.update_container(writer.root["/AcroForm"])


def empty_field_that_shows(writer: Any) -> None:
    append_signature_field(writer, SigFieldSpec("Trống", on_page=0, box=(72, 690, 400, 730)))
    widget = writer.root["/Pages"]["/Kids"][0]["/Annots"][-1]
    look = generic.StreamObject(stream_data=b"0 0 400 40 re f")
    look[pdf_name("/Type")] = pdf_name("/XObject")
    look[pdf_name("/Subtype")] = pdf_name("/Form")
    widget[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(look)})
    writer.update_container(widget)


@pytest.mark.parametrize(
    "change",
    [
        replace_content,
        replace_font,
        crop,
        add_page,
        open_action,
        hide_layer,
        add_annotation,
        lambda w: add_annotation(w, "/Stamp"),
        lambda w: add_annotation(w, "/Link"),
        text_field,
        empty_field_that_shows,
    ],
)
def test_a_later_revision_that_changes_what_is_seen_or_done(sealed: bytes, trust: TrustStore, change: Any) -> None:
    forged = edit(sealed, change)
    report = judged(forged, trust)
    assert report.indication is Indication.TOTAL_FAILED, report.sentence_en
    assert report.later_changes is LaterChanges.FORBIDDEN
    assert report.signatures[0].intact  # the signed bytes themselves still verify
    assert report.signatures[0].forbidden_changes
    refused(forged, trust)


def test_a_change_stays_refused_under_a_further_good_signature(pki: Pki, sealed: bytes, trust: TrustStore) -> None:
    forged = seal(edit(sealed, replace_content), pki, "clerk")
    report = judged(forged, trust)
    assert report.indication is Indication.TOTAL_FAILED
    assert [s.indication for s in report.signatures] == [Indication.TOTAL_FAILED, Indication.TOTAL_PASSED]


def test_a_removed_signature_leaves_an_unsigned_file(sealed: bytes, trust: TrustStore) -> None:
    assert judged(edit(sealed, drop_the_signature), trust).indication is Indication.NO_SIGNATURE


def test_one_of_two_signatures_removed(pki: Pki, sealed: bytes, trust: TrustStore) -> None:
    def drop_the_second(writer: Any) -> None:
        fields = writer.root["/AcroForm"]["/Fields"]
        del fields[1]
        writer.update_container(fields)

    refused(edit(seal(sealed, pki, "clerk"), drop_the_second), trust)


def test_a_spoofed_reason(sealed: bytes, trust: TrustStore) -> None:
    def spoof(writer: Any) -> None:
        signature = writer.root["/AcroForm"]["/Fields"][0]["/V"]
        signature[pdf_name("/Reason")] = generic.pdf_string("Tôi đồng ý")
        writer.update_container(signature)

    refused(edit(sealed, spoof), trust)


def test_a_moved_seal(pki: Pki, sealed: bytes, trust: TrustStore) -> None:
    def move(writer: Any) -> None:
        widget = writer.root["/AcroForm"]["/Fields"][0]
        widget[pdf_name("/Rect")] = generic.ArrayObject([generic.NumberObject(v) for v in (0, 0, 500, 800)])
        writer.update_container(widget)

    refused(edit(sealed, move), trust)


def test_a_new_empty_field_is_allowed_for_others_and_refused_for_ours(sealed: bytes, trust: TrustStore) -> None:
    prepared = edit(sealed, lambda w: append_signature_field(w, SigFieldSpec("Tiep")))
    report = judged(prepared, trust)
    assert report.passed
    assert report.later_changes is LaterChanges.ALLOWED
    assert report.empty_fields == ("Tiep",)
    assert not judged(prepared, trust, policy=Policy.OWN).passed


def test_rewriting_untouched_objects_is_no_change(sealed: bytes, trust: TrustStore) -> None:
    def rewrite(writer: Any) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        writer.update_container(page)
        writer.update_container(writer.root["/AcroForm"]["/Fields"][0])

    report = judged(edit(sealed, rewrite), trust)
    assert report.passed, report.sentence_en


# --- the CMS inside ---


def tampered(sealed: bytes, change: Any) -> bytes:
    info = cms.ContentInfo.load(signature_bytes(sealed)).copy()
    change(info["content"])
    return with_contents(sealed, info.dump())


def test_a_second_signer_info(pki: Pki, sealed: bytes, trust: TrustStore) -> None:
    other = cms.ContentInfo.load(signature_bytes(seal(plain_pdf("Other"), pki, "stranger")))

    def add(content: Any) -> None:
        content["signer_infos"].append(other["content"]["signer_infos"][0])

    refused(tampered(sealed, add), trust)


def test_the_same_signer_info_twice(pki: Pki, trust: TrustStore) -> None:
    """Each of the two verifies; a reader that looks at the first alone would be content."""
    from signing import der

    one = signature_bytes(seal(plain_pdf(), pki, level=Level.B_B))
    info = cms.ContentInfo.load(one)["content"]["signer_infos"][0].dump()
    single = der.tlv(der.SET, info)
    assert single in one

    def doubled(parts: CmsParts, attributes: bytes, value: bytes, token: bytes = b"", content: bytes = b"") -> bytes:
        made = original(parts, attributes, value, token, content)
        if content:  # the time-stamp authority's
            return made
        signer = cms.ContentInfo.load(made)["content"]["signer_infos"][0].dump()
        kind = der.tlv(der.SEQUENCE, der.OID_DATA)
        data = der.tlv(der.SEQUENCE, parts._head, kind, parts._certificates, der.tlv(der.SET, signer, signer))
        return der.tlv(der.SEQUENCE, der.OID_SIGNED_DATA, der.tlv(0xA0, data))

    original = CmsParts.signed_data
    with patch.object(CmsParts, "signed_data", doubled):
        refused(seal(plain_pdf(), pki), trust)


def test_a_signer_who_signs_two_message_digests(pki: Pki, trust: TrustStore) -> None:
    """The signature value is right over both; which one counts would be the reader's choice."""
    from signing import der

    def two(parts: CmsParts, digest: bytes, *more: bytes) -> bytes:
        if more:  # the time-stamp authority's
            return original(parts, digest, *more)
        other = der.attribute(der.OID_MESSAGE_DIGEST, der.tlv(der.OCTETS, bytes(32)))
        mine = der.attribute(der.OID_MESSAGE_DIGEST, der.tlv(der.OCTETS, digest))
        return der.set_of([*parts._fixed_attributes, other, mine])

    original = CmsParts.signed_attributes
    with patch.object(CmsParts, "signed_attributes", two):
        forged = seal(plain_pdf(), pki)
    report = judged(forged, trust)
    assert report.sub_indication is SubIndication.FORMAT_FAILURE
    assert "duplicate signed attribute" in report.sentence_en


def test_the_gap_must_hold_the_signature_that_is_shown(sealed: bytes) -> None:
    file = PdfFile(sealed)
    field = file.signature_fields()[0][0]
    assert file.coverage(field).kind == "entire-file"
    field.contents = bytes(len(field.contents or b""))
    assert file.coverage(field).kind == "unclear"


def test_content_inside_a_detached_signature(sealed: bytes, trust: TrustStore) -> None:
    def embed(content: Any) -> None:
        content["encap_content_info"] = {"content_type": "data", "content": b"something else"}

    refused(tampered(sealed, embed), trust)


@pytest.mark.parametrize("name", ["message_digest", "content_type", "signing_certificate_v2"])
def test_duplicate_signed_attributes(sealed: bytes, trust: TrustStore, name: str) -> None:
    def duplicate(content: Any) -> None:
        attributes = content["signer_infos"][0]["signed_attrs"]
        attributes.append(next(a for a in attributes if a["type"].native == name))

    refused(tampered(sealed, duplicate), trust)


@pytest.mark.parametrize("name", ["message_digest", "content_type", "signing_certificate_v2"])
def test_missing_signed_attributes(sealed: bytes, trust: TrustStore, name: str) -> None:
    def remove(content: Any) -> None:
        signer = content["signer_infos"][0]
        signer["signed_attrs"] = [a for a in signer["signed_attrs"] if a["type"].native != name]

    refused(tampered(sealed, remove), trust)


def test_all_signed_attributes_removed(sealed: bytes, trust: TrustStore) -> None:
    def remove(content: Any) -> None:
        del content["signer_infos"][0]["signed_attrs"]

    refused(tampered(sealed, remove), trust)


def test_the_digest_algorithm_exchanged(sealed: bytes, trust: TrustStore) -> None:
    def exchange(content: Any) -> None:
        content["signer_infos"][0]["digest_algorithm"] = {"algorithm": "sha512"}

    refused(tampered(sealed, exchange), trust)


def test_a_time_stamp_copied_from_another_signature(pki: Pki, trust: TrustStore, sealed: bytes) -> None:
    donor = cms.ContentInfo.load(signature_bytes(seal(plain_pdf("Other"), pki)))
    stolen = donor["content"]["signer_infos"][0]["unsigned_attrs"]

    def copy(content: Any) -> None:
        content["signer_infos"][0]["unsigned_attrs"] = stolen

    signature = judged(tampered(sealed, copy), trust).signatures[0]
    assert signature.best_time != NOW
    assert signature.timestamp is not None
    assert signature.timestamp.sub_indication is SubIndication.HASH_FAILURE
    refused_by_own_policy = judged(tampered(sealed, copy), trust, policy=Policy.OWN)
    assert not refused_by_own_policy.passed


def test_the_certificate_exchanged_for_one_with_the_same_key(pki: Pki, trust: TrustStore) -> None:
    """The signing-certificate attribute names another certificate than the one that is embedded."""
    key = pki.key("agency")
    from datetime import timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding

    original = key.certificate.x
    builder = x509.CertificateBuilder(
        issuer_name=original.issuer,
        subject_name=original.subject,
        public_key=original.public_key(),
        serial_number=original.serial_number,
        not_valid_before=NOW - timedelta(days=1),
        not_valid_after=NOW + timedelta(days=1),
        extensions=list(original.extensions),
    )
    twin = builder.sign(pki._keys["gov-ca"], hashes.SHA256()).public_bytes(Encoding.DER)
    from asn1crypto import x509 as asn1_x509

    def exchange(content: Any) -> None:
        others = [c for c in content["certificates"] if c.chosen.serial_number != original.serial_number]
        content["certificates"] = [asn1_x509.Certificate.load(twin), *(c.chosen for c in others)]

    refused(tampered(seal(plain_pdf(), pki), exchange), trust)


# --- hostile structures: an answer, quickly, and no exception ---


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n" + b"[" * 200_000,
        b"%PDF-1.7\n" + b"<<" * 100_000 + b"\nstartxref\n0\n%%EOF",
        b"%PDF-1.7\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\nxref\n0 99999999\ntrailer\n<< /Size 99999999 /Root 1 0 R >>\nstartxref\n9\n%%EOF",
        plain_pdf().replace(b"/Count 1", b"/Count 1 /Parent 2 0 R").replace(b"/Kids [5 0 R]", b"/Kids [2 0 R]"),
        plain_pdf(fields=b"7 0 R"),
        plain_pdf().replace(b"/Root 1 0 R", b"/Root 9 0 R"),
        plain_pdf().replace(b"/Root 1 0 R", b"/Prev 9      "),
    ],
)
def test_hostile_structures_get_an_answer(trust: TrustStore, data: bytes) -> None:
    report = judged(data, trust)
    assert not report.passed
    assert report.sentence_vi
