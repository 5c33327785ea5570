"""The twin of the remote signing services: SmartCA, CSC v1 and v2 and NEAC over one wire, and the desk of the app."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from connectors.runtime.book import Book
from connectors.runtime.simulation import COMMON_FAULTS, Act, ActRefused, Field, Twin
from signing.remote.simulator import RemoteSimulator
from signing.test_pki import Pki

FORGED = "forged-signature"
FAULTS = (*COMMON_FAULTS, FORGED)
ACCOUNTS = {
    "lanhdao": ("leader",),
    "vanthu": ("agency",),
    "vanthu-canhan": ("clerk",),
    "tiepnhan": ("receiver",),
    "089185000123": ("officer-old", "officer"),
    "089186000456": ("officer-clerk",),
    "so-nnmt": ("office",),
}
"""What the services call a person → whose keys those are in the demonstration's PKI, the newest last."""
_LOOK = 0.1
"""Seconds between two looks at whether the person has decided, while the gateway holds the line."""


class Transaction(msgspec.Struct, frozen=True, kw_only=True):
    """What came into the app. `answer`: "" while the person has not decided, then confirmed | declined."""

    account: str
    digests: tuple[str, ...]
    text: str = ""
    answer: str = ""


class SigningTwin:
    """State lies in the book: several processes of one installation see the same app."""

    def __init__(self, folder: Path, pki: Pki, base_url: str, now: Callable[[], datetime]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._book = Book(folder / "signing.sqlite", faults=FAULTS)
        self._now = now
        self._people = {account: self._person(pki, names) for account, names in ACCOUNTS.items()}
        self._twin = Twin(self._book, title="Ký số từ xa", base_url=base_url, wire=self._wire(), acts=self._acts())

    def _person(self, pki: Pki, names: tuple[str, ...]) -> RemoteSimulator:
        *older, newest = (pki.key(name) for name in names)
        person = RemoteSimulator(newest, *older)
        person.clock = self._now
        return person

    @property
    def app(self) -> Any:
        return self._twin.app

    async def close(self) -> None:
        await self._twin.close()

    def _wire(self) -> list[BaseRouteHandler]:
        @post(["/v1/{rest:path}", "/csc/{rest:path}"], status_code=200)
        async def call(request: Request[Any, Any, Any], rest: FromPath[str]) -> Response[Any]:
            path = request.url.path
            path = path[path.index("/v1/" if "/csc/" not in path else "/csc/") :]
            return await self._call(path, await request.body())

        @post("/get_certificate", status_code=200)
        async def certificates(request: Request[Any, Any, Any]) -> Response[Any]:
            return await self._call("/get_certificate", await request.body())

        @post("/sign_file", status_code=200)
        async def sign(request: Request[Any, Any, Any]) -> Response[Any]:
            return await self._whole_file(await request.body())

        return [call, certificates, sign]

    async def _whole_file(self, body: bytes) -> Response[Any]:
        """NEAC: noted at once, answered when the person has decided."""
        given = msgspec.json.decode(body, type=dict[str, Any])
        transaction, account = str(given["transaction_id"]), str(given["user_id"])
        digests = tuple(sha256(each["file_base64"].encode()).hexdigest() for each in given["sign_files"])
        known = self._book.get("transaction", transaction, Transaction)
        if known is None:
            text = str(given["sign_files"][0]["file_name"])
            known = Transaction(account=account, digests=digests, text=text)
            self._book.put("transaction", transaction, known)
            self._book.effect("asked", transaction, "", self._now(), {"account": account, "text": text})
        if known.digests != digests or account not in self._people:
            return Response({"message": "another account or other files"}, status_code=400)
        while not known.answer:
            await asyncio.sleep(_LOOK)
            known = self._book.get("transaction", transaction, Transaction) or known
        person = self._people[account]
        self._recall(person, transaction, known)
        status, answer = await person.send("https://twin/sign_file", {}, body)
        return Response(answer, status_code=status, media_type="application/json")

    async def _call(self, path: str, body: bytes) -> Response[Any]:
        try:
            given = msgspec.json.decode(body, type=dict[str, Any])
        except msgspec.DecodeError as error:
            return Response({"message": str(error)}, status_code=400)
        transaction = _transaction(path, given)
        known = self._book.get("transaction", transaction, Transaction) if transaction else None
        named = given.get("user_id") or given.get("userID") or str(given.get("credentialID", "")).partition(".")[0]
        account = str(named or (known.account if known else ""))
        person = self._people.get(account)
        if person is None or (path.endswith("/status") and known is None):
            return Response(
                {"error": "not_found", "message": f"unknown account or transaction: {account}"}, status_code=404
            )
        self._recall(person, transaction, known)
        status, answer = await person.send(f"https://twin{path}", {}, body)
        if known is None and transaction in person.requests:
            self._note(transaction, account, given, person)
        return Response(answer, status_code=status, media_type="application/json")

    def _recall(self, person: RemoteSimulator, transaction: str, known: Transaction | None) -> None:
        """The simulator forgets with its process; the book does not."""
        person.forge = self._book.strikes(FORGED) is not None
        if known is None:
            return
        person.requests.setdefault(transaction, [bytes.fromhex(d) for d in known.digests])
        if known.answer == "confirmed":
            person.approve(transaction)
        elif known.answer == "declined":
            person.decline(transaction)

    def _note(self, transaction: str, account: str, given: dict[str, Any], person: RemoteSimulator) -> None:
        text = str(given.get("transaction_desc") or given.get("description") or "")
        digests = tuple(d.hex() for d in person.requests[transaction])
        self._book.put("transaction", transaction, Transaction(account=account, digests=digests, text=text))
        self._book.effect("asked", transaction, "", self._now(), {"account": account, "text": text})

    def _acts(self) -> list[Act]:
        which = (
            Field(name="transaction", label="Mã giao dịch (trống: giao dịch mới nhất đang chờ)"),
            Field(name="account", label="hoặc tài khoản"),
        )

        def act(name: str, title: str, answer: str) -> Act:
            async def run(given: dict[str, Any]) -> dict[str, Any]:
                return self._decide(given, answer)

            return Act(name=name, title=title, fields=which, run=run)

        return [
            act("confirm", "Người ký xác nhận trên ứng dụng", "confirmed"),
            act("decline", "Người ký từ chối trên ứng dụng", "declined"),
        ]

    def _decide(self, given: dict[str, Any], answer: str) -> dict[str, Any]:
        wanted, account = given.get("transaction", ""), given.get("account", "")
        for key, known in reversed(self._book.every("transaction", Transaction).items()):
            if not known.answer and wanted in ("", key) and account in ("", known.account):
                self._book.put("transaction", key, msgspec.structs.replace(known, answer=answer))
                self._book.effect(answer, key, "", self._now(), {"account": known.account, "text": known.text})
                return {"transaction": key, "account": known.account, "text": known.text, "answer": answer}
        raise ActRefused("không có giao dịch nào đang chờ / nothing waits")


def _transaction(path: str, given: dict[str, Any]) -> str:
    """Where each protocol says which transaction it speaks of; "" where it speaks of none."""
    if path.endswith("/status"):
        return path.split("/")[-2]
    if path.endswith("signatures/sign"):
        return str(given.get("transaction_id", ""))
    return str(given.get("clientData") or str(given.get("SAD", "")).removeprefix("sad-"))
