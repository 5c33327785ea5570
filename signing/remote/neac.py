"""The national eSign gateway of NEAC: whole files go, signed files come back (WIRE §12)."""

from __future__ import annotations

import base64
from typing import Any

from signing.certs import Cert
from signing.errors import BadSignature, Declined, KeyUnavailable
from signing.pdf_file import PdfFile
from signing.remote.port import Send, decode, post, read_chain


class NeacGateway:
    """The gateway blocks until the person approves on the phone; the same transaction gives the same answer."""

    def __init__(self, send: Send, base: str, token: str) -> None:
        self._send, self._base, self._token = send, base.rstrip("/"), token

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await post(self._send, f"{self._base}/{path}", body, {"authorization": f"Bearer {self._token}"})
        data = answer.get("data")
        if not isinstance(data, dict):
            raise KeyUnavailable(f"NEAC: {answer.get('message', 'no data')}")
        code = int(data.get("status_code", answer.get("status_code", 200)))
        if code in (401, 403, 408):
            raise Declined(str(data.get("message", code)))
        if code != 200:
            raise KeyUnavailable(f"NEAC: {code} {data.get('message', '')}")
        return data

    async def certificate(self, user: str, ca: str) -> tuple[Cert, dict[str, str]]:
        """The person's certificate and what `sign` must repeat of it."""
        data = await self._post("get_certificate", {"user_id": user, "ca_name": ca})
        found = data.get("user_certificates") or []
        if not found:
            raise KeyUnavailable(f"{ca} knows no certificate of {user}")
        cert = read_chain([found[0]["cert_data"]])[0]
        return cert, {"cert_data": str(found[0]["cert_data"]), "serial_number": str(found[0]["serial_number"])}

    async def sign(self, user: str, ca: str, transaction: str, files: dict[str, bytes]) -> dict[str, bytes]:
        """Signed PDF files by document id, each checked to be the file that was sent plus this person's signature."""
        cert, repeated = await self.certificate(user, ca)
        sent = [
            {"doc_id": name, "file_name": f"{name}.pdf", "file_base64": base64.b64encode(data).decode()}
            for name, data in files.items()
        ]
        body = {"user_id": user, "ca_name": ca, "transaction_id": transaction, "sign_files": sent, **repeated}
        data = await self._post("sign_file", body)
        returned = {str(f.get("doc_id")): decode(f.get("file_base64")) for f in data.get("signFiles") or []}
        for name, original in files.items():
            if name not in returned:
                raise KeyUnavailable(f"NEAC returned no file for {name}")
            check_addition(original, returned[name], cert)
        return {name: returned[name] for name in files}


def check_addition(original: bytes, signed: bytes, cert: Cert) -> None:
    """Nothing but one intact signature of this certificate may have been added to what was sent."""
    from signing.cms import SignedCms

    if not signed.startswith(original):
        raise BadSignature("the returned file is not the file that was sent")
    try:
        file = PdfFile(signed)
        fields, _ = file.signature_fields()
        last = fields[-1]
        result = SignedCms(last.contents or b"").verify(0, file.signed_digest(last))
        covered = file.coverage(last).kind == "entire-file"
    except Exception as error:  # what a service returns is not ours to trust
        raise BadSignature(f"the returned file cannot be read: {error}") from error
    if not (result.intact and covered and result.signer == cert):
        raise BadSignature("the returned file carries no intact signature of the expected certificate")
