"""The post's twin and our client on it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.vnpost import CONNECTOR
from connectors.vnpost.settings import Settings, load
from schemas.messages import post
from tests.support.partners import Desk, transport, twin_context

DOSSIER = "H01.01-261123-0001"
NUMBER = f"{DOSSIER}-T1"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def settings() -> Settings:
    return load({"VNPOST_PAGE_SIZE": "2", "VNPOST_MAX_PAGES": "3"})


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
    async with CONNECTOR.open_client(settings, transport(twin)) as found:
        yield found


@pytest.fixture
def order() -> post.Order:
    return parcel(NUMBER)


def parcel(number: str) -> post.Order:
    return post.Order(
        order_number=number,
        dossier_code=DOSSIER,
        direction="return",
        sender=post.Address(
            name="Bộ phận Một cửa", phone="02963000000", address="1 Phố Mẫu", province_code=88, email="mc@example.vn"
        ),
        receiver=post.Address(name="Lê Thị Mẫu", phone="0900000001", address="2 Phố Mẫu", province_code=88),
        content="Giấy chứng nhận",
        cod_amount=30_000,
    )
