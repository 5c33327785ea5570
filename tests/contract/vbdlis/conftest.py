"""The land registry's twin, our client on it, and a hub with the receivers mounted."""

import base64
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar, Router

from connectors.runtime.ports import Context
from connectors.vbdlis import CONNECTOR
from connectors.vbdlis.settings import Settings, load
from schemas.messages import dossier, sector
from tests.support.partners import NOON, Desk, RecordingIntake, transport, twin_context

CODE = "H01.09-261123-0001"
PDF = b"%PDF-1.7\n% a paper\n"
SECURITY = "vbdlis-simulator"


@pytest.fixture
def settings() -> Settings:
    return load({})


@pytest.fixture
def intake() -> RecordingIntake:
    return RecordingIntake()


def mounted(settings: Settings, intake: RecordingIntake) -> httpx.AsyncClient:
    """A hub with VBDLIS's receivers."""
    assert CONNECTOR.receivers
    router = Router("/partners/vbdlis", route_handlers=list(CONNECTOR.receivers(settings, intake)))
    app = Litestar([router], openapi_config=None)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://mc.example")


@pytest.fixture
async def hub(settings: Settings, intake: RecordingIntake) -> AsyncIterator[httpx.AsyncClient]:
    async with mounted(settings, intake) as client:
        yield client


@pytest.fixture(scope="session")
def pki_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One demonstration PKI for all: making its keys takes seconds."""
    return tmp_path_factory.mktemp("vbdlis") / "pki"


@pytest.fixture
async def twin(settings: Settings, hub: httpx.AsyncClient, tmp_path: Path, pki_folder: Path) -> AsyncIterator[Any]:
    context = msgspec.structs.replace(twin_context(tmp_path, hub), pki_folder=pki_folder)
    simulator = CONNECTOR.simulator(settings, context)
    yield simulator
    await simulator.close()


@pytest.fixture
async def desk(twin: Any) -> AsyncIterator[Desk]:
    desk = Desk(twin.app)
    async with desk.http:
        yield desk


@pytest.fixture
async def client(settings: Settings, twin: Any) -> AsyncIterator[Any]:
    async with CONNECTOR.open_client(settings, transport(twin)) as vbdlis:
        yield vbdlis


class Shelf:
    """Files by their id."""

    def __init__(self) -> None:
        self.fetched: list[str] = []

    async def fetch(self, ref: dossier.FileRef) -> bytes:
        self.fetched.append(ref.id)
        return PDF


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def context(client: Any, shelf: Shelf) -> Context:
    return Context(client=client, files=shelf, message_id="m-1", attempt=1, lane=CODE, now=lambda: NOON)


def a_dossier(**changes: Any) -> dossier.Dossier:
    ref = dossier.FileRef(
        id="f-1",
        name="don.pdf",
        media_type="application/pdf",
        size=len(PDF),
        sha256=hashlib.sha256(PDF).hexdigest(),
        url="https://mc.example/files/f-1",
    )
    whole = dossier.Dossier(
        id="0198f0a0-0000-7000-8000-000000000001",
        code=CODE,
        revision=3,
        procedure_code="1.012784",
        procedure_name="Tách thửa hoặc hợp thửa đất",
        field_code="G14-DD",
        field_name="Đất đai",
        channel=dossier.Channel.ONLINE,
        return_way=dossier.ReturnWay.POSTAL,
        applicant=dossier.Party(
            kind=dossier.PartyKind.CITIZEN,
            name="Phạm Thị Ướt",
            id_number="089199000001",
            phone="0900000001",
            email="uot@example.vn",
            address="12 Trần Hưng Đạo",
            province_code="91",
            ward_code="30307",
        ),
        summary="Tách thửa đất",
        agency_code="H01.09",
        agency_name="Sở Nông nghiệp và Môi trường",
        unit_name="Văn phòng Đăng ký đất đai",
        receiver_name="Trần Thị Mai",
        status=dossier.Status.ACCEPTED,
        submitted_at=NOON - timedelta(hours=1),
        received_at=NOON,
        due_at=NOON + timedelta(days=14),
        form={
            "parcel_sheet": "12",
            "parcel_number": "345",
            "parcel_area_m2": "120,5",
            "parcel_address": "Ấp Mỹ Thạnh, phường Long Xuyên",
        },
        components=(
            dossier.Component(code="KQ.G14.01", name="Đơn đề nghị tách thửa", originals=1, file=ref),
            dossier.Component(code="KQ.G14.02", name="Giấy chứng nhận đã cấp", originals=1, copies=1),
        ),
    )
    return msgspec.structs.replace(whole, **changes)


def forwarded(**changes: Any) -> sector.Forwarded:
    return sector.Forwarded(dossier=a_dossier(**changes), process_code="TTHD-01", process_name="Tách thửa")


def supplemented() -> sector.Supplemented:
    return sector.Supplemented(dossier=a_dossier(), answered_at=NOON, new_due_at=NOON + timedelta(days=20))


def returned() -> sector.Returned:
    return sector.Returned(dossier_code=CODE, returned_at=NOON, way="postal")


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()
