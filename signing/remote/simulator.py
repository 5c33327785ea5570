"""Twins of the remote services, as one `Send` function: for tests, demonstrations and vendors.

The person's app is `approve` and `decline`; faults are `fail_next` (status) and `forge` (a wrong signature).
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from pyhanko.pdf_utils.generic import NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing.keys import SoftKey
from signing.look import Look
from signing.model import Level
from signing.seal import seal_pdf

Answer = tuple[int, dict[str, Any]]


class RemoteSimulator:
    """One person's keys behind CSC v1/v2, SmartCA and NEAC; `older` are listed before the newest, and sign when named."""

    def __init__(self, key: SoftKey, *older: SoftKey) -> None:
        self.key = key
        self.keys = (*older, key)
        self.approved: set[str] = set()
        self.declined: set[str] = set()
        self.requests: dict[str, list[bytes]] = {}
        self.calls: list[str] = []
        self.fail_next = 0
        self.forge = False
        self.chosen: dict[str, str] = {}
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def approve(self, transaction: str) -> None:
        self.approved.add(transaction)

    def decline(self, transaction: str) -> None:
        self.declined.add(transaction)

    async def send(self, url: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        path = url.split("://", 1)[-1].split("/", 1)[1]
        self.calls.append(path)
        if self.fail_next:
            status, self.fail_next = self.fail_next, 0
            return status, b'{"message":"fault"}'
        status, answer = await self._answer(path, msgspec.json.decode(body))
        return status, msgspec.json.encode(answer)

    async def _answer(self, path: str, body: dict[str, Any]) -> Answer:
        if path.startswith("csc/"):
            return self._csc(path.split("/", 2)[2], body)
        if path.startswith("v1/"):
            return self._smartca(path.removeprefix("v1/"), body)
        return await self._neac(path, body)

    def _sign(self, digest: bytes, key: SoftKey) -> str:
        if self.forge:
            digest = bytes(len(digest))
        private: Any = key._private  # noqa: SLF001  a twin signs digests, which the port does not
        kind = Prehashed(hashes.SHA256())
        if isinstance(private, rsa.RSAPrivateKey):
            return base64.b64encode(private.sign(digest, padding.PKCS1v15(), kind)).decode()
        return base64.b64encode(private.sign(digest, ec.ECDSA(kind))).decode()

    def _csc(self, verb: str, body: dict[str, Any]) -> Answer:
        if verb == "credentials/list":
            names = [f"{body['userID']}.{n}" for n in range(1, len(self.keys))]
            return 200, {"credentialIDs": [*names, body["userID"]] if self.keys else []}
        place = str(body["credentialID"]).rpartition(".")[2]
        key = self.keys[int(place) - 1] if len(self.keys) > 1 and place.isdecimal() and len(place) == 1 else self.key
        if verb == "credentials/info":
            return 200, {"cert": {"certificates": _certificates(key)}, "authMode": "explicit"}
        if verb == "credentials/authorize":
            transaction = body["clientData"]
            self.requests.setdefault(transaction, [base64.b64decode(h) for h in body.get("hash") or body["hashes"]])
            if transaction in self.declined:
                return 200, {"error": "access_denied", "error_description": "Người dùng từ chối"}
            return 200, {"SAD": f"sad-{transaction}"} if transaction in self.approved else {}
        transaction = str(body["SAD"]).removeprefix("sad-")
        asked = [base64.b64decode(h) for h in body.get("hash") or body["hashes"]]
        if asked != self.requests.get(transaction):
            return 400, {"error": "invalid_request", "error_description": "SAD of other hashes"}
        return 200, {"signatures": [self._sign(d, key) for d in asked]}

    def _smartca(self, verb: str, body: dict[str, Any]) -> Answer:
        if verb == "credentials/get_certificate":
            found = [_listed(key) for key in self.keys]
            return 200, {"status_code": 200, "message": "OK", "data": {"user_certificates": found}}
        if verb == "signatures/sign":
            transaction = body["transaction_id"]
            self.requests.setdefault(transaction, [bytes.fromhex(f["data_to_be_signed"]) for f in body["sign_files"]])
            self.chosen[transaction] = str(body["serial_number"])
            return 200, {
                "status_code": 200,
                "message": "OK",
                "data": {"transaction_id": transaction, "tran_code": transaction},
            }
        transaction = verb.split("/")[2]
        if transaction in self.declined:
            return 200, {"status_code": 4001, "message": "REJECTED", "data": None}
        if transaction not in self.approved:
            return 200, {"status_code": 4000, "message": "PENDING", "data": None}
        key = self._named(self.chosen.get(transaction, ""))
        signed = [
            {"doc_id": f"{transaction}-{n}", "signature_value": self._sign(d, key)}
            for n, d in enumerate(self.requests[transaction])
        ]
        return 200, {"status_code": 200, "message": "SUCCESS", "data": {"signatures": signed}}

    async def _neac(self, path: str, body: dict[str, Any]) -> Answer:
        """Undecided, the gateway says nothing at all until the line breaks."""
        if path == "get_certificate":
            found = [{**_listed(key), "cert_id": str(n), "transaction_id": secrets.token_hex(8)} for n, key in
                     enumerate(self.keys)]  # fmt: skip
            return 200, {"status_code": 200, "message": "ok", "data": {"user_certificates": found}}
        transaction = body["transaction_id"]
        if transaction in self.declined:
            return 200, {"data": {"status_code": 403, "message": "user rejected", "signFiles": []}}
        if transaction not in self.approved:
            raise TimeoutError("nobody has decided")
        signed = []
        for item in body["sign_files"]:
            data = base64.b64decode(item["file_base64"])
            data = turned(data) if self.forge else data
            key, now = self._named(body["serial_number"]), self.clock()
            sealed = await seal_pdf(data, key, Look.invisible(), level=Level.B_B, at=now)
            signed.append({**item, "file_base64": base64.b64encode(sealed).decode()})
        return 200, {"data": {"status_code": 200, "message": "ok", "signFiles": signed}}

    def _named(self, serial: str) -> SoftKey:
        return next((key for key in self.keys if f"{key.certificate.serial:x}" == serial), self.key)


def turned(pdf: bytes) -> bytes:
    """The same file with its first page upside down, as an update: its beginning is what was sent."""
    writer: Any = IncrementalPdfFileWriter(BytesIO(pdf))
    number: Any = NumberObject
    out = BytesIO()
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = number(180)
    writer.update_container(page)
    writer.write(out)
    return out.getvalue()


def _listed(key: SoftKey) -> dict[str, Any]:
    own, *above = _certificates(key)
    chain = {"ca_cert": above[0]} if above else {}
    return {"cert_data": own, "serial_number": f"{key.certificate.serial:x}", "chain_data": chain}


def _certificates(key: SoftKey) -> list[str]:
    return [base64.b64encode(c.der).decode() for c in (key.certificate, *key.chain)]
