"""What can go wrong when sealing, importing trust or asking a remote signer.

    SigningError
     +-- TrustError            a list, CRL or OCSP response that is not taken over
     |    +-- OlderRevocation  its number is older than what is already held
     +-- SealError             a document that cannot be sealed as asked
     |    +-- Lapsed           the key's certificate is not valid now
     +-- TimestampError        the time-stamp authority gave nothing usable
     +-- KeyUnavailable        the key cannot sign now
     |    +-- Waiting          the person has not yet confirmed in the app
     |    +-- Declined         the person, or the service, said no
     +-- BadSignature          what the key returned does not verify

`verify` raises none of these: a file is never an error, it is a verdict.
"""

from __future__ import annotations


class SigningError(Exception):
    """Base of every error that this package raises."""


class TrustError(SigningError):
    """A trust list or revocation object that is refused."""


class OlderRevocation(TrustError):
    """A CRL or OCSP response older than the one already held."""


class SealError(SigningError):
    """The document cannot be sealed as asked."""


class Lapsed(SealError):
    """The certificate of the key is not valid at the time of sealing."""


class TimestampError(SigningError):
    """The time-stamp authority gave nothing usable."""


class KeyUnavailable(SigningError):
    """The signing key cannot be used now."""


class Waiting(KeyUnavailable):
    """The signer has not confirmed yet; ask again with the same transaction."""

    def __init__(self, transaction: str) -> None:
        super().__init__(f"waiting for the signer to confirm transaction {transaction}")
        self.transaction = transaction


class Declined(KeyUnavailable):
    """The signer or the service refused."""


class BadSignature(SigningError):
    """A signature that came back does not verify against the certificate."""
