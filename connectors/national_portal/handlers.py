"""Message → portal. Order within a dossier is the lane's; here it is only made sure that an effect happens once."""

from collections.abc import Sequence
from typing import Any

import msgspec

from connectors.national_portal import catalogue, mapping, wire
from connectors.national_portal.client import Portal
from connectors.runtime.errors import Rejected, Retryable
from connectors.runtime.inbound import inbound
from connectors.runtime.ports import Context
from schemas.envelope import Inbound
from schemas.messages import catalog, dossier

NAME = "national_portal"

# What makes two steps the same step: the portal gives steps no id.
STEP_IDENTITY = ("ThoiDiemXuLy", "TrangThai", "NguoiXuLy", "NoiDungXuLy")


def _reply(context: Context, message: msgspec.Struct) -> tuple[Inbound]:
    return (inbound(NAME, f"reply:{context.message_id}", context.lane, context.now(), message),)


async def list_wanted(_: catalog.ListWanted, context: Context) -> Sequence[Inbound]:
    """LayDanhSachTTHC: the codes of all procedures (INT-03)."""
    portal: Portal = context.client
    rows = await portal.ask(wire.LIST)
    codes = dict.fromkeys(str(row.get("MATTHC", "")).strip() for row in rows if isinstance(row, dict))
    return _reply(context, catalog.Listed(codes=tuple(code for code in codes if code)))


async def procedure_wanted(message: catalog.ProcedureWanted, context: Context) -> Sequence[Inbound]:
    """LayThuTuc: one procedure, whole (INT-03)."""
    portal: Portal = context.client
    rows = await portal.ask(wire.PROCEDURE, maTTHC=message.code)
    if not rows:
        raise Rejected(
            "national.procedure-absent",
            f"Cơ sở dữ liệu quốc gia về thủ tục hành chính không có mã {message.code}.",
            f"The national database has no procedure {message.code}.",
        )
    try:
        record = wire.as_procedure(rows[0])
    except msgspec.ValidationError as error:
        raise Retryable(
            "national.procedure-unreadable",
            f"Nội dung thủ tục {message.code} do Cổng trả về không đúng cấu trúc.",
            f"The portal's record of procedure {message.code} cannot be read.",
            words=str(error),
        ) from error
    return _reply(context, catalogue.published(record))


async def sync(message: dossier.Sync, context: Context) -> Sequence[Inbound]:
    """DongBoHoSoMC (INT-02). After a lost reply the portal is asked what it has before anything is sent again."""
    portal: Portal = context.client
    source = message.dossier
    record = mapping.sync(source, portal.settings.databases, portal.settings.submitted_at, portal.settings.hub_url)
    known = source.revision > 1 if context.attempt == 1 else await portal.find(source.code) is not None
    await portal.put(record, update=known)
    return ()


async def progress(message: dossier.Progress, context: Context) -> Sequence[Inbound]:
    """CapNhatTienDoHoSoMC (DOS-18): the portal appends whatever it gets, so a repeat asks first."""
    portal: Portal = context.client
    step = mapping.progress(message)
    if context.attempt > 1 and _holds(await portal.find(step.MaHoSo), step, portal.settings.progress_field):
        return ()
    await portal.add_step(step)
    return ()


async def view_wanted(message: dossier.ViewWanted, context: Context) -> Sequence[Inbound]:
    """TraCuuHoSo: what the portal holds, for the parity check (INT-10)."""
    portal: Portal = context.client
    held = await portal.find(message.dossier_code)
    if held is None:
        return _reply(context, dossier.Viewed(dossier_code=message.dossier_code, found=False))
    texts = {key: str(value) for key, value in held.items() if isinstance(value, str | int | float)}
    status = texts.get(portal.settings.status_field, "")
    return _reply(context, dossier.Viewed(dossier_code=message.dossier_code, found=True, status=status, detail=texts))


def _holds(held: dict[str, Any] | None, step: wire.TienDo, field: str) -> bool:
    steps = held.get(field) if held else None
    ours = [getattr(step, name) for name in STEP_IDENTITY]
    return any(
        [str(theirs.get(name, "")) for name in STEP_IDENTITY] == ours
        for theirs in steps or ()
        if isinstance(theirs, dict)
    )
