"""The national eSign gateway of NEAC: whole files go, signed files come back (WIRE §12).

`sign_file` blocks until the person approves on the phone. The gateway's transaction is taken once and kept in the
state before the first call, so a call that was broken off, or a process that died, asks for the same signature again.
"""

from __future__ import annotations

import asyncio
import base64
from typing import Any

from signing import crypto
from signing.certs import Cert, load_cert
from signing.errors import Declined, KeyUnavailable, Waiting
from signing.remote.addition import check_addition
from signing.remote.port import (
    Offered,
    Send,
    State,
    States,
    UnknownAccount,
    decode,
    post,
    read_chain,
    same_request,
    selected,
)

APPROVED, REFUSED, TOO_LATE = 200, 403, 408


class NeacFiles:
    """A person's certificate at the gateway. `hold`: a `Send` that waits for the person; its time-out is a `TimeoutError`."""

    def __init__(
        self, send: Send, hold: Send, base: str, token: str, user: str, ca: str, states: States, key: str = ""
    ) -> None:
        self._send, self._hold, self._base, self._token = send, hold, base.rstrip("/"), token
        self._who = {"user_id": user, "ca_name": ca}
        self._states = states
        self._key = key

    async def offered(self) -> list[Offered]:
        """Every certificate of the person, the newest last. Raises UnknownAccount, KeyUnavailable."""
        return [each for each, _ in await self._listed()]

    async def certificate(self) -> Cert:
        """The one that will sign."""
        return (await self._chosen())[0].certificate

    async def start(self, transaction: str, file: bytes) -> None:
        """Takes the gateway's transaction; nothing is on the person's phone yet."""
        known = self._states.get(transaction)
        if known is not None:
            same_request(known, [crypto.digest("sha256", file)], transaction)
            return
        offered, repeated = await self._chosen()
        state = State(digests=[crypto.digest("sha256", file)], remote=repeated["transaction_id"] or transaction)
        state.repeated = {**repeated, "certificate": base64.b64encode(offered.certificate.der).decode()}
        self._states.put(transaction, state)

    async def result(self, transaction: str, file: bytes, name: str) -> bytes:
        """What was sent plus this person's signature, checked. Raises Waiting, Declined, BadSignature, KeyUnavailable."""
        state = self._states.get(transaction)
        if state is None:
            raise KeyUnavailable(f"transaction {transaction} was never started")
        same_request(state, [crypto.digest("sha256", file)], transaction)
        if state.declined:
            raise Declined(state.declined)
        sent = {"doc_id": transaction, "file_name": name, "file_base64": base64.b64encode(file).decode()}
        repeated = {key: state.repeated[key] for key in ("cert_data", "serial_number")}
        body = {**self._who, **repeated, "transaction_id": state.remote, "sign_files": [sent]}
        try:
            data = await self._post(self._hold, "sign_file", body)
        except Declined as said:
            state.declined = str(said)
            self._states.put(transaction, state)
            raise
        except KeyUnavailable as away:
            if isinstance(away.__cause__, TimeoutError):
                raise Waiting(transaction) from away
            raise
        returned = {str(each.get("doc_id")): each for each in data.get("signFiles") or []}
        if transaction not in returned:
            raise KeyUnavailable("NEAC returned no file for the one that was sent")
        signed = decode(returned[transaction].get("file_base64"))
        certificate = load_cert(decode(state.repeated["certificate"]))
        await asyncio.to_thread(check_addition, file, signed, certificate)
        return signed

    async def _chosen(self) -> tuple[Offered, dict[str, str]]:
        listed = await self._listed()
        chosen = selected([each for each, _ in listed], self._key)
        return next(pair for pair in listed if pair[0] is chosen)

    async def _listed(self) -> list[tuple[Offered, dict[str, str]]]:
        """With what `sign_file` must repeat of each."""
        data = await self._post(self._send, "get_certificate", self._who)
        found = []
        for each in data.get("user_certificates") or []:
            text, serial = str(each.get("cert_data", "")), str(each.get("serial_number", ""))
            given = str(each.get("transaction_id") or data.get("transaction_id") or "")
            offered = Offered(key=serial, chain=tuple(read_chain([text])))
            found.append((offered, {"cert_data": text, "serial_number": serial, "transaction_id": given}))
        if not found:
            raise UnknownAccount(f"{self._who['ca_name']} knows no certificate of {self._who['user_id']}")
        return found

    async def _post(self, send: Send, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await post(send, f"{self._base}/{path}", body, {"authorization": f"Bearer {self._token}"})
        data = answer.get("data")
        told = data if isinstance(data, dict) else {}
        code = int(told.get("status_code") or answer.get("status_code") or APPROVED)
        words = str(told.get("message") or answer.get("message") or code)
        if code == REFUSED:
            raise Declined(words)
        if code == TOO_LATE:
            raise Declined("EXPIRED")
        if code != APPROVED or not told:
            raise KeyUnavailable(f"NEAC: {code} {words}")
        return told
