"""Twins of the remote services, as one `Send` function: for tests, demonstrations and vendors.

The person's app is `approve` and `decline`; faults are `fail_next` (status) and `forge` (a wrong signature).
"""

from __future__ import annotations

import base64
from typing import Any

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from signing.keys import SoftKey
from signing.look import Look
from signing.model import Level
from signing.seal import seal_pdf

Answer = tuple[int, dict[str, Any]]


class RemoteSimulator:
    """One person's key behind CSC v1/v2, SmartCA and NEAC."""

    def __init__(self, key: SoftKey) -> None:
        self.key = key
        self.approved: set[str] = set()
        self.declined: set[str] = set()
        self.requests: dict[str, list[bytes]] = {}
        self.calls: list[str] = []
        self.fail_next = 0
        self.forge = False

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

    def _certificates(self) -> list[str]:
        return [base64.b64encode(c.der).decode() for c in (self.key.certificate, *self.key.chain)]

    def _sign(self, digest: bytes) -> str:
        if self.forge:
            digest = bytes(len(digest))
        private: Any = self.key._private  # noqa: SLF001  a twin signs digests, which the port does not
        kind = Prehashed(hashes.SHA256())
        if isinstance(private, rsa.RSAPrivateKey):
            return base64.b64encode(private.sign(digest, padding.PKCS1v15(), kind)).decode()
        return base64.b64encode(private.sign(digest, ec.ECDSA(kind))).decode()

    def _csc(self, verb: str, body: dict[str, Any]) -> Answer:
        if verb == "credentials/info":
            return 200, {"cert": {"certificates": self._certificates()}, "authMode": "explicit"}
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
        return 200, {"signatures": [self._sign(d) for d in asked]}

    def _smartca(self, verb: str, body: dict[str, Any]) -> Answer:
        if verb == "credentials/get_certificate":
            own, *above = self._certificates()
            chain = {"ca_cert": above[0]} if above else {}
            found = {"cert_data": own, "serial_number": f"{self.key.certificate.serial:x}", "chain_data": chain}
            return 200, {"status_code": 200, "message": "OK", "data": {"user_certificates": [found]}}
        if verb == "signatures/sign":
            transaction = body["transaction_id"]
            self.requests.setdefault(transaction, [bytes.fromhex(f["data_to_be_signed"]) for f in body["sign_files"]])
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
        signed = [
            {"doc_id": f"{transaction}-{n}", "signature_value": self._sign(d)}
            for n, d in enumerate(self.requests[transaction])
        ]
        return 200, {"status_code": 200, "message": "SUCCESS", "data": {"signatures": signed}}

    async def _neac(self, path: str, body: dict[str, Any]) -> Answer:
        own = self._certificates()[0]
        serial = f"{self.key.certificate.serial:x}"
        if path == "get_certificate":
            found = {"cert_id": "1", "cert_data": own, "serial_number": serial, "transaction_id": "t"}
            return 200, {
                "status_code": 200,
                "message": "ok",
                "data": {"transaction_id": "t", "user_certificates": [found]},
            }
        if body["transaction_id"] in self.declined:
            return 200, {"data": {"status_code": 403, "message": "user rejected", "signFiles": []}}
        signed = []
        for item in body["sign_files"]:
            data = base64.b64decode(item["file_base64"])
            if self.forge:
                data = data.replace(b"Hello", b"Hallo")
            sealed = await seal_pdf(data, self.key, Look.invisible(), level=Level.B_B)
            signed.append({**item, "file_base64": base64.b64encode(sealed).decode()})
        return 200, {"data": {"status_code": 200, "message": "ok", "signFiles": signed}}
