"""Cloud Signature Consortium API v1 and v2 (Viettel MySign and others, SIGNING §5)."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from signing.certs import Cert
from signing.errors import Declined, KeyUnavailable, Waiting
from signing.remote.port import (
    MemoryStates,
    Offered,
    Send,
    State,
    States,
    UnknownAccount,
    decode,
    post,
    read_chain,
    same_request,
)

SHA256 = "2.16.840.1.101.3.4.2.1"
RSA_SHA256 = "1.2.840.113549.1.1.11"
MOST = 20
"""Credentials of one person that are looked at."""
ECDSA_SHA256 = "1.2.840.10045.4.3.2"


class CscKey:
    """A credential of a CSC service: `authorize` waits for the person, `signHash` uses the SAD that it gives."""

    def __init__(
        self, send: Send, base: str, token: str, credential: str, states: States, chain: Sequence[Cert], version: int
    ) -> None:
        self._send, self._base, self._token, self._credential = send, base.rstrip("/"), token, credential
        self._states = states
        self._all = tuple(chain)
        self._version = version

    @classmethod
    async def open(
        cls, send: Send, base: str, token: str, credential: str, states: States, *, version: int = 1
    ) -> CscKey:
        """Read the credential's certificate chain."""
        key = cls(send, base, token, credential, states, (), version)
        key._all = await key.read()
        return key

    @classmethod
    async def offered(cls, send: Send, base: str, token: str, user: str, *, version: int = 1) -> list[Offered]:
        """Every credential of the person. Raises UnknownAccount, KeyUnavailable."""
        asking = cls(send, base, token, user, MemoryStates(), (), version)
        listed = await asking._post("credentials/list", {"userID": user})
        names = [str(each) for each in listed.get("credentialIDs") or []][:MOST]
        if not names:
            raise UnknownAccount(f"the service knows no credential of {user}")
        keys = {name: cls(send, base, token, name, MemoryStates(), (), version) for name in names}
        return [Offered(key=name, chain=await key.read()) for name, key in keys.items()]

    async def read(self) -> tuple[Cert, ...]:
        """The certificate and those above it, as the service has them now."""
        body = {"credentialID": self._credential, "certificates": "chain", "certInfo": True, "authInfo": True}
        info = await self._post("credentials/info", body)
        found = tuple(read_chain((info.get("cert") or {}).get("certificates") or []))
        if not found:
            raise KeyUnavailable(f"credential {self._credential} has no certificate")
        return found

    @property
    def certificate(self) -> Cert:
        return self._all[0]

    @property
    def chain(self) -> Sequence[Cert]:
        return self._all[1:]

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        url = f"{self._base}/csc/v{self._version}/{path}"
        return await post(self._send, url, body, {"authorization": f"Bearer {self._token}"})

    async def start(self, transaction: str, digests: Sequence[bytes], digest: str, text: str) -> None:
        known = self._states.get(transaction)
        if known is not None:
            same_request(known, digests, transaction)
            return
        self._states.put(transaction, State(digests=list(digests), remote=text))

    async def result(self, transaction: str) -> list[bytes]:
        state = self._states.get(transaction)
        if state is None:
            raise KeyUnavailable(f"transaction {transaction} was never started")
        if state.values:
            return state.values
        if state.declined:
            raise Declined(state.declined)
        hashes = [base64.b64encode(d).decode() for d in state.digests]
        sad = await self._authorize(transaction, state, hashes)
        algorithm = ECDSA_SHA256 if "EllipticCurve" in type(self.certificate.public_key).__name__ else RSA_SHA256
        body: dict[str, Any] = {"credentialID": self._credential, "SAD": sad, "signAlgo": algorithm}
        body |= (
            {"hash": hashes, "hashAlgo": SHA256}
            if self._version == 1
            else {"hashes": hashes, "hashAlgorithmOID": SHA256}
        )
        answer = await self._post("signatures/signHash", body)
        state.values = [decode(v) for v in answer.get("signatures", [])]
        if len(state.values) != len(state.digests):
            raise KeyUnavailable("the service returned another number of signatures than asked for")
        self._states.put(transaction, state)
        return state.values

    async def _authorize(self, transaction: str, state: State, hashes: list[str]) -> str:
        body: dict[str, Any] = {
            "credentialID": self._credential,
            "numSignatures": len(hashes),
            "clientData": transaction,
            "description": state.remote,
        }
        body |= {"hash": hashes} if self._version == 1 else {"hashes": hashes, "hashAlgorithmOID": SHA256}
        answer = await self._post("credentials/authorize", body)
        if answer.get("SAD"):
            return str(answer["SAD"])
        if answer.get("error") == "access_denied":
            state.declined = str(answer.get("error_description") or "the signer declined")
            self._states.put(transaction, state)
            raise Declined(state.declined)
        raise Waiting(transaction)
