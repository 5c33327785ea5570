"""The connector against its twin: handlers, client and mappings as in production, only the network is replaced."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from connectors.national_portal import CONNECTOR
from connectors.national_portal.client import Portal
from connectors.runtime.files import HttpFiles
from connectors.runtime.ports import Context, Simulator, SimulatorContext
from connectors.runtime.simulation import SimulatorTransport
from schemas.envelope import Inbound
from schemas.messages import BY_NAME, dossier
from schemas.messages.dossier import (
    Channel,
    Component,
    Dossier,
    Fee,
    FileRef,
    Party,
    PartyKind,
    ResultPaper,
    ReturnWay,
    Status,
    Supplement,
)

CODE = "H01.12-261123-0007"
START = datetime(2026, 11, 23, 1, 15, tzinfo=UTC)
FILE = FileRef(
    id="f-1", name="đơn.pdf", media_type="application/pdf", size=3, sha256="00", url="http://hub.test/files/f-1?sig=1"
)


class Clock:
    """Time that the test moves."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Desk:
    """The twin's control desk, and a count of the calls that passed."""

    def __init__(self, simulator: Simulator, calls: list[dict[str, Any]]) -> None:
        self._http = httpx.AsyncClient(transport=httpx.ASGITransport(app=simulator.app), base_url="http://twin")
        self.calls = calls

    async def get(self, path: str) -> Any:
        answer = await self._http.get(f"/_sim/{path}")
        return answer.json()

    async def fault(self, **switches: Any) -> None:
        names = {name.replace("_", "-"): value for name, value in switches.items()}
        answer = await self._http.put("/_sim/faults", json=names)
        assert answer.status_code == 200, answer.text

    async def act(self, what: str, **given: Any) -> Any:
        answer = await self._http.post(f"/_sim/act/{what}", json=given)
        return answer.json()

    async def effects(self, *, everything: bool = False) -> list[tuple[str, str]]:
        rows = await self.get(f"effects?all={int(everything)}")
        return [(row["kind"], row["key"]) for row in rows]

    def services(self) -> list[str]:
        """What was called, logins as `login`."""
        return [call.get("service", "login") for call in self.calls]


class Recording(SimulatorTransport):
    """The wire to the twin, with everything that passed."""

    def __init__(self, app: Any, calls: list[dict[str, Any]], requests: list[httpx.Request]) -> None:
        super().__init__(app)
        self._calls = calls
        self._requests = requests

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._requests.append(request)
        self._calls.append(msgspec.json.decode(request.content))
        return await super().handle_async_request(request)


class Kit(msgspec.Struct, kw_only=True):
    """A connector with its twin."""

    portal: Portal
    desk: Desk
    clock: Clock
    requests: list[httpx.Request]

    async def handle(self, message: Any, *, attempt: int = 1, message_id: str = "m-1") -> list[Any]:
        """Run the message's handler; what it returns, decoded."""
        context = Context(
            client=self.portal,
            files=HttpFiles(httpx.AsyncClient()),
            message_id=message_id,
            attempt=attempt,
            lane=CODE,
            now=self.clock,
        )
        return [decoded(each) for each in await CONNECTOR.consumes[type(message)](message, context)]


def decoded(message: Inbound) -> Any:
    return msgspec.json.decode(message.body, type=BY_NAME[message.type])


@pytest.fixture
def open_kit(tmp_path: Path) -> Callable[..., Any]:
    """Opens a kit; a second one over the same folder is the twin restarted."""

    def hub(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=b"%PDF" + request.url.path.encode())

    @asynccontextmanager
    async def opened(**environ: str) -> AsyncIterator[Kit]:
        settings = CONNECTOR.settings({f"NATIONAL_PORTAL_{name}": value for name, value in environ.items()})
        clock = Clock()
        context = SimulatorContext(
            folder=tmp_path,
            hub=httpx.AsyncClient(transport=httpx.MockTransport(hub)),
            base_url="http://twin",
            pki_folder=tmp_path,
            now=clock,
        )
        simulator = CONNECTOR.simulator(settings, context)
        calls: list[dict[str, Any]] = []
        requests: list[httpx.Request] = []
        async with CONNECTOR.open_client(settings, Recording(simulator.app, calls, requests)) as portal:
            yield Kit(portal=portal, desk=Desk(simulator, calls), clock=clock, requests=requests)
        await simulator.close()

    return opened


@pytest.fixture
async def kit(open_kit: Callable[..., Any]) -> AsyncIterator[Kit]:
    async with open_kit() as opened:
        yield opened


def a_dossier(**changes: Any) -> Dossier:
    """A land dossier just taken in, with one of everything."""
    fields: dict[str, Any] = {
        "id": "0193",
        "code": CODE,
        "revision": 1,
        "procedure_code": "1.012784",
        "procedure_name": "Tách thửa hoặc hợp thửa đất.",
        "field_code": "G13-TN02",
        "field_name": "Đất đai",
        "channel": Channel.ONLINE,
        "return_way": ReturnWay.POSTAL,
        "applicant": Party(
            kind=PartyKind.CITIZEN, name="Lê Thị Mẫu", id_number="001099000001", phone="0900000001", verified=True
        ),
        "summary": "Tách thửa đất số 12",
        "agency_code": "H01.12",
        "agency_name": "Văn phòng đăng ký đất đai",
        "unit_name": "Tổ tiếp nhận",
        "receiver_name": "Nguyễn Văn Tiếp",
        "status": Status.ACCEPTED,
        "submitted_at": START,
        "received_at": START + timedelta(hours=8),
        "due_at": START + timedelta(days=16),
        "components": (
            Component(code="1.012784-TP01", name="Đơn đề nghị", originals=1, digitised=True, file=FILE),
            Component(code="1.012784-TP03", name="Giấy chứng nhận đã cấp", copies=1),
        ),
        "fees": (Fee(code="LP-1", name="Lệ phí", amount=120_000, paid=True, paid_online=True),),
        "supplements": (
            Supplement(id="bs-1", requested_by="An", reason="Thiếu bản vẽ", requested_at=START, answered_at=START),
        ),
        "results": (ResultPaper(code=f"{CODE}-KQ1", name="Giấy chứng nhận", file=FILE),),
    }
    return Dossier(**{**fields, **changes})


def a_step(revision: int = 2, **changes: Any) -> dossier.Progress:
    fields: dict[str, Any] = {
        "dossier_code": CODE,
        "revision": revision,
        "status": Status.PROCESSING,
        "actor": "Trần Văn Xử",
        "title": "Chuyên viên",
        "unit": "Phòng kỹ thuật",
        "content": f"Bước {revision}",
        "at": START + timedelta(hours=revision),
    }
    return dossier.Progress(**{**fields, **changes})
