"""The platform's twin: its three operations, the bank's page, its control desk."""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from connectors.payment_platform import bank, notices, wire
from connectors.payment_platform.bank import BANKS, Order
from connectors.payment_platform.mapping import to_time
from connectors.payment_platform.notices import Notices
from connectors.payment_platform.seal import BankSeal
from connectors.payment_platform.settings import Settings
from connectors.runtime.book import Book
from connectors.runtime.ports import SimulatorContext
from connectors.runtime.simulation import COMMON_FAULTS, Act, ActRefused, Field, Twin

FAILURE_TEXT = "failure-text"
BUSY = "busy"
LGSP = "lgsp-wrapped"
RETURN_LOST = "return-lost"
BILL_LATE = "bill-late"
BILL_UNSIGNED = "bill-unsigned"
BILL_TAMPERED = "bill-tampered"
FAULTS = (
    *COMMON_FAULTS,
    FAILURE_TEXT,
    BUSY,
    LGSP,
    *notices.FAULTS,
    RETURN_LOST,
    BILL_LATE,
    BILL_UNSIGNED,
    BILL_TAMPERED,
)

# What the twin says; `settings.SIMULATOR_CODES` is how our side reads it.
WORDS: Mapping[str, str] = {
    "00": "Thành công",
    "01": "Sai mã đối tác hoặc mã xác thực",
    "02": "Thiếu hoặc sai trường bắt buộc",
    "03": "Mã tham chiếu đã dùng cho giao dịch khác",
    "04": "Giao dịch đã được thanh toán",
    "05": "Không tìm thấy giao dịch",
    "06": "Chứng từ chưa sẵn sàng",
    "99": "Hệ thống bận, vui lòng thử lại",
}
STATES = {"new": 3, "paid": 1, "cancelled": 4}

Reply = dict[str, Any] | bytes
Operation = Callable[[dict[str, Any]], Awaitable[Reply]]


class PaymentPlatform:
    """State lives in the book, so that orders and owed notices outlive a restart."""

    def __init__(self, settings: Settings, context: SimulatorContext) -> None:
        self._settings = settings
        self._context = context
        self._book = Book(context.folder / "payment_platform.sqlite", faults=FAULTS)
        self._notices = Notices(settings, context, self._book)
        self._seal = BankSeal(context.pki_folder, context.now)
        self._twin = Twin(
            self._book,
            title="Nền tảng thanh toán quốc gia",
            base_url=context.base_url,
            wire=self._wire(),
            acts=self._acts(),
        )

    @property
    def app(self) -> Any:
        return self._twin.app

    async def close(self) -> None:
        """Stop sending; what is owed is sent after the next start."""
        await self._notices.close()
        await self._twin.close()

    def _wire(self) -> list[BaseRouteHandler]:
        def operation(path: str, name: str, hashed: Sequence[str], run: Operation) -> Any:
            @post(path, status_code=200, name=name)
            async def handle(request: Request[Any, Any, Any]) -> Response[bytes]:
                self._notices.resume()
                return await self._operate(await request.body(), name, hashed, run)

            return handle

        @get("/ngan-hang/{reference:str}")
        async def shown(reference: FromPath[str]) -> Response[str]:
            self._notices.resume()
            order = self._order(reference)
            if order is None:
                return _html(bank.notice("Không có giao dịch này"), 404)
            return _html(bank.page(order, self._address(reference), self._back(order)))

        @post("/ngan-hang/{reference:str}", status_code=200)
        async def decided(request: Request[Any, Any, Any], reference: FromPath[str]) -> Response[Any] | Redirect:
            form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
            try:
                order = await self._settle(reference, form.get("action", ""), form.get("bank", ""))
            except ActRefused as error:
                return _html(bank.notice(str(error)), 409)
            if self._book.strikes(RETURN_LOST):
                return _html(bank.notice("Giao dịch đã xong. Trình duyệt không quay về được."))
            return Redirect(self._back(order), status_code=303)

        settings = self._settings
        return [
            operation(settings.init_path, "INIT", wire.INIT_HASHED, self._init),
            operation(settings.query_path, "QUERY", wire.QUERY_HASHED, self._query),
            operation(settings.bill_path, "GET_BILL", wire.QUERY_HASHED, self._bill),
            shown,
            decided,
        ]

    def _acts(self) -> list[Act]:
        which = (Field(name="reference", label="Mã tham chiếu"), Field(name="dossier", label="hoặc mã hồ sơ"))
        payer = (*which, Field(name="bank", label=f"Ngân hàng ({', '.join(BANKS)})"))

        async def pay(given: dict[str, Any]) -> dict[str, Any]:
            return _told(await self._settle(self._meant(given), "pay", str(given.get("bank", ""))))

        async def cancel(given: dict[str, Any]) -> dict[str, Any]:
            return _told(await self._settle(self._meant(given), "cancel", ""))

        async def late_success(given: dict[str, Any]) -> dict[str, Any]:
            return _told(await self._settle(self._meant(given), "pay", str(given.get("bank", "")), late=True))

        async def send_ipn(given: dict[str, Any]) -> dict[str, Any]:
            answer = await self._notices.send(self._meant(given))
            return (
                msgspec.structs.asdict(answer) if answer else {"error": "cổng không trả lời / the hub did not answer"}
            )

        return [
            Act(name="pay", title="Người nộp trả tiền", fields=payer, run=pay),
            Act(name="cancel", title="Người nộp hủy", fields=which, run=cancel),
            Act(name="send_ipn", title="Gửi lại thông báo (IPN)", fields=which, run=send_ipn),
            Act(name="late_success", title="Thành công muộn, sau khi đã hủy", fields=payer, run=late_success),
        ]

    async def _operate(self, body: bytes, name: str, hashed: Sequence[str], run: Operation) -> Response[bytes]:
        if self._book.strikes(FAILURE_TEXT):
            return Response(
                "Hệ thống đang bảo trì, quý khách vui lòng quay lại sau".encode(), media_type=MediaType.TEXT
            )
        reply = _said("99") if self._book.strikes(BUSY) else await self._verified(body, name, hashed, run)
        if isinstance(reply, bytes):
            return Response(reply, media_type="application/pdf")
        if self._book.strikes(LGSP):
            reply = {"error_code": "0", "message": msgspec.json.encode(reply).decode()}
        return Response(msgspec.json.encode(reply), media_type=MediaType.JSON)

    async def _verified(self, body: bytes, name: str, hashed: Sequence[str], run: Operation) -> Reply:
        try:
            sent = msgspec.json.decode(body, type=dict[str, Any])
        except msgspec.DecodeError:
            return _said("02")
        if sent.get("LoaiBanTin") != name or any(not isinstance(sent.get(field), str) for field in hashed):
            return _said("02")
        right = wire.holds(sent, hashed, self._settings.secret.reveal(), str(sent.get("MaXacThuc", "")))
        if not right or sent["MaDoiTac"] != self._settings.partner_code:
            return _said("01")
        return await run(sent)

    async def _init(self, sent: dict[str, Any]) -> Reply:
        try:
            receipt = msgspec.convert(sent.get("ThongTinBienLai"), wire.ThongTinBienLai)
            amount = int(sent["SoTien"])
        except (msgspec.ValidationError, ValueError):
            return _said("02")
        if sent["PhienBan"] != wire.VERSION or amount <= 0 or amount != sum(int(k.SoTien) for k in receipt.DSKhoanNop):
            return _said("02")
        reference, now = sent["MaThamChieu"], self._context.now()
        known = self._order(reference)
        if known is None:
            order = Order(reference=reference, dossier=receipt.MaHoSo, amount=amount, init=sent)
            with self._book.together():
                self._book.put("order", reference, order)
                self._book.effect("payment-opened", reference, receipt.MaHoSo, now, {"amount": amount})
        elif known.amount != amount or known.dossier != receipt.MaHoSo:
            return _said("03")
        else:
            self._book.duplicate(reference, known.dossier, now, {"operation": "INIT"})
            if known.state == "paid":
                return _said("04")
        signature = wire.ma_xac_thuc(("00", WORDS["00"], self._address(reference)), self._settings.secret.reveal())
        return {**_said("00"), "UrlThanhToan": self._address(reference), "MaXacThuc": signature}

    async def _query(self, sent: dict[str, Any]) -> Reply:
        order = self._order(sent["MaThamChieu"])
        if order is None:
            return _said("05")
        return {
            **_said("00"),
            "TrangThaiGD": STATES[order.state],
            "MaGiaoDich": order.transaction,
            "MaNganHang": order.bank if order.settled_at else "",
            "SoTien": order.amount,
            "MaTienTe": "VND",
            "ThongTinGiaoDich": order.init["ThongTinGiaoDich"],
            "ThoiGianGD": to_time(order.settled_at) if order.settled_at else "",
        }

    async def _bill(self, sent: dict[str, Any]) -> Reply:
        order = self._order(sent["MaThamChieu"])
        if order is None:
            return _said("05")
        if order.state != "paid" or self._book.strikes(BILL_LATE):
            return _said("06")
        if self._book.strikes(BILL_UNSIGNED):
            return bank.voucher(order)
        signed = await self._signed(order)
        if self._book.strikes(BILL_TAMPERED):
            return signed[:11] + bytes([signed[11] ^ 1]) + signed[12:]  # a byte of the header's comment: still a PDF
        return signed

    async def _signed(self, order: Order) -> bytes:
        """The voucher, made once: it is a document, every copy of it is the same."""
        path = self._context.folder / "bills" / f"{order.reference}.pdf"
        if not path.exists():
            signed = await self._seal.sign(await asyncio.to_thread(bank.voucher, order))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(signed)
            self._book.effect(
                "voucher-issued", order.reference, order.dossier, self._context.now(), {"size": len(signed)}
            )
        return path.read_bytes()

    async def _settle(self, reference: str, action: str, chosen: str, *, late: bool = False) -> Order:
        order = self._order(reference)
        if order is None:
            raise ActRefused("Không có giao dịch này / no such payment")
        if action not in ("pay", "cancel"):
            raise ActRefused("Chỉ có thể thanh toán hoặc hủy / only pay or cancel")
        if order.state == "paid" or (order.state == "cancelled" and not late):
            raise ActRefused("Giao dịch đã kết thúc / the payment has ended")
        if chosen and chosen not in BANKS:
            raise ActRefused(f"Ngân hàng chỉ có / banks: {', '.join(BANKS)}")
        state, now = ("paid" if action == "pay" else "cancelled"), self._context.now()
        with self._book.together():
            settled = msgspec.structs.replace(
                order,
                state=state,
                bank=chosen or order.bank,
                transaction=f"GD{self._book.next_number('transaction'):08d}",
                settled_at=now,
            )
            self._book.put("order", reference, settled)
            self._book.effect(state, reference, order.dossier, now, {"amount": order.amount, "bank": settled.bank})
        await self._notices.owe(settled)
        return self._order(reference) or settled

    def _order(self, reference: str) -> Order | None:
        return self._book.get("order", reference, Order)

    def _meant(self, given: dict[str, Any]) -> str:
        """By reference, else the newest payment of the dossier, else the newest of all."""
        if reference := str(given.get("reference", "")):
            return reference
        dossier = str(given.get("dossier", ""))
        found = [o.reference for o in self._book.every("order", Order).values() if dossier in ("", o.dossier)]
        if not found:
            raise ActRefused("Không có giao dịch nào / there is no payment")
        return found[-1]

    def _address(self, reference: str) -> str:
        return f"{self._context.base_url.rstrip('/')}/ngan-hang/{reference}"

    def _back(self, order: Order) -> str:
        """Where the payer's browser goes on; it only names the payment."""
        data = {"MaThamChieu": order.reference, "MaLoi": "00" if order.state == "paid" else "99"}
        return (
            f"{self._settings.return_url}?{urlencode({'data': base64.b64encode(msgspec.json.encode(data)).decode()})}"
        )


def build(settings: Settings, context: SimulatorContext) -> PaymentPlatform:
    """The twin of the manifest."""
    return PaymentPlatform(settings, context)


def _said(code: str) -> dict[str, Any]:
    return {"MaLoi": code, "MoTaLoi": WORDS[code]}


def _told(order: Order) -> dict[str, Any]:
    return {"reference": order.reference, "state": order.state, "transaction": order.transaction, "ipn": order.ipn}


def _html(text: str, status: int = 200) -> Response[str]:
    return Response(text, media_type=MediaType.HTML, status_code=status)
