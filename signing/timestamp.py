"""RFC 3161 time-stamps: checking a token, and asking an authority for one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec

from signing import crypto
from signing.certs import Cert, utc
from signing.cms import CmsError, SignedCms, SignerResult, tst_info
from signing.cms_plain import Stamped, read_stamped
from signing.model import SubIndication

TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
Imprint = Callable[[str], bytes | None]


class Token(msgspec.Struct, kw_only=True):
    """A token after its bytes were checked; whether its authority is trusted is judged later.

    `digests`: the algorithms by which it names what it stamps.
    """

    kind: str
    gen_time: datetime | None = None
    result: SignerResult
    why: str = ""
    certs: list[Cert] = []
    crls: list[bytes] = []
    ocsps: list[bytes] = []
    imprint_ok: bool = False
    digests: tuple[str, ...] = ()

    @property
    def intact(self) -> bool:
        return self.result.intact and self.imprint_ok and self.result.problem is None

    @property
    def sub(self) -> SubIndication | None:
        if self.result.problem is not None:
            return self.result.problem
        if not self.imprint_ok:
            return SubIndication.HASH_FAILURE
        if self.result.signer is None:
            return SubIndication.NO_SIGNING_CERTIFICATE_FOUND
        if self.result.hash_ok is False:
            return SubIndication.HASH_FAILURE
        return None if self.result.sig_ok else SubIndication.SIG_CRYPTO_FAILURE


def imprint_of(octets: bytes) -> Imprint:
    """The digests of these bytes, for the token that stamps them."""
    return lambda name: crypto.digest(name, octets)


def read_token(data: bytes, imprint: Imprint, *, kind: str, known: Iterable[Cert] = ()) -> Token:
    """Check a token's own signature and that it speaks of what `imprint` digests."""
    try:
        signed = SignedCms(data, known)
        if signed.encapsulated_type != "tst_info" or len(signed.signers) != 1:
            raise CmsError("not a time-stamp token")
        content = signed.content
        if content is None:
            raise CmsError("a time-stamp token without content")
        stamped = read_stamped(content) or _stamped(content)
        actual = imprint(stamped.algorithm)
    except (CmsError, crypto.Unsupported) as error:
        return broken_token(kind, str(error))
    except Exception as error:  # the ASN.1 library raises whatever it meets
        return broken_token(kind, f"{type(error).__name__}: {error}")
    result = signed.verify(0)
    return Token(
        kind=kind,
        gen_time=stamped.moment,
        result=result,
        certs=signed.certs,
        crls=signed.crls,
        ocsps=signed.ocsps,
        imprint_ok=actual is not None and actual == stamped.imprint,
        digests=(stamped.algorithm,),
    )


def _stamped(content: bytes) -> Stamped:
    """A TSTInfo of any form that the ASN.1 library reads."""
    info = tst_info(content)
    stamped = info["message_imprint"]
    algorithm = stamped["hash_algorithm"]["algorithm"].native
    moment = utc(info["gen_time"].native)
    return Stamped(algorithm, stamped["hashed_message"].native, moment)


def broken_token(kind: str, detail: str, *, why: str = "") -> Token:
    """One that proves nothing; `why` is its key in `sentences.WHY`."""
    return Token(kind=kind, result=SignerResult(problem=SubIndication.FORMAT_FAILURE, detail=detail), why=why)
