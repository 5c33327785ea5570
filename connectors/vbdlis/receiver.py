"""VBDLIS → us: POST /partners/vbdlis/<operation>/<securityCode>."""

import hmac
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import structlog
from litestar import MediaType, Request, Response, post
from litestar.exceptions import ClientException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from connectors.runtime.errors import PartnerError
from connectors.runtime.inbound import fingerprint, inbound
from connectors.runtime.ports import Intake
from connectors.vbdlis import mapping, wire
from connectors.vbdlis.client import download
from connectors.vbdlis.handlers import NAME
from connectors.vbdlis.settings import Settings
from schemas.messages import sector

log = structlog.get_logger(__name__)


def receivers(settings: Settings, intake: Intake) -> Sequence[BaseRouteHandler]:
    """One handler for all operations. The security code in the address is its guard; nothing is read before it."""
    guard = {"exclude_from_csrf": True, "authenticated_by": "securityCode"}

    @post(
        "/{operation:str}/{security_code:str}",
        status_code=200,
        opt=guard,
        request_max_body_size=settings.body_bytes,
        exception_handlers={ClientException: _unreadable},
    )
    async def push(
        request: Request[Any, Any, Any], operation: FromPath[str], security_code: FromPath[str]
    ) -> Response[bytes]:
        if not hmac.compare_digest(security_code.encode(), settings.security_code.reveal().encode()):
            log.warning("vbdlis.wrong_security_code", operation=operation)
            return _answer(0, "Mã bảo mật không chính xác", status=401)
        kind = wire.OPERATIONS.get(operation)
        if kind is None:
            known = ", ".join(wire.OPERATIONS)
            return _answer(0, f"Không có thao tác {operation}; hệ thống nhận: {known}", status=404)
        body = await request.body()
        try:
            pushed = msgspec.json.decode(body, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            log.warning("vbdlis.unreadable", operation=operation, size=len(body), error=str(error))
            return _answer(0, f"{operation}: nội dung không đúng cấu trúc JSON: {error}", status=400)
        return await _take(settings, intake, operation, pushed)

    return [push]


async def _take(settings: Settings, intake: Intake, operation: str, pushed: wire.Push) -> Response[bytes]:
    """Ask the hub for each thing that the push says; done only when all of them are."""
    try:
        files = await _files(settings, pushed)
        told = mapping.from_push(pushed, files, settings, datetime.now(UTC))
    except mapping.Unmapped as error:
        log.warning("vbdlis.unmapped", operation=operation, dossier=pushed.SoBienNhan, error=str(error))
        return _answer(0, f"{operation}: {error}")
    except PartnerError as error:
        log.warning("vbdlis.file_not_fetched", operation=operation, dossier=pushed.SoBienNhan, error=str(error))
        return _answer(0, f"{operation}: chưa tải được tệp kết quả, hãy gửi lại ({error.vi})")
    event = fingerprint(operation, pushed)
    refusals, words = [], []
    for number, (at, message) in enumerate(told):
        external_id = event if number == 0 else f"{event}:{number}"
        answer = await intake.ask(inbound(NAME, external_id, pushed.SoBienNhan, at, message))
        log.info("vbdlis.pushed", operation=operation, dossier=pushed.SoBienNhan, code=answer.code)
        words.append(answer.vi)
        if not answer.accepted:
            refusals.append(f"{answer.vi} ({answer.code})")
    return _answer(0, "; ".join(refusals)) if refusals else _answer(1, "; ".join(dict.fromkeys(words)))


async def _files(settings: Settings, pushed: wire.Push) -> list[sector.DeliveredFile]:
    if not isinstance(pushed, wire.KetThucHoSo):
        return []
    files = []
    for file in pushed.DanhSachGiayToKetQua or []:
        linked = not (file.TapTin and file.TapTin.data) and file.LinkFile
        files.append(mapping.from_file(file, await download(settings, linked) if linked else None))
    return files


def _unreadable(_: Request[Any, Any, Any], error: ClientException) -> Response[bytes]:
    """Too large, mostly: in the partner's own form."""
    text = "Nội dung quá lớn" if error.status_code == 413 else f"Yêu cầu không hợp lệ: {error.detail}"
    return _answer(0, text, status=error.status_code)


def _answer(result: int, message: str, *, status: int = 200) -> Response[bytes]:
    body = msgspec.json.encode(wire.KetQua(result, message))
    return Response(body, media_type=MediaType.JSON, status_code=status)
