"""Our messages → VBDLIS.

A repeat is sent as it was: VBDLIS has no question to ask first, but it knows `SoBienNhan`, and "đã tồn tại" or "không
chờ bổ sung" is its answer to a repeat, which counts as done (see `mapping.DONE_BEFORE`).
"""

from collections.abc import Sequence

from connectors.runtime.ports import Context
from connectors.vbdlis import mapping
from connectors.vbdlis.client import Vbdlis
from schemas.envelope import Inbound
from schemas.messages import sector
from schemas.messages.dossier import Dossier

NAME = "vbdlis"


async def forward(message: sector.Forwarded, context: Context) -> Sequence[Inbound]:
    vbdlis: Vbdlis = context.client
    files = await _files(message.dossier, context)
    await vbdlis.tiep_nhan(mapping.to_tiep_nhan(message, files, vbdlis.settings))
    return ()


async def supplement(message: sector.Supplemented, context: Context) -> Sequence[Inbound]:
    vbdlis: Vbdlis = context.client
    files = await _files(message.dossier, context)
    await vbdlis.bo_sung(mapping.to_bo_sung(message, files))
    return ()


async def returned(message: sector.Returned, context: Context) -> Sequence[Inbound]:
    vbdlis: Vbdlis = context.client
    await vbdlis.tra_ket_qua(mapping.to_tra_ket_qua(message))
    return ()


async def _files(dossier: Dossier, context: Context) -> dict[str, bytes]:
    """Contents by FileRef.id."""
    refs = [component.file for component in dossier.components if component.file]
    return {ref.id: await context.files.fetch(ref) for ref in refs}
