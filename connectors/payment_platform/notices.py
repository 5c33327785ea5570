"""The twin's payment notices (IPN): owed until the hub says "00", and the mishaps that real ones have."""

import asyncio
from itertools import chain, repeat

import httpx
import msgspec
import structlog

from connectors.payment_platform import wire
from connectors.payment_platform.bank import Order
from connectors.payment_platform.mapping import to_time
from connectors.payment_platform.settings import Settings
from connectors.runtime.book import Book
from connectors.runtime.ports import SimulatorContext

log = structlog.get_logger(__name__)

TWICE = "ipn-twice"
LATE = "ipn-late"
NEVER = "ipn-never"
WRONG_AMOUNT = "ipn-wrong-amount"
WRONG_HASH = "ipn-wrong-hash"
FLIPPED = "ipn-status-flipped"
FAULTS = (TWICE, LATE, NEVER, WRONG_AMOUNT, WRONG_HASH, FLIPPED)

PATH = "/partners/payment_platform/DvcPayment/Confirm"
PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0, 15.0)  # seconds between two tries; then once a minute
PATIENCE = 3.0  # how long a payer's browser waits for the first answer


class Notices:
    """One sender per payment. What is owed is in the book, so a restart goes on with it."""

    def __init__(self, settings: Settings, context: SimulatorContext, book: Book) -> None:
        self._settings = settings
        self._context = context
        self._book = book
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def owe(self, order: Order) -> None:
        """Send the notice of a payment just settled, and wait a little for the first answer."""
        if self._book.strikes(NEVER):
            self._book.put("order", order.reference, msgspec.structs.replace(order, ipn="dropped"))
            return
        late = self._book.strikes(LATE)
        self._book.put("order", order.reference, msgspec.structs.replace(order, ipn="owed"))
        task = self._start(order.reference, late.seconds if late else 0.0)
        if not late:
            await asyncio.wait({task}, timeout=PATIENCE)

    def resume(self) -> None:
        """Go on with what was owed when the twin was stopped."""
        for order in self._book.every("order", Order).values():
            if order.ipn == "owed" and order.reference not in self._tasks:
                self._start(order.reference, 0.0)

    async def send(self, reference: str) -> wire.ConfirmAnswer | None:
        """One notice, now; the hub's answer, or None when there is none."""
        order = self._book.get("order", reference, Order)
        if order is None:
            return None
        try:
            response = await self._context.hub.post(PATH, content=msgspec.json.encode(self._notice(order)))
            answer = msgspec.json.decode(response.content, type=wire.ConfirmAnswer)
        except (httpx.HTTPError, msgspec.DecodeError) as error:
            log.warning("simulator.ipn_unanswered", reference=reference, error=repr(error))
            return None
        if answer.MaLoi == "00" and order.ipn != "confirmed":
            self._book.put("order", reference, msgspec.structs.replace(order, ipn="confirmed"))
            self._book.effect("ipn-confirmed", reference, order.dossier, self._context.now(), {"state": order.state})
        return answer

    async def close(self) -> None:
        """Stop every sender."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _start(self, reference: str, delay: float) -> asyncio.Task[None]:
        if old := self._tasks.pop(reference, None):
            old.cancel()
        task = self._tasks[reference] = asyncio.create_task(self._until_confirmed(reference, delay))
        return task

    async def _until_confirmed(self, reference: str, delay: float) -> None:
        await asyncio.sleep(delay)
        for pause in chain(PAUSES, repeat(60.0)):
            answer = await self.send(reference)
            if answer is not None and answer.MaLoi == "00":
                break
            await asyncio.sleep(pause)
        if self._book.strikes(TWICE):
            await self.send(reference)

    def _notice(self, order: Order) -> dict[str, object]:
        fields: dict[str, object] = {
            "LoaiBanTin": "CONFIRM",
            "MaLoi": "00" if order.state == "paid" else "99",
            "MaDoiTac": self._settings.partner_code,
            "MaThamChieu": order.reference,
            "SoTien": order.amount,
            "MaTienTe": "VND",
            "MaGiaoDich": order.transaction,
            "MaNganHang": order.bank,
            "ThoiGianGD": to_time(order.settled_at or self._context.now()),
            "ThongTinGiaoDich": str(order.init["ThongTinGiaoDich"]),
        }
        if self._book.strikes(WRONG_AMOUNT):
            fields["SoTien"] = order.amount + 1000
        hashed = wire.CONFIRM_HASHED[self._settings.confirm_order]
        signature = wire.sign(fields, hashed, self._settings.secret.reveal())
        if self._book.strikes(WRONG_HASH):
            signature = signature[::-1]
        if self._book.strikes(FLIPPED):
            fields["MaLoi"] = "99" if fields["MaLoi"] == "00" else "00"
        return {**fields, "MaXacThuc": signature}
