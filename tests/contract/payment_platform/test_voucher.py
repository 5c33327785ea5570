"""The bank-signed voucher (PAY-04), its fee apart (PAY-06)."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from connectors.payment_platform import CONNECTOR
from connectors.runtime.errors import Retryable
from schemas.messages import payment
from signing import verify
from signing.test_pki import Pki
from tests.contract.payment_platform.conftest import REFERENCE
from tests.support.partners import NOON, Desk, context, handled

BILL = payment.VoucherWanted(reference=REFERENCE, at=NOON)


@pytest.fixture
async def paid(client: Any, order: payment.Init, desk: Desk) -> Any:
    await handled(CONNECTOR, order, context(client))
    await desk.act("pay", bank="DEMOVI")
    return client


async def test_the_voucher_is_signed_by_the_bank(paid: Any, tmp_path: Path) -> None:
    """PAY-04: NĐ 45/2020 Đ13: the voucher carries the bank's signature, and ours is the check that says so."""
    [voucher] = await handled(CONNECTOR, BILL, context(paid))
    pki = Pki.load_or_create(tmp_path / "pki", NOON)
    report = verify(voucher.content, trust=pki.trust(NOON), at=NOON)
    assert report.passed, report.sentence_en
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(voucher.content)).pages)
    for words in (
        "CHỨNG TỪ THANH TOÁN",
        REFERENCE,
        "H01.01-261123-0001",
        "Lê Thị Mẫu",
        "150.000",
        "14:04:05 23/11/2026",
    ):
        assert words in text


async def test_the_banks_fee_stands_apart(paid: Any) -> None:
    """PAY-06: the amount owed is not touched by what the bank takes for its service."""
    [voucher] = await handled(CONNECTOR, BILL, context(paid))
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(voucher.content)).pages)
    assert "Phí dịch vụ thanh toán (ngân hàng thu riêng)" in text
    assert "1.100" in text
    assert "151.100" not in text
    [told] = await handled(CONNECTOR, payment.Query(reference=REFERENCE, at=NOON), context(paid))
    assert told.amount == 150_000


async def test_every_copy_is_the_same_document(paid: Any, desk: Desk) -> None:
    first, second = [await handled(CONNECTOR, BILL, context(paid)) for _ in range(2)]
    assert first == second
    assert (await desk.effects()).count(("voucher-issued", REFERENCE)) == 1


async def test_no_voucher_before_the_money(client: Any, order: payment.Init, desk: Desk) -> None:
    await handled(CONNECTOR, order, context(client))
    with pytest.raises(Retryable, match="voucher-not-yet"):
        await handled(CONNECTOR, BILL, context(client))
    await desk.act("pay")
    await desk.fault("bill-late", times=1)
    with pytest.raises(Retryable, match="voucher-not-yet"):
        await handled(CONNECTOR, BILL, context(client))
    assert await handled(CONNECTOR, BILL, context(client, attempt=2))


@pytest.mark.parametrize("fault", ["bill-unsigned", "bill-tampered"])
async def test_a_bad_voucher_reaches_the_hub_which_sees_it(paid: Any, desk: Desk, tmp_path: Path, fault: str) -> None:
    """PAY-04: judging is the hub's; the connector passes the bytes on unchanged."""
    await desk.fault(fault, times=1)
    [voucher] = await handled(CONNECTOR, BILL, context(paid))
    pki = Pki.load_or_create(tmp_path / "pki", NOON)
    assert not verify(voucher.content, trust=pki.trust(NOON), at=NOON).passed
