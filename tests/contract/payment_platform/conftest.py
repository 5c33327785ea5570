"""The payment platform's twin, our client on it, and a hub with the receivers mounted."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar, Router

from connectors.payment_platform import CONNECTOR
from connectors.payment_platform.settings import Settings, load
from schemas.envelope import Answer, Inbound
from schemas.messages import payment
from tests.support.partners import NOON, Desk, RecordingIntake, body, transport, twin_context

REFERENCE = "dvcH0101261123000120261123140405"
AMOUNT = 150_000


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def settings() -> Settings:
    return load({"HUB_URL": "https://mc.example"})


def judge(message: Inbound) -> Answer:
    """As the hub does: it knows its orders and compares the amount with its own."""
    told = body(message)
    if told.reference != REFERENCE:
        return Answer(accepted=False, code="payment.unknown-reference", vi="Không có yêu cầu này", en="No such order")
    if told.state is payment.State.PAID and told.amount != AMOUNT:
        return Answer(accepted=False, code="payment.amount-differs", vi="Sai số tiền", en="The amount differs")
    return Answer(accepted=True, code="ok", vi="Đã ghi nhận", en="Taken")


@pytest.fixture
def intake() -> RecordingIntake:
    return RecordingIntake(judge)


@pytest.fixture
async def hub(settings: Settings, intake: RecordingIntake) -> AsyncIterator[httpx.AsyncClient]:
    assert CONNECTOR.receivers
    router = Router("/partners/payment_platform", route_handlers=list(CONNECTOR.receivers(settings, intake)))
    app = Litestar([router], openapi_config=None)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://mc.example") as client:
        yield client


@pytest.fixture
async def twin(settings: Settings, hub: httpx.AsyncClient, tmp_path: Path) -> AsyncIterator[Any]:
    simulator = CONNECTOR.simulator(settings, twin_context(tmp_path, hub))
    yield simulator
    await simulator.close()


@pytest.fixture
async def desk(twin: Any) -> AsyncIterator[Desk]:
    desk = Desk(twin.app)
    async with desk.http:
        yield desk


@pytest.fixture
async def client(settings: Settings, twin: Any) -> AsyncIterator[Any]:
    async with CONNECTOR.open_client(settings, transport(twin)) as platform:
        yield platform


@pytest.fixture
def order() -> payment.Init:
    return payment.Init(
        reference=REFERENCE,
        dossier_code="H01.01-261123-0001",
        procedure_code="1.004222",
        procedure_name="Đăng ký biến động quyền sử dụng đất " * 10,
        agency_code="H01.01",
        agency_name="Sở Nông nghiệp và Môi trường",
        amount=AMOUNT,
        items=(
            payment.Item(code="LP01", name="Lệ phí", amount=50_000),
            payment.Item(code="P01", name="Phí thẩm định", amount=100_000),
        ),
        payer=payment.Payer(name="Lê Thị Mẫu", id_number="001099000002", address="2 Phố Mẫu", province="An Giang"),
        beneficiary=payment.Beneficiary(account="7111", bank_code="KBNN", name="Kho bạc | An Giang"),
        description="Thanh toán lệ phí hồ sơ H01.01-261123-0001 | Đợt 1",
        return_url="https://mc.example/thanh-toan",
        client_ip="10.0.0.9",
        at=NOON,
    )


def ipn(**changes: Any) -> dict[str, Any]:
    """An IPN as WIRE §3 has it, without its MaXacThuc."""
    return {
        "LoaiBanTin": "CONFIRM",
        "MaLoi": "00",
        "MaDoiTac": "DEMO",
        "MaThamChieu": REFERENCE,
        "SoTien": AMOUNT,
        "MaTienTe": "VND",
        "MaGiaoDich": "GD0001",
        "MaNganHang": "DEMOBANK",
        "ThoiGianGD": "20261123140500",
        "ThongTinGiaoDich": "Thanh toan le phi",
        **changes,
    }


def encoded(message: Any) -> bytes:
    return msgspec.json.encode(message)
