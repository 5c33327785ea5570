"""What the counter reads of a dossier whose owner wants it back (DOS-17, PAY-07)."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from hub.payment import Beneficiary, Item, Obligation, Payer
from hub.portal.builders.desk import refund
from hub.portal.speech import Speech

vi = Speech("vi")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def owed(amount: int, *, paid: bool) -> Obligation:
    return Obligation(
        id=UUID(int=1), dossier_id=UUID(int=2), dossier_code="H01.12-261118-0047", owner_id=UUID(int=3),
        procedure_code="1.001662", procedure_name="Đăng ký", agency_code="H01.12", agency_name="Trung tâm",
        items=(Item(code="LP", name="Lệ phí", amount=amount),), amount=amount,
        payer=Payer(name="Lê Thị Mẩu", id_number="089185000123", address=""),
        beneficiary=Beneficiary(account="1", bank_code="B", name="Kho bạc"), description="", raised_at=NOW,
        settled_at=NOW if paid else None,
    )  # fmt: skip


@pytest.mark.parametrize("rule", ["due", "considered", "none"])
def test_pay_07_what_was_paid_is_shown_with_the_provinces_rule(rule: str) -> None:
    [said] = refund((owed(150_000, paid=True), owed(90_000, paid=False)), rule, vi)
    assert "150.000\u00a0đ" in said
    assert "hoàn trả" in said


def test_nothing_paid_nothing_to_refund() -> None:
    assert refund((owed(150_000, paid=False),), "considered", vi) == ()
