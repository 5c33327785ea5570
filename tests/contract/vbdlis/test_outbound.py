"""Our messages to VBDLIS (WIRE §16), against its twin. Requirements: INT-03, INT-05."""

from typing import Any

import httpx
import msgspec
import pytest

from connectors.runtime.errors import Misconfigured, Rejected, Retryable
from connectors.runtime.ports import Context
from connectors.vbdlis import CONNECTOR
from connectors.vbdlis.settings import Settings
from schemas.messages import sector
from tests.contract.vbdlis.conftest import CODE, PDF, Shelf, encoded, forwarded, returned, supplemented
from tests.support.partners import Desk


async def send(message: Any, context: Context) -> None:
    assert await CONNECTOR.consumes[type(message)](message, context) == ()


class Recorder(httpx.AsyncBaseTransport):
    """VBDLIS as a wall that notes what hits it."""

    def __init__(self, said: Any = None, status: int = 200) -> None:
        self.requests: list[httpx.Request] = []
        self._said = {"data": 1, "status": {"success": True}} if said is None else said
        self._status = status

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.requests.append(request)
        return httpx.Response(self._status, json=self._said)


async def recorded(settings: Settings, message: Any, wall: Recorder, shelf: Shelf) -> httpx.Request:
    async with CONNECTOR.open_client(settings, wall) as client:
        within = Context(client=client, files=shelf, message_id="m", attempt=1, lane=CODE, now=lambda: None)  # type: ignore[arg-type, return-value]
        await send(message, within)
    return wall.requests[-1]


async def test_tiepnhan_is_on_the_wire_as_the_land_registry_spells_it(settings: Settings, shelf: Shelf) -> None:
    request = await recorded(settings, forwarded(), Recorder(), shelf)
    assert (request.method, request.url.path) == ("POST", "/tiepnhan")
    assert request.headers["content-type"] == "application/json"
    assert msgspec.json.decode(request.content) == {
        "LaQuyTrinhCapTinh": True,
        "TinhId": 91,
        "HuyenId": 0,
        "XaId": 30307,
        "SoBienNhan": CODE,
        "MaHoSoMotCua": CODE,
        "NguoiTiepNhan": "Trần Thị Mai",
        "NgayTiepNhan": "2026-11-23T14:04:05",
        "NgayHenTra": "2026-12-07T14:04:05",
        "DiaChiTaiSan": "Ấp Mỹ Thạnh, phường Long Xuyên",
        "ThongTinNguoiNopDon": {
            "HoTen": "Phạm Thị Ướt",
            "SoChungMinh": "089199000001",
            "DiaChiChiTiet": "12 Trần Hưng Đạo",
            "SoDienThoai": "0900000001",
            "Email": "uot@example.vn",
        },
        "ThongTinQuyTrinh": {"MaQuyTrinh": "TTHD-01", "TenQuyTrinh": "Tách thửa"},
        "ThongTinThuaDat": [
            {
                "SoThuTuThua": "345",
                "SoHieuBanDo": "12",
                "DienTich": "120,5",
                "DiaChiChiTiet": "Ấp Mỹ Thạnh, phường Long Xuyên",
            }
        ],
        "DanhSachGiayToDinhKem": [
            {
                "TenGiayTo": "Đơn đề nghị tách thửa",
                "SoBanChinh": 1,
                "SoBanSao": 0,
                "TapTin": {"name": "don.pdf", "data": encoded(PDF)},
            },
            {"TenGiayTo": "Giấy chứng nhận đã cấp", "SoBanChinh": 1, "SoBanSao": 1, "TapTin": None},
        ],
    }


async def test_the_other_two_operations_are_on_the_wire_as_spelled(settings: Settings, shelf: Shelf) -> None:
    request = await recorded(settings, supplemented(), Recorder(), shelf)
    body = msgspec.json.decode(request.content)
    assert request.url.path == "/capnhattrangthaibosunghoso"
    assert set(body) == {"SoBienNhan", "NgayHenTraMoi", "GhiChu", "DanhSachGiayToBoSung"}
    assert (body["SoBienNhan"], body["NgayHenTraMoi"]) == (CODE, "2026-12-13T14:04:05")
    request = await recorded(settings, returned(), Recorder(), shelf)
    assert request.url.path == "/capnhattrangthaitraketquahoso"
    assert msgspec.json.decode(request.content) == {"SoBienNhan": CODE, "NgayTra": "2026-11-23T14:04:05"}


async def test_a_dossier_goes_through_its_whole_life_once(context: Context, desk: Desk, shelf: Shelf) -> None:
    await send(forwarded(), context)
    await desk.act("request_supplement", reason="Thiếu trích lục bản đồ")
    await send(supplemented(), context)
    await desk.act("conclude")
    await send(returned(), context)
    assert [kind for kind, _ in await desk.effects(everything=True)] == [
        "received",
        "YeuCauBoSungHoSo",
        "supplemented",
        "KetThucHoSo",
        "returned",
    ]
    assert shelf.fetched == ["f-1", "f-1"]


async def test_every_repeat_is_done_and_takes_no_second_effect(context: Context, desk: Desk) -> None:
    for _ in range(3):
        await send(forwarded(), context)
    await desk.act("request_supplement", reason="Thiếu trích lục")
    for _ in range(2):
        await send(supplemented(), context)
    await desk.act("conclude")
    for _ in range(2):
        await send(returned(), context)
    kinds = [kind for kind, _ in await desk.effects(everything=True)]
    assert [kinds.count(kind) for kind in ("received", "supplemented", "returned", "duplicate")] == [1, 1, 1, 4]


@pytest.mark.parametrize(
    ("fault", "code", "down"),
    [
        ("http500", "partner.failed", False),
        ("down", "partner.down", True),
        ("failure-text", "vbdlis.busy", False),
        ("commit-then-timeout", "partner.reply-lost", False),
    ],
)
async def test_each_trouble_is_retried_and_then_takes_one_effect(
    context: Context, desk: Desk, fault: str, code: str, down: bool
) -> None:
    await desk.fault(fault, times=1)
    with pytest.raises(Retryable) as raised:
        await send(forwarded(), context)
    assert (raised.value.code, raised.value.partner_down) == (code, down)
    await send(forwarded(), msgspec.structs.replace(context, attempt=2))
    assert await desk.effects() == [("received", CODE)]


async def test_a_slow_partner_is_a_lost_reply(twin: Any, settings: Settings, shelf: Shelf, desk: Desk) -> None:
    from tests.support.partners import transport

    await desk.fault("slow", times=1, seconds=30)
    hasty = msgspec.structs.replace(settings, read_seconds=0.05)
    async with CONNECTOR.open_client(hasty, transport(twin)) as client:
        within = Context(client=client, files=shelf, message_id="m", attempt=1, lane=CODE, now=lambda: None)  # type: ignore[arg-type, return-value]
        with pytest.raises(Retryable, match=r"partner\.reply-lost"):
            await send(returned(), within)


@pytest.mark.parametrize(
    ("said", "kind", "code"),
    [
        ({"data": 0, "status": {"success": False, "message": "Quy trình không tồn tại ở đơn vị"}}, Rejected, "refused"),
        ({"data": 0, "status": {"success": False, "message": None}}, Rejected, "refused"),
        ({"data": 1, "status": {"success": False, "message": "Sai mã thửa"}}, Rejected, "refused"),
        ({"data": 0, "status": {"success": True}}, Rejected, "refused"),
        ({}, Rejected, "refused"),
        ({"data": 0, "status": {"message": "Quá tải, vui lòng THỬ LẠI"}}, Retryable, "busy"),
        ({"data": 0, "status": {"message": "Mã bảo mật không đúng"}}, Misconfigured, "account"),
        # Words of another operation are no success here.
        ({"data": 0, "status": {"message": "Hồ sơ không chờ bổ sung"}}, Rejected, "refused"),
    ],
)
async def test_an_answer_that_is_no_success_is_an_error(
    settings: Settings, shelf: Shelf, said: Any, kind: type[Exception], code: str
) -> None:
    with pytest.raises(kind, match=rf"vbdlis\.{code}"):
        await recorded(settings, forwarded(), Recorder(said), shelf)


async def test_the_partners_words_reach_the_officer(settings: Settings, shelf: Shelf) -> None:
    wall = Recorder({"data": 0, "status": {"success": False, "message": "Thửa 345 đã bị ngăn chặn"}})
    with pytest.raises(Rejected) as raised:
        await recorded(settings, forwarded(), wall, shelf)
    assert raised.value.words == "Thửa 345 đã bị ngăn chặn"
    assert "Thửa 345 đã bị ngăn chặn" in raised.value.vi


async def test_a_proxys_page_instead_of_json_is_retried(settings: Settings, shelf: Shelf) -> None:
    with pytest.raises(Retryable, match=r"partner\.unreadable"):
        await recorded(settings, returned(), Recorder(["<html>"]), shelf)


@pytest.mark.parametrize(
    ("status", "kind"), [(401, Misconfigured), (404, Misconfigured), (400, Rejected), (503, Retryable)]
)
async def test_http_errors_mean_actions(settings: Settings, shelf: Shelf, status: int, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        await recorded(settings, returned(), Recorder(status=status), shelf)


async def test_without_a_due_date_nothing_is_sent(settings: Settings, shelf: Shelf) -> None:
    wall = Recorder()
    with pytest.raises(Rejected, match=r"vbdlis\.no-due-date"):
        await recorded(settings, forwarded(due_at=None), wall, shelf)
    assert wall.requests == []


async def test_the_twin_refuses_what_the_real_one_would(context: Context) -> None:
    with pytest.raises(Rejected, match="Không tìm thấy hồ sơ"):
        await send(supplemented(), context)
    with pytest.raises(Rejected, match="Không tìm thấy hồ sơ"):
        await send(returned(), context)
    await send(forwarded(), context)
    with pytest.raises(Rejected, match="chưa kết thúc"):
        await send(returned(), context)


async def test_the_probe_leaves_nothing_behind(client: Any, desk: Desk) -> None:
    await CONNECTOR.probe(client)
    assert await desk.effects(everything=True) == []
    await desk.fault("down", times=1)
    with pytest.raises(Retryable):
        await CONNECTOR.probe(client)


async def test_the_twin_keeps_its_dossiers_over_a_restart(
    context: Context, settings: Settings, hub: httpx.AsyncClient, tmp_path: Any, twin: Any
) -> None:
    from tests.support.partners import transport, twin_context

    await send(forwarded(), context)
    again = CONNECTOR.simulator(
        settings, twin_context(tmp_path, hub)
    )  # the first one was never closed: as after kill -9
    async with CONNECTOR.open_client(settings, transport(again)) as client:
        await send(forwarded(), msgspec.structs.replace(context, client=client))
    desk = Desk(again.app)
    async with desk.http:
        assert [kind for kind, _ in await desk.effects(everything=True)] == ["received", "duplicate"]
    await again.close()


def test_the_manifest_names_what_it_takes_and_tells() -> None:
    assert set(CONNECTOR.consumes) == {sector.Forwarded, sector.Supplemented, sector.Returned}
    assert len(CONNECTOR.produces) == 5
