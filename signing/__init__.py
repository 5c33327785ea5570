"""Whether a signature holds, and making ones that do: PDF, XML, CMS and JWS, one report for all."""

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
from signing.keys import PolledKey, RemoteKey, SigningKey, SoftKey
from signing.look import Look
from signing.model import Indication, Kind, LaterChanges, Level, Policy, Role, SubIndication
from signing.report import Report, SignatureReport
from signing.seal import renew_pdf, renewal_due, seal_pdf
from signing.stamper import HttpTimestamper, LocalTimestamper, Timestamper
from signing.trust import TrustList, TrustStore
from signing.verifier import verify

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
    "renewal_due",
    "seal_pdf",
    "verify",
]
