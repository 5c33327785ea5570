"""A SignerInfo as verification asks for it, read by the ASN.1 library: slow, and of every form that BER knows.

Each part is read when it is asked for, so that what cannot be read is refused where it matters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

import msgspec

from signing import crypto
from signing.certs import Cert, utc

CONTENT_TIMESTAMP = "1.2.840.113549.1.9.16.2.20"
SINGLE_ATTRIBUTES = frozenset(
    {"content_type", "message_digest", "signing_time", "signing_certificate", "signing_certificate_v2"}
)


class Unsigned(msgspec.Struct, frozen=True):
    """What the unsigned attributes hold: which there are, and the signature time-stamps."""

    names: frozenset[str] = frozenset()
    timestamps: tuple[bytes, ...] = ()
    counter_signatures: int = 0


class Signer(Protocol):
    """One SignerInfo. Every part may raise what the library raises."""

    @property
    def signed_octets(self) -> bytes:
        """The signed attributes as they stand in the file, with their own tag."""

    @property
    def digest_name(self) -> str: ...

    @property
    def signature(self) -> bytes: ...

    @property
    def unsigned(self) -> Unsigned: ...

    @property
    def duplicate(self) -> str | None:
        """The name of an attribute that may stand there once, with one value, and does not."""

    @property
    def has_attributes(self) -> bool: ...

    @property
    def claimed_time(self) -> datetime | None: ...

    @property
    def content_timestamp(self) -> bytes | None: ...

    @property
    def message_digest(self) -> bytes | None: ...

    @property
    def content_type(self) -> str | None: ...

    def among(self, pool: list[Cert]) -> Cert | None:
        """The certificate that the signer identifier names."""

    def bound(self) -> Iterable[tuple[str, bytes]]:
        """Digests of the signing certificate, as the ESS attributes state them: algorithm and value."""

    def algorithm(self, key: Any) -> crypto.Algorithm: ...

    def each_attribute(self) -> list[bytes] | None:
        """The signed attributes one by one, written anew; None when this reading cannot."""

    def first_value(self, dotted: str) -> bytes | None:
        """The first value of the first signed attribute of this type."""


def by_serial(pool: list[Cert], serial: int, issuer: Callable[[], bytes]) -> Cert | None:
    """The certificate of this number; of several the one whose issuer is written just so."""
    matching = [c for c in pool if c.serial == serial]
    if len(matching) > 1:
        written = issuer()
        matching = [c for c in matching if c.x.issuer.public_bytes() == written] or matching
    return matching[0] if matching else None


class AsnSigner:
    """`Signer` over the library's object."""

    def __init__(self, info: Any) -> None:
        self._info = info

    @property
    def signed_octets(self) -> bytes:
        return bytes(self._info["signed_attrs"].dump())

    @property
    def digest_name(self) -> str:
        return str(self._info["digest_algorithm"]["algorithm"].native)

    @property
    def signature(self) -> bytes:
        return bytes(self._info["signature"].native)

    @property
    def unsigned(self) -> Unsigned:
        names: set[str] = set()
        timestamps: list[bytes] = []
        counter_signatures = 0
        for attribute in self._info["unsigned_attrs"] or ():
            name = str(attribute["type"].native)
            names.add(attribute["type"].dotted)
            if name == "signature_time_stamp_token":
                timestamps.extend(v.dump() for v in attribute["values"])
            elif name == "counter_signature":
                counter_signatures += len(attribute["values"])
        return Unsigned(frozenset(names), tuple(timestamps), counter_signatures)

    @cached_property
    def _read(self) -> tuple[dict[str, Any], str | None]:
        attributes: dict[str, Any] = {}
        for attribute in self._info["signed_attrs"] or ():
            name = attribute["type"].native
            if attribute["type"].dotted == CONTENT_TIMESTAMP:
                name = "content_time_stamp"
            if name in SINGLE_ATTRIBUTES and (name in attributes or len(attribute["values"]) != 1):
                return attributes, str(name)
            if len(attribute["values"]):
                attributes[name] = attribute["values"][0]
        return attributes, None

    def _attribute(self, name: str) -> Any:
        return self._read[0].get(name)

    @property
    def duplicate(self) -> str | None:
        return self._read[1]

    @property
    def has_attributes(self) -> bool:
        return bool(self._info["signed_attrs"])

    @property
    def claimed_time(self) -> datetime | None:
        stated = self._attribute("signing_time")
        native = stated.native if stated is not None else None
        return utc(native) if native else None

    @property
    def content_timestamp(self) -> bytes | None:
        stamp = self._attribute("content_time_stamp")
        return None if stamp is None else bytes(stamp.dump())

    @property
    def message_digest(self) -> bytes | None:
        stated = self._attribute("message_digest")
        return None if stated is None else stated.native

    @property
    def content_type(self) -> str | None:
        stated = self._attribute("content_type")
        return None if stated is None else stated.native

    def among(self, pool: list[Cert]) -> Cert | None:
        sid = self._info["sid"]
        if sid.name == "subject_key_identifier":
            return next((c for c in pool if c.key_id == sid.chosen.native), None)

        def issuer() -> bytes:
            return bytes(sid.chosen["issuer"].dump())

        return by_serial(pool, sid.chosen["serial_number"].native, issuer)

    def bound(self) -> Iterable[tuple[str, bytes]]:
        for name, default in (("signing_certificate_v2", "sha256"), ("signing_certificate", "sha1")):
            value = self._attribute(name)
            if value is None:
                continue
            first = value["certs"][0]
            algorithm = default
            if name == "signing_certificate_v2" and first["hash_algorithm"]["algorithm"].native:
                algorithm = first["hash_algorithm"]["algorithm"].native
            yield algorithm, first["cert_hash"].native

    def algorithm(self, key: Any) -> crypto.Algorithm:
        return crypto.signature_algorithm(self._info["signature_algorithm"], self.digest_name, key)

    def each_attribute(self) -> list[bytes]:
        return [a.dump() for a in self._info["signed_attrs"]]

    def first_value(self, dotted: str) -> bytes | None:
        for attribute in self._info["signed_attrs"] or ():
            if attribute["type"].dotted == dotted and len(attribute["values"]):
                return bytes(attribute["values"][0].dump())
        return None
