"""The hub and a sector system (phần mềm chuyên ngành): dossiers out, statuses and results in."""

from datetime import datetime

import msgspec

from schemas.messages.dossier import Dossier


class Forwarded(msgspec.Struct, frozen=True, kw_only=True):
    """Hub → sector: process this dossier; land keys stand in its form (`parcel_sheet`, …)."""

    dossier: Dossier
    process_code: str
    process_name: str


class Supplemented(msgspec.Struct, frozen=True, kw_only=True):
    """Hub → sector: the citizen has supplemented; go on."""

    dossier: Dossier
    answered_at: datetime
    new_due_at: datetime | None


class Returned(msgspec.Struct, frozen=True, kw_only=True):
    """Hub → sector: the result is in the citizen's hands."""

    dossier_code: str
    returned_at: datetime
    way: str


class Processing(msgspec.Struct, frozen=True, kw_only=True):
    """Sector → hub: an inner step. `officer` is the sector's code or name of who acts."""

    dossier_code: str
    at: datetime
    officer: str
    content: str
    sector_status: str


class SupplementWanted(msgspec.Struct, frozen=True, kw_only=True):
    """Sector → hub: the citizen must add papers. One full guidance (DOS-07)."""

    dossier_code: str
    at: datetime
    officer: str
    reason: str
    papers: tuple[str, ...] = ()
    pauses_clock: bool = True


class Resumed(msgspec.Struct, frozen=True, kw_only=True):
    """Sector → hub: supplement taken in."""

    dossier_code: str
    at: datetime
    new_due_at: datetime | None = None


class FeeRaised(msgspec.Struct, frozen=True, kw_only=True):
    """Sector → hub: the citizen owes money before work goes on. `amount` in đồng."""

    dossier_code: str
    at: datetime
    officer: str
    name: str
    amount: int
    notice_number: str
    notice_url: str = ""


class DeliveredFile(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    content: bytes


class Concluded(msgspec.Struct, frozen=True, kw_only=True):
    """Sector → hub: work is over; `approved` False is a notice of non-settlement. Files are whole signed PDFs."""

    dossier_code: str
    at: datetime
    officer: str
    approved: bool
    files: tuple[DeliveredFile, ...]
    note: str = ""
