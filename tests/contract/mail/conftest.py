"""The mail server's twin and our client on it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.mail import CONNECTOR
from connectors.mail.settings import Settings, load
from schemas.messages import mail
from tests.support.partners import Desk, transport, twin_context


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def settings() -> Settings:
    return load({"MAIL_READ_SECONDS": "2"})


@pytest.fixture
async def twin(settings: Settings, tmp_path: Path) -> AsyncIterator[Any]:
    simulator = CONNECTOR.simulator(settings, twin_context(tmp_path, httpx.AsyncClient()))
    yield simulator
    await simulator.close()


@pytest.fixture
async def desk(twin: Any) -> AsyncIterator[Desk]:
    desk = Desk(twin.app)
    async with desk.http:
        yield desk


@pytest.fixture
async def client(settings: Settings, twin: Any) -> AsyncIterator[Any]:
    async with CONNECTOR.open_client(settings, transport(twin)) as mailer:
        yield mailer


@pytest.fixture
def notice() -> mail.Send:
    """DOS-06: the notice of acceptance."""
    return mail.Send(
        key="dossier.accepted:H01.01-261123-0001",
        to="mau@example.vn",
        subject="Hồ sơ H01.01-261123-0001 đã được tiếp nhận, hẹn trả 16:30 ngày 30/11/2026",
        text="Kính gửi bà Lê Thị Mẫu,\n\nHồ sơ của bà đã được tiếp nhận. Ngày hẹn trả: 30/11/2026.\n"
        "Khi đến nhận, mang theo giấy tờ gốc; lệ phí phải nộp: 150.000 đồng.\n"
        ".\nTra cứu: https://mc.example/tra-cuu?ma=H01.01-261123-0001&k=1 .\n",
    )
