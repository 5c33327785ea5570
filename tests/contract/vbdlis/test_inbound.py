"""What VBDLIS pushes (WIRE §16): POST <operation>/<securityCode> → sector messages → its own form of answer."""

from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec
import pytest
import respx

from connectors.vbdlis import CONNECTOR
from connectors.vbdlis.settings import Settings, load
from schemas.envelope import Answer, Inbound
from schemas.messages import sector
from tests.contract.vbdlis.conftest import CODE, PDF, SECURITY, encoded, mounted
from tests.support.partners import RecordingIntake

AT = datetime(2026, 11, 23, 7, 4, 5, tzinfo=UTC)
LOCAL = "2026-11-23T14:04:05"

PUSHES: dict[str, tuple[dict[str, Any], Any]] = {
    "ChuyenHoSo": (
        {
            "SoBienNhan": CODE,
            "MaCanBoChuyen": "dd01",
            "MaCanBoNhan": "dd02",
            "MaTrangThai": "DANGXULY",
            "LaTrangThaiChuyenLai": False,
            "NoiDungXuLy": "Đo đạc",
            "NgayChuyen": LOCAL,
            "HanXuLy": 8.5,
        },
        sector.Processing(
            dossier_code=CODE, at=AT, officer="dd01", content="Đo đạc (dd01 → dd02)", sector_status="DANGXULY"
        ),
    ),
    "YeuCauBoSungHoSo": (
        {
            "SoBienNhan": CODE,
            "NgayChoBoSung": LOCAL,
            "MaCanBoXuLy": "dd01",
            "LaTamDung": True,
            "GhiChu": "Thiếu trích lục",
        },
        sector.SupplementWanted(dossier_code=CODE, at=AT, officer="dd01", reason="Thiếu trích lục", pauses_clock=True),
    ),
    "NhanBoSungHoSo": (
        {"SoBienNhan": CODE, "NgayNhanBoSung": LOCAL, "NgayHenTraMoi": "2026-12-07T17:00:00"},
        sector.Resumed(dossier_code=CODE, at=AT, new_due_at=datetime(2026, 12, 7, 10, tzinfo=UTC)),
    ),
    "GuiKetQuaThue": (
        {
            "SoBienNhan": CODE,
            "NguoiXuLy": "cct01",
            "NgayCoKetQuaThue": LOCAL,
            "DanhSachThongBaoThue": [
                {
                    "HoTenChu": "Phạm Thị Ướt",
                    "LoaiThue": "Lệ phí trước bạ",
                    "SoThongBaoThue": "LTB2691",
                    "DuongDanThongBaoThue": "https://thue.example/1",
                    "SoTien": 1_250_000,
                }
            ],
        },
        sector.FeeRaised(
            dossier_code=CODE,
            at=AT,
            officer="cct01",
            name="Lệ phí trước bạ",
            amount=1_250_000,
            notice_number="LTB2691",
            notice_url="https://thue.example/1",
        ),
    ),
    "KetThucHoSo": (
        {
            "SoBienNhan": CODE,
            "NgayKetThuc": LOCAL,
            "MaCanBoXuLy": "dd01",
            "TrangThaiKetThuc": 0,
            "DanhSachGiayToKetQua": [
                {"TenGiayTo": "Giấy chứng nhận", "SoBanChinh": 1, "TapTin": {"name": "gcn.pdf", "data": encoded(PDF)}}
            ],
        },
        sector.Concluded(
            dossier_code=CODE,
            at=AT,
            officer="dd01",
            approved=True,
            files=(sector.DeliveredFile(name="gcn.pdf", content=PDF),),
        ),
    ),
}


async def push(hub: httpx.AsyncClient, operation: str, body: Any, code: str = SECURITY) -> httpx.Response:
    content = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return await hub.post(
        f"/partners/vbdlis/{operation}/{code}", content=content, headers={"content-type": "application/json"}
    )


async def said(hub: httpx.AsyncClient, operation: str, **changes: Any) -> dict[str, Any]:
    """The answer to a push that is right but for `changes`."""
    response = await push(hub, operation, {**PUSHES[operation][0], **changes})
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    assert set(answer) == {"Result", "Message"}
    return answer


@pytest.mark.parametrize("operation", PUSHES)
async def test_each_push_becomes_its_message(hub: httpx.AsyncClient, intake: RecordingIntake, operation: str) -> None:
    assert await said(hub, operation) == {"Result": 1, "Message": "Đã nhận"}
    assert intake.bodies() == [PUSHES[operation][1]]
    [message] = intake.seen
    assert (message.source, message.lane, message.occurred_at) == ("vbdlis", CODE, AT)
    assert type(intake.bodies()[0]) in CONNECTOR.produces


async def test_the_same_push_again_is_the_same_event_and_another_is_not(
    hub: httpx.AsyncClient, intake: RecordingIntake
) -> None:
    body = PUSHES["ChuyenHoSo"][0]
    for again in (body, dict(reversed(body.items())), {**body, "NgayChuyen": "2026-11-23T14:04:06"}):
        assert (await push(hub, "ChuyenHoSo", again)).json()["Result"] == 1
    assert len(intake.seen) == 2


@pytest.mark.parametrize("code", ["wrong", "vbdlis-simulato", "vbdlis-simulator2", "m%C3%A3"])
async def test_a_wrong_security_code_is_refused_before_anything_is_read(
    hub: httpx.AsyncClient, intake: RecordingIntake, code: str
) -> None:
    for operation in ("ChuyenHoSo", "NoSuchThing"):
        response = await push(hub, operation, b"not json", code)
        assert response.status_code == 401
        assert response.json() == {"Result": 0, "Message": "Mã bảo mật không chính xác"}
    assert intake.seen == []


async def test_the_hubs_reason_reaches_the_land_office(settings: Settings) -> None:
    refusing = RecordingIntake(
        lambda _: Answer(accepted=False, code="dossier.unknown", vi="Không có hồ sơ này", en="No such dossier")
    )
    async with mounted(settings, refusing) as hub:
        assert await said(hub, "ChuyenHoSo") == {"Result": 0, "Message": "Không có hồ sơ này (dossier.unknown)"}


async def test_several_tax_notices_are_several_fees_and_all_must_be_taken(settings: Settings) -> None:
    def judge(message: Inbound) -> Answer:
        known = b"TB2" not in bytes(message.body)
        return Answer(
            accepted=known, code="ok" if known else "fee.refused", vi="Ghi rồi" if known else "Không thu", en=""
        )

    intake = RecordingIntake(judge)
    notices = [{"SoThongBaoThue": f"TB{number}", "SoTien": "1.000.000"} for number in (1, 2, 3)]
    async with mounted(settings, intake) as hub:
        answer = await said(hub, "GuiKetQuaThue", DanhSachThongBaoThue=notices)
    assert answer == {"Result": 0, "Message": "Không thu (fee.refused)"}
    assert [(fee.notice_number, fee.amount) for fee in intake.bodies()] == [
        ("TB1", 1_000_000),
        ("TB2", 1_000_000),
        ("TB3", 1_000_000),
    ]
    assert len({message.external_id for message in intake.seen}) == 3


@pytest.mark.parametrize(
    ("operation", "changes", "reason"),
    [
        ("ChuyenHoSo", {"SoBienNhan": " "}, "thiếu SoBienNhan"),
        ("ChuyenHoSo", {"NgayChuyen": "23/11/2026"}, "NgayChuyen='23/11/2026' không phải ngày giờ ISO 8601"),
        ("YeuCauBoSungHoSo", {"GhiChu": "  "}, "GhiChu phải nêu"),
        ("YeuCauBoSungHoSo", {"NgayChoBoSung": ""}, "thiếu NgayChoBoSung"),
        ("GuiKetQuaThue", {"DanhSachThongBaoThue": []}, "không có thông báo nào"),
        ("GuiKetQuaThue", {"DanhSachThongBaoThue": [{"SoThongBaoThue": "9"}]}, "thông báo 9: SoTien"),
        ("GuiKetQuaThue", {"DanhSachThongBaoThue": [{"SoTien": -5}]}, "SoTien"),
        ("GuiKetQuaThue", {"DanhSachThongBaoThue": [{"SoTien": "mười"}]}, "SoTien"),
        ("KetThucHoSo", {"TrangThaiKetThuc": 7}, "TrangThaiKetThuc=7: chỉ nhận 0, 1"),
        ("KetThucHoSo", {"DanhSachGiayToKetQua": []}, "không có giấy tờ kết quả nào"),
        ("KetThucHoSo", {"DanhSachGiayToKetQua": [{"TapTin": {"name": "a", "data": "???"}}]}, "không phải base64"),
        (
            "KetThucHoSo",
            {"DanhSachGiayToKetQua": [{"TapTin": {"name": "a", "data": encoded(b"PK")}}]},
            "không phải PDF",
        ),
        ("KetThucHoSo", {"DanhSachGiayToKetQua": [{"TenGiayTo": "a"}]}, "không phải PDF hoặc rỗng"),
        ("KetThucHoSo", {"DanhSachGiayToKetQua": [{"LinkFile": "a.pdf"}]}, "TapTin.data (base64)"),
    ],
)
async def test_a_push_that_makes_no_sense_is_answered_with_what_to_correct(
    hub: httpx.AsyncClient, intake: RecordingIntake, operation: str, changes: dict[str, Any], reason: str
) -> None:
    answer = await said(hub, operation, **changes)
    assert answer["Result"] == 0
    assert reason in answer["Message"]
    assert answer["Message"].startswith(operation)
    assert intake.seen == []


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff\xfe", b'{"SoBienNhan":5}', b"{}", b"null", b"[" * 100_000]
)
async def test_a_body_that_is_not_the_messages_json_is_answered_clearly(
    hub: httpx.AsyncClient, intake: RecordingIntake, content: bytes
) -> None:
    response = await push(hub, "NhanBoSungHoSo", content)
    assert response.status_code == 400
    assert response.json()["Result"] == 0
    assert "không đúng cấu trúc JSON" in response.json()["Message"]
    assert intake.seen == []


async def test_an_oversize_body_is_answered_clearly(intake: RecordingIntake) -> None:
    async with mounted(load({"VBDLIS_BODY_MEGABYTES": "1"}), intake) as hub:
        response = await push(hub, "ChuyenHoSo", b" " * (1024 * 1024 + 1))
    assert response.status_code == 413
    assert response.json() == {"Result": 0, "Message": "Nội dung quá lớn"}


async def test_an_unknown_operation_is_answered_with_those_that_exist(hub: httpx.AsyncClient) -> None:
    response = await push(hub, "TiepNhanHoSoChoMotCua", {})
    assert response.status_code == 404
    assert response.json()["Result"] == 0
    assert "ChuyenHoSo" in response.json()["Message"]


@pytest.mark.parametrize(
    ("zone", "text", "at"),
    [
        ("local", "2026-11-23T14:04:05", AT),
        ("utc", "2026-11-23T07:04:05", AT),
        ("utc", "2026-11-23T14:04:05+07:00", AT),
        ("local", "2026-11-23T07:04:05.1234567Z", AT.replace(microsecond=123456)),
        ("local", "2026-11-23", datetime(2026, 11, 22, 17, tzinfo=UTC)),
    ],
)
async def test_times_with_and_without_an_offset(intake: RecordingIntake, zone: str, text: str, at: datetime) -> None:
    async with mounted(load({"VBDLIS_NAIVE_TIMES": zone}), intake) as hub:
        await said(hub, "ChuyenHoSo", NgayChuyen=text)
    assert intake.bodies()[0].at == at


async def test_a_dossier_that_is_not_settled_may_come_without_papers(
    hub: httpx.AsyncClient, intake: RecordingIntake
) -> None:
    answer = await said(hub, "KetThucHoSo", TrangThaiKetThuc=1, DanhSachGiayToKetQua=None, GhiChu="Đang tranh chấp")
    assert answer["Result"] == 1
    assert (intake.bodies()[0].approved, intake.bodies()[0].note) == (False, "Đang tranh chấp")


LIVE = {"VBDLIS_DOWNLOAD_URL": "https://vbdlis.example/files/", "VBDLIS_MODE": "live", "VBDLIS_SECURITY_CODE": SECURITY}


async def concluded_with(intake: RecordingIntake, link: str) -> dict[str, Any]:
    async with mounted(load(LIVE), intake) as hub:
        return await said(hub, "KetThucHoSo", DanhSachGiayToKetQua=[{"TenGiayTo": "gcn.pdf", "LinkFile": link}])


@respx.mock
async def test_a_linked_file_is_fetched(intake: RecordingIntake) -> None:
    respx.get("https://vbdlis.example/files/2026/gcn.pdf").respond(content=PDF)
    assert (await concluded_with(intake, "2026/gcn.pdf"))["Result"] == 1
    assert intake.bodies()[0].files == (sector.DeliveredFile(name="gcn.pdf", content=PDF),)


@respx.mock
async def test_a_linked_file_that_does_not_come_is_asked_for_again(intake: RecordingIntake) -> None:
    respx.get("https://vbdlis.example/files/gcn.pdf").respond(503)
    answer = await concluded_with(intake, "gcn.pdf")
    assert answer["Result"] == 0
    assert "hãy gửi lại" in answer["Message"]
    assert intake.seen == []


@pytest.mark.parametrize("link", ["../secret", "a/../../secret", "..%2Fx", "%2e%2e/x", "a/..%2F..%2Fx"])
@respx.mock
async def test_nothing_is_fetched_above_the_agreed_address(intake: RecordingIntake, link: str) -> None:
    anywhere = respx.route().respond(content=PDF)
    answer = await concluded_with(intake, link)
    assert answer["Result"] == 0
    assert "nằm ngoài" in answer["Message"]
    assert not anywhere.called


@pytest.mark.parametrize("link", ["//evil.example/x", "https://evil.example/x"])
@respx.mock
async def test_a_foreign_address_is_only_a_path_below_the_agreed_one(intake: RecordingIntake, link: str) -> None:
    anywhere = respx.route().respond(content=PDF)
    await concluded_with(intake, link)
    assert {call.request.url.host for call in anywhere.calls} <= {"vbdlis.example"}


def test_a_live_installation_needs_a_security_code_of_its_own() -> None:
    from connectors.runtime.settings import SettingError

    with pytest.raises(SettingError, match="VBDLIS_SECURITY_CODE"):
        load({"VBDLIS_MODE": "live"})
    assert SECURITY not in repr(load({}))
