"""Whether a signature holds, and making ones that do: PDF, XML, CMS and JWS, one report for all."""

import importlib
from typing import TYPE_CHECKING, Any

from signing.certs import Cert, load_cert
from signing.errors import (
    BadSignature,
    Declined,
    KeyUnavailable,
    OlderRevocation,
    SealError,
    SigningError,
    TimestampError,
    TrustError,
    Waiting,
)
from signing.model import Indication, Kind, LaterChanges, Level, Policy, Role, SubIndication
from signing.report import Report, SignatureReport
from signing.trust import TrustList, TrustStore
from signing.verifier import verify

if TYPE_CHECKING:
    from signing.jws import seal_jws
    from signing.keys import PolledKey, RemoteKey, SigningKey, SoftKey
    from signing.look import Look
    from signing.seal import renew_pdf, renewal_due, seal_pdf
    from signing.stamper import HttpTimestamper, LocalTimestamper, Timestamper
    from signing.xades import seal_xml
    from signing.xades_renewal import renew_xml

# Sealing loads font and PDF-writing libraries; who only verifies does not pay for them.
_SEALING = {
    "seal_jws": "jws",
    "PolledKey": "keys",
    "RemoteKey": "keys",
    "SigningKey": "keys",
    "SoftKey": "keys",
    "Look": "look",
    "renew_pdf": "seal",
    "renewal_due": "seal",
    "seal_pdf": "seal",
    "renew_xml": "xades_renewal",
    "seal_xml": "xades",
    "HttpTimestamper": "stamper",
    "LocalTimestamper": "stamper",
    "Timestamper": "stamper",
}


def __getattr__(name: str) -> Any:
    if name not in _SEALING:
        raise AttributeError(f"module 'signing' has no attribute {name!r}")
    return getattr(importlib.import_module(f"signing.{_SEALING[name]}"), name)


__all__ = [
    "BadSignature",
    "Cert",
    "Declined",
    "HttpTimestamper",
    "Indication",
    "KeyUnavailable",
    "Kind",
    "LaterChanges",
    "Level",
    "LocalTimestamper",
    "Look",
    "OlderRevocation",
    "Policy",
    "PolledKey",
    "RemoteKey",
    "Report",
    "Role",
    "SealError",
    "SignatureReport",
    "SigningError",
    "SigningKey",
    "SoftKey",
    "SubIndication",
    "TimestampError",
    "Timestamper",
    "TrustError",
    "TrustList",
    "TrustStore",
    "Waiting",
    "load_cert",
    "renew_pdf",
    "renew_xml",
    "renewal_due",
    "seal_jws",
    "seal_pdf",
    "seal_xml",
    "verify",
]
