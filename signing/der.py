"""Writing DER by hand: a CMS signature built from parts that do not change costs next to nothing."""

from __future__ import annotations

OID_DATA = bytes.fromhex("06092a864886f70d010701")
OID_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
OID_CONTENT_TYPE = bytes.fromhex("06092a864886f70d010903")
OID_MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
OID_SIGNING_CERTIFICATE_V2 = bytes.fromhex("060b2a864886f70d010910022f")
OID_SIGNING_TIME = bytes.fromhex("06092a864886f70d010905")
OID_TST_INFO = bytes.fromhex("060b2a864886f70d0109100104")
OID_SIGNATURE_TIME_STAMP = bytes.fromhex("060b2a864886f70d010910020e")
SHA256_IDENTIFIER = bytes.fromhex("300d06096086480165030402010500")

SEQUENCE, SET, OCTETS, INTEGER = 0x30, 0x31, 0x04, 0x02
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18


def tlv(tag: int, *parts: bytes) -> bytes:
    """One element with its length."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    width = (size.bit_length() + 7) // 8
    return bytes((tag, 0x80 | width)) + size.to_bytes(width, "big") + body


def integer(value: int) -> bytes:
    return tlv(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def attribute(oid: bytes, value: bytes) -> bytes:
    return tlv(SEQUENCE, oid, tlv(SET, value))


def set_of(items: list[bytes]) -> bytes:
    """The content of a SET OF in its order (X.690 §11.6)."""
    return b"".join(sorted(items))
