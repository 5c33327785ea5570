"""What the unsigned attributes of a CMS signature carry: certificates, revocation data, time-stamps."""

from __future__ import annotations

import contextlib
from typing import Any

from asn1crypto import ocsp

from signing.certs import load_certs
from signing.cms import (
    ARCHIVE_TIMESTAMPS,
    CERTIFICATE_VALUES,
    REVOCATION_VALUES,
    SIGNATURE_TIMESTAMP,
    CmsError,
    SignedCms,
    certificate_values,
    revocation_values,
)
from signing.judge import Material

TIMESTAMPS = ARCHIVE_TIMESTAMPS | {SIGNATURE_TIMESTAMP}


def material_of(signed: SignedCms, index: int) -> Material:
    """Certificates and revocation values from the SignedData and from the unsigned attributes."""
    material = Material(certs=list(signed.certs), crls=list(signed.crls), ocsps=list(signed.ocsps))
    for attribute in signed.infos[index]["unsigned_attrs"] or ():
        for value in attribute["values"]:
            read_value(attribute["type"].dotted, value, material)
    return material


def read_value(oid: str, value: Any, material: Material) -> None:
    """Add what one attribute value carries. Unsigned and optional: unreadable values are as good as none."""
    with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError, CmsError):
        if oid == CERTIFICATE_VALUES:
            material.certs.extend(load_certs(certificate_values(value.dump())))
        elif oid == REVOCATION_VALUES:
            crls, answers = revocation_values(value.dump())
            material.crls.extend(crls)
            material.ocsps.extend(_ocsp_response(answer) for answer in answers)
        elif oid in TIMESTAMPS:
            token = SignedCms(value.dump())
            material.certs.extend(token.certs)
            material.crls.extend(token.crls)
            material.ocsps.extend(token.ocsps)


def _ocsp_response(basic: bytes) -> bytes:
    """A BasicOCSPResponse wrapped as the OCSPResponse that the parser takes."""
    return ocsp.OCSPResponse(  # type: ignore[no-any-return]
        {
            "response_status": "successful",
            "response_bytes": {
                "response_type": "basic_ocsp_response",
                "response": ocsp.BasicOCSPResponse.load(basic),
            },
        }
    ).dump()
