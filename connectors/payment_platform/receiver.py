"""The platform → us: its payment notice (IPN), and the payer's browser coming back."""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import structlog
from litestar import MediaType, Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect

from connectors.payment_platform import mapping, wire
from connectors.payment_platform.handlers import NAME
from connectors.payment_platform.settings import Settings
from connectors.runtime.inbound import fingerprint, inbound
from connectors.runtime.ports import Intake
from schemas.envelope import Answer

log = structlog.get_logger(__name__)

MAX_BODY = 64 * 1024
# The MaXacThuc of the IPN, and the hub's own session on the page that the browser is sent on to, are the guards here.
OPEN: Mapping[str, Any] = {"exclude_from_csrf": True, "authenticated_by": "MaXacThuc"}


def receivers(settings: Settings, intake: Intake) -> Sequence[BaseRouteHandler]:
    """`POST DvcPayment/Confirm` and `GET|POST return`, relative to /partners/payment_platform."""

    @post("/DvcPayment/Confirm", status_code=200, opt=dict(OPEN), request_max_body_size=MAX_BODY)
    async def confirm(request: Request[Any, Any, Any]) -> Response[bytes]:
        """The IPN. "00" only when the checksum holds and the hub, which knows the amount, says so."""
        body = await request.body()
        try:
            ipn = wire.read(body, wire.Confirm)
        except wire.Unreadable as error:
            log.warning("payment.ipn_unreadable", error=str(error), size=len(body))
            return _answer(
                settings, wire.Confirm(), _no("payment.unreadable", "Bản tin không phải JSON đúng", "not JSON")
            )
        answer = await _judge(settings, intake, ipn)
        log.info("payment.ipn", reference=ipn.MaThamChieu, code=answer.code, accepted=answer.accepted)
        return _answer(settings, ipn, answer)

    @get("/return", opt=dict(OPEN))
    async def returned(request: Request[Any, Any, Any]) -> Redirect:
        """The payer's browser. It decides nothing: the page that it is sent to shows what the hub knows."""
        return _go_on(settings, request.query_params.get("data", ""), dict(request.query_params))

    @post("/return", status_code=303, opt=dict(OPEN), request_max_body_size=MAX_BODY)
    async def returned_form(request: Request[Any, Any, Any]) -> Redirect:
        """The same, as the form post that the platform makes."""
        fields = dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))
        return _go_on(settings, fields.get("data", ""), fields)

    return [confirm, returned, returned_form]


async def _judge(settings: Settings, intake: Intake, ipn: wire.Confirm) -> Answer:
    """What to say to an IPN: our own checks first, then the hub's verdict."""
    fields = msgspec.structs.asdict(ipn)
    if not wire.holds(fields, wire.CONFIRM_HASHED[settings.confirm_order], settings.secret.reveal(), ipn.MaXacThuc):
        return _no("payment.checksum", "Sai mã xác thực", "MaXacThuc does not hold")
    if ipn.LoaiBanTin != "CONFIRM" or ipn.MaDoiTac != settings.partner_code:
        return _no("payment.not-ours", "Bản tin không dành cho đối tác này", "not a CONFIRM for this partner")
    amount, at = mapping.to_amount(ipn.SoTien), mapping.from_time(ipn.ThoiGianGD)
    if amount is None or at is None or ipn.MaTienTe != "VND" or not mapping.is_reference(ipn.MaThamChieu):
        return _no(
            "payment.malformed", "Số tiền, thời gian hoặc mã tham chiếu sai", "amount, time or reference is wrong"
        )
    # The same event, whenever it is sent: all that the platform states but the time and the free text.
    event = {name: fields[name] for name in wire.CONFIRM_HEAD}
    return await intake.ask(
        inbound(NAME, fingerprint("CONFIRM", event), ipn.MaThamChieu, at, mapping.from_confirm(ipn, amount, at))
    )


def _no(code: str, vi: str, en: str) -> Answer:
    return Answer(accepted=False, code=code, vi=vi, en=en)


def _answer(settings: Settings, ipn: wire.Confirm, answer: Answer) -> Response[bytes]:
    said = wire.ConfirmAnswer(
        MaLoi="00" if answer.accepted else "99",
        MoTaLoi="Thành công" if answer.accepted else f"{answer.code}: {answer.vi}",
        MaDoiTac=settings.partner_code,
        MaThamChieu=ipn.MaThamChieu,
        ThoiGianGD=ipn.ThoiGianGD,
    )
    signature = wire.sign(msgspec.structs.asdict(said), wire.CONFIRM_ANSWER_HASHED, settings.secret.reveal())
    said = msgspec.structs.replace(said, MaXacThuc=signature)
    return Response(msgspec.json.encode(said), media_type=MediaType.JSON)


def _go_on(settings: Settings, data: str, fields: Mapping[str, str]) -> Redirect:
    reference = _reference(data) or fields.get("MaThamChieu", "")
    page = f"/thanh-toan/{reference}" if mapping.is_reference(reference) else "/"
    return Redirect(f"{settings.hub_url}{page}", status_code=303)


def _reference(data: str) -> str:
    """MaThamChieu out of `data`: base64 of JSON, read leniently because the platform's form of it is not published."""
    text = "".join(data.split()).replace("-", "+").replace("_", "/").rstrip("=")
    try:
        fields = json.loads(base64.b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError):
        return ""
    found = fields.get("MaThamChieu", "") if isinstance(fields, dict) else ""
    return found if isinstance(found, str) else ""
