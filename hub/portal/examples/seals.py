"""Seals: one waits, one counts, one has ended."""

from datetime import UTC, date, datetime
from uuid import UUID

from msgspec.structs import replace

from hub.portal.builders.seals import seal_form, seals_page
from hub.portal.speech import Speech
from hub.portal.views.form import FormPage
from hub.portal.views.seals import SealsPage
from hub.profiles import Unit
from hub.result import RegisteredSeal, SealState

_UNIT = Unit(code="H01.12", name="Sở Xây dựng", kind="department")
_AT = datetime(2026, 11, 20, 2, 12, tzinfo=UTC)
_COUNTS = RegisteredSeal(
    id=UUID(int=1),
    unit_code="H01.12",
    certificate_sha256="5ab0d1e2c3f407185ab0d1e2c3f407185ab0d1e2c3f407185ab0d1e2c3f40718",
    subject="Sở Xây dựng tỉnh An Giang",
    organisation="Ủy ban nhân dân tỉnh An Giang",
    issuer="CA phục vụ các cơ quan Nhà nước G2",
    valid_from=date(2026, 11, 1),
    valid_until=date(2031, 10, 31),
    basis="Quyết định 12/QĐ-UBND ngày 02/11/2026",
    state=SealState.REGISTERED,
    proposed_by="1",
    proposed_by_name="Võ Thị Văn Thư",
    proposed_at=_AT,
    approved_by="2",
    approved_by_name="Lê Thị Lãnh Đạo",
    approved_at=_AT,
)


def listed() -> SealsPage:
    """As the clerk's colleague sees them."""
    waits = replace(
        _COUNTS, id=UUID(int=2), subject="Nguyễn Văn Minh, Phó Giám đốc", state=SealState.PROPOSED, approved_by=None,
        approved_by_name=None, approved_at=None, basis="Thông báo 31/TB-SXD ngày 18/11/2026",
    )  # fmt: skip
    own = replace(waits, id=UUID(int=3), subject="Hồ Thị Phân Công, Trưởng phòng", proposed_by="2")
    ended = replace(
        _COUNTS, id=UUID(int=4), valid_until=date(2026, 11, 20), ended_by_name="Lê Thị Lãnh Đạo", ended_at=_AT
    )
    return seals_page((waits, own, _COUNTS, ended), {_UNIT.code: _UNIT.name}, "2", date(2026, 11, 23), Speech("vi"))


def form() -> FormPage:
    """With something to correct."""
    t = Speech("vi")
    return seal_form((_UNIT,), t, {"unit": "H01.12"}, {"certificate": t("seals.certificate_needed")})
