"""VNPT SmartCA: not CSC; the hash goes as hexadecimal, the person confirms in the app, the result is polled."""

from __future__ import annotations

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
    selected,
)

CONFIRMED, WAITING = 1, 4000


class SmartCaKey:
    """A person's SmartCA certificate."""

    def __init__(
        self,
        send: Send,
        base: str,
        partner: dict[str, str],
        user: str,
        states: States,
        chain: Sequence[Cert],
        serial: str,
    ) -> None:
        self._send, self._base, self._partner, self._user = send, base.rstrip("/"), dict(partner), user
        self._states = states
        self._all = tuple(chain)
        self._serial = serial

    @classmethod
    async def open(
        cls, send: Send, base: str, partner: dict[str, str], user: str, states: States, *, serial: str = ""
    ) -> SmartCaKey:
        """`partner` holds sp_id and sp_password; without a serial number the person's newest certificate is used."""
        key = cls(send, base, partner, user, states, (), "")
        chosen = selected(await key.listed(), serial)
        key._serial, key._all = chosen.key, chosen.chain
        return key

    @classmethod
    async def offered(cls, send: Send, base: str, partner: dict[str, str], user: str) -> list[Offered]:
        """Every certificate of the person, the newest last. Raises UnknownAccount, KeyUnavailable."""
        return await cls(send, base, partner, user, MemoryStates(), (), "").listed()

    async def listed(self) -> list[Offered]:
        """The same of this account."""
        data = await self._post("v1/credentials/get_certificate", {"transaction_id": f"cert-{self._user}"})
        found = []
        for each in data.get("user_certificates") or []:
            chain = each.get("chain_data") or {}
            extra = [chain[name] for name in ("ca_cert", "root_cert") if chain.get(name)]
            certs = read_chain([each.get("cert_data"), *extra])
            found.append(Offered(key=str(each.get("serial_number", "")), chain=tuple(certs)))
        if not found:
            raise UnknownAccount(f"SmartCA knows no certificate of {self._user}")
        return found

    @property
    def certificate(self) -> Cert:
        return self._all[0]

    @property
    def chain(self) -> Sequence[Cert]:
        return self._all[1:]

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await post(self._send, f"{self._base}/{path}", {**self._partner, "user_id": self._user, **body})
        data = answer.get("data")
        if int(answer.get("status_code", 200)) not in (200, CONFIRMED) or not isinstance(data, dict):
            raise KeyUnavailable(f"SmartCA: {answer.get('message', 'no data')}")
        return data

    async def start(self, transaction: str, digests: Sequence[bytes], digest: str, text: str) -> None:
        known = self._states.get(transaction)
        if known is not None:
            same_request(known, digests, transaction)
            if known.remote:
                return
        else:
            known = State(digests=list(digests))
            self._states.put(transaction, known)  # before the call: after a crash the same transaction is asked again
        files = [
            {"data_to_be_signed": d.hex(), "doc_id": f"{transaction}-{n}", "file_type": "pdf", "sign_type": "hash"}
            for n, d in enumerate(digests)
        ]
        body = {
            "transaction_desc": text,
            "transaction_id": transaction,
            "sign_files": files,
            "serial_number": self._serial,
        }
        data = await self._post("v1/signatures/sign", body)
        known.remote = str(data.get("tran_code") or data.get("transaction_id") or transaction)
        self._states.put(transaction, known)

    async def result(self, transaction: str) -> list[bytes]:
        state = self._states.get(transaction)
        if state is None or not state.remote:
            raise KeyUnavailable(f"transaction {transaction} was never started")
        if state.values:
            return state.values
        if state.declined:
            raise Declined(state.declined)
        answer = await post(self._send, f"{self._base}/v1/signatures/sign/{state.remote}/status", dict(self._partner))
        code = int(answer.get("status_code", 0))
        if code == WAITING or answer.get("message") in ("PENDING", "WAITING_FOR_SIGNER_CONFIRM"):
            raise Waiting(transaction)
        if answer.get("message") in ("REJECTED", "EXPIRED"):
            state.declined = str(answer["message"])
            self._states.put(transaction, state)
            raise Declined(state.declined)
        return self._take(transaction, state, answer.get("data") or {})

    def _take(self, transaction: str, state: State, data: dict[str, Any]) -> list[bytes]:
        by_document = {str(s.get("doc_id")): s.get("signature_value") for s in data.get("signatures") or []}
        wanted = [by_document.get(f"{transaction}-{n}") for n in range(len(state.digests))]
        if not all(wanted):
            raise KeyUnavailable("SmartCA returned no signature for one of the documents")
        state.values = [decode(value) for value in wanted]
        self._states.put(transaction, state)
        return state.values
