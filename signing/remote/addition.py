"""What came back from a service that signs whole files: what was sent, plus exactly one signature of the right person."""

from __future__ import annotations

from signing.certs import Cert
from signing.cms import SignedCms
from signing.errors import BadSignature
from signing.pdf_changes import compare
from signing.pdf_file import PdfFile, SigField


def check_addition(original: bytes, signed: bytes, certificate: Cert) -> None:
    """Raises BadSignature unless the added revision shows nothing new but one intact signature of this certificate.

    The signature alone would not do: whoever signs the whole file may first have changed what it shows.
    """
    if not signed.startswith(original):
        raise BadSignature("the returned file is not the file that was sent")
    try:
        added = _added(original, signed)
        result = SignedCms(added.contents or b"").verify(0, PdfFile(signed).signed_digest(added))
    except BadSignature:
        raise
    except Exception as error:  # what a service returns is not ours to trust
        raise BadSignature(f"the returned file cannot be read: {error}") from error
    if not result.intact or result.signer != certificate:
        raise BadSignature("the returned file carries no intact signature of the expected certificate")


def _added(original: bytes, signed: bytes) -> SigField:
    before, after = PdfFile(original), PdfFile(signed)
    delta = compare(before.at(before.last), after.at(after.last))
    changed = [*delta.forbidden, *delta.form_values, *delta.new_empty_fields]
    names = [*delta.new_fields, *delta.filled_fields]
    if changed or after.tail_problem():
        raise BadSignature(f"the returned file changes more than a signature: {'; '.join(changed[:3]) or 'its end'}")
    if len(names) != 1:
        raise BadSignature(f"the returned file carries {len(names)} new signatures, not one")
    added = next((each for each in after.signature_fields()[0] if each.name == names[0]), None)
    if added is None or after.coverage(added).kind != "entire-file":
        raise BadSignature("the returned signature does not cover the whole file")
    return added
