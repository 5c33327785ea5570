"""What a sector system sends wrong: kept, not applied, and answered in its own form with the reason and the repair.

VBDLIS reads `Result` and `Message` (WIRE §16), so that is what it gets, whatever it sent.
"""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest

from hub.demo.journey import Journey
from hub.demo.papers import pdf
from signing import Look, Role, seal_pdf
from signing.test_pki import Pki
from tests.integration.bad_input.place import Place

CODE = "vbdlis-simulator"


@pytest.fixture(scope="module")
async def journey(place: Place) -> Journey:
    """One dossier at the vendor; nothing here may move it, so that all tests share it."""
    return await place.at_vendor()


async def push(place: Place, operation: str, body: Any, *, code: str = CODE, **headers: str) -> httpx.Response:
    content = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return await place.bare.post(f"/partners/vbdlis/{operation}/{code}", content=content, headers=headers)


def answered(answer: httpx.Response, status: int = 200) -> str:
    """Its own form, and a refusal; the words."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/json")
    told = answer.json()
    assert set(told) == {"Result", "Message"}
    assert told["Result"] == 0
    return str(told["Message"])


async def quarantined(place: Place, dossier: str) -> list[str]:
    """The codes under which an operator finds what was kept of this dossier."""
    rows = await place.operator.get("/api/v1/operator/quarantined")
    return [row["answer"]["code"] for row in rows if row["lane"] == dossier]


def step(dossier: str, at: datetime | None = None, **more: Any) -> dict[str, Any]:
    when = (at or datetime.now(UTC)).isoformat()
    return {"SoBienNhan": dossier, "NgayChuyen": when, "NoiDungXuLy": "Đo đạc", "MaCanBoChuyen": "dd01", **more}


def end(dossier: str, *files: bytes) -> dict[str, Any]:
    given = [{"TenGiayTo": f"Giấy {n}", "TapTin": {"name": f"{n}.pdf", "data": base64.b64encode(file).decode()}}
             for n, file in enumerate(files)]  # fmt: skip
    return {"SoBienNhan": dossier, "NgayKetThuc": datetime.now(UTC).isoformat(), "TrangThaiKetThuc": 0,
            "DanhSachGiayToKetQua": given}  # fmt: skip


async def refused(place: Place, journey: Journey, operation: str, body: dict[str, Any], code: str, *said: str) -> None:
    """Kept and quarantined, told again when sent again, and not a row of the dossier changed."""
    before = await quarantined(place, body["SoBienNhan"])
    async with place.nothing_changes():
        words = answered(await push(place, operation, body))
        assert answered(await push(place, operation, body)) == words
    assert f"({code})" in words
    for part in said:
        assert part in words
    assert await quarantined(place, body["SoBienNhan"]) == [code, *before]


async def test_a_stale_status(place: Place) -> None:
    """INT-10: of before the last one that counted."""
    journey = await place.at_vendor()
    now = datetime.now(UTC)
    assert (await push(place, "ChuyenHoSo", step(journey.code, now))).json()["Result"] == 1
    old = step(journey.code, now - timedelta(hours=1))
    await refused(place, journey, "ChuyenHoSo", old, "dossier.stale-status", "trước bước gần nhất", "Hãy gửi lại")


async def test_a_status_of_tomorrow(place: Place, journey: Journey) -> None:
    ahead = step(journey.code, datetime.now(UTC) + timedelta(days=1))
    await refused(place, journey, "ChuyenHoSo", ahead, "dossier.future-status", "Hãy chỉnh đồng hồ")


async def test_an_impossible_status(place: Place) -> None:
    """A result for a dossier that waits for the citizen's papers: the lifecycle has no such edge."""
    journey = await place.at_vendor()
    asked = {"SoBienNhan": journey.code, "NgayChoBoSung": datetime.now(UTC).isoformat(), "GhiChu": "Thiếu trang 2"}
    assert (await push(place, "YeuCauBoSungHoSo", asked)).json()["Result"] == 1
    fee = {"SoBienNhan": journey.code, "NgayCoKetQuaThue": datetime.now(UTC).isoformat(),
           "DanhSachThongBaoThue": [{"LoaiThue": "Lệ phí", "SoThongBaoThue": "1", "SoTien": 1000}]}  # fmt: skip
    await refused(
        place,
        journey,
        "GuiKetQuaThue",
        fee,
        "dossier.illegal-transition",
        "Không có gì bị thay đổi",
        "hãy xem trạng thái hiện tại",
    )


async def test_an_unknown_dossier_is_kept_and_tried_again(place: Place) -> None:
    """It may still come: the answer says so at once, the message waits in the inbox."""
    async with place.nothing_changes():
        words = answered(await push(place, "ChuyenHoSo", step("H01.12-261126-9999")))
    assert "Không tìm thấy hồ sơ này" in words
    kept = await place.home.parts.db.pool.fetchrow("select state, attempt from kernel.inbox where lane = $1",
                                                   "H01.12-261126-9999")  # fmt: skip
    assert kept["state"] == "new"
    assert kept["attempt"] >= 1


@pytest.fixture(scope="module")
async def papers(place: Place, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Results as they must not come."""
    pki = Pki.load_or_create(place.home.parts.settings.data_dir / "pki")
    strange = Pki.load_or_create(tmp_path_factory.mktemp("strange") / "pki")

    async def signed(by: Pki, name: str) -> bytes:
        look = Look.invisible(role=Role.AGENCY, reason="Kết quả")
        return await seal_pdf(pdf("Ket qua"), by.key(name), look, tsa=by.tsa(), at=datetime.now(UTC))

    good = await signed(pki, "agency")
    spot = good.index(b"/Type") + 1
    return {
        "result.unsigned": pdf("Ket qua"),
        "result.tampered": good[:spot] + b"t" + good[spot + 1 :],
        "result.untrusted": await signed(strange, "agency"),
        "result.no-agency": await signed(pki, "citizen"),
    }


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("result.unsigned", "Hãy ký số của cơ quan"),
        ("result.tampered", "gửi lại nguyên tệp đã ký"),
        ("result.untrusted", "Hãy ký lại bằng chứng thư số"),
        ("result.no-agency", "phải có chữ ký số của cơ quan"),
    ],
)
async def test_a_result_whose_signature_does_not_hold_is_not_released(
    place: Place, journey: Journey, papers: dict[str, bytes], code: str, said: str
) -> None:
    """RES-01: verified before release, by chain and not by hash alone; nothing reaches the citizen's vault."""
    await refused(place, journey, "KetThucHoSo", end(journey.code, papers[code]), code, said)


async def test_an_end_without_its_result(place: Place, journey: Journey) -> None:
    words = answered(await push(place, "KetThucHoSo", end(journey.code)))
    assert "không có giấy tờ kết quả nào" in words


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (b"{", 400, "không đúng cấu trúc JSON"),
        (b"<ChuyenHoSo/>", 400, "không đúng cấu trúc JSON"),
        (b'{"SoBienNhan": "\xff"}', 400, "không đúng cấu trúc JSON"),
        (b"[" * 100_000, 400, "không đúng cấu trúc JSON"),
        (b'{"SoBienNhan": 7, "NgayChuyen": "2026-11-23T14:04:05"}', 400, "SoBienNhan"),
        (b"{}", 400, "SoBienNhan"),
        (b'{"SoBienNhan": "H", "NgayChuyen": "hier"}', 200, "không phải ngày giờ ISO 8601"),
        (b'{"SoBienNhan": "H\\u0000", "NgayChuyen": "2026-11-23T14:04:05"}', 200, "ký tự không lưu được"),
        (b" " * 1_100_000, 413, "quá lớn"),
    ],
    ids=["cut off", "XML", "bad UTF-8", "deep", "wrong type", "missing", "no time", "NUL", "over the limit"],
)
async def test_what_cannot_be_read(place: Place, content: bytes, status: int, said: str) -> None:
    async with place.nothing_changes():
        assert said in answered(await push(place, "ChuyenHoSo", content), status)


async def test_a_null_character_inside_a_known_dossier(place: Place, journey: Journey) -> None:
    """Kept (the inbox stores bytes), quarantined with the reason, and never tried for ever as a defect of ours."""
    body = step(journey.code, NoiDungXuLy="Đo đạc\x00")
    await refused(place, journey, "ChuyenHoSo", body, "http.unstorable-character", "ký tự rỗng U+0000")


@pytest.mark.parametrize(
    ("operation", "code", "status", "said"),
    [("ChuyenHoSo", "wrong", 401, "Mã bảo mật"), ("KhongCo", CODE, 404, "ChuyenHoSo"), ("ChuyenHoSo", "%FF", 401, "Mã bảo mật")],
)  # fmt: skip
async def test_a_wrong_address(place: Place, operation: str, code: str, status: int, said: str) -> None:
    async with place.nothing_changes():
        assert said in answered(await push(place, operation, step("H"), code=code), status)


async def test_the_same_news_twice_is_one_step(place: Place) -> None:
    journey = await place.at_vendor()
    body = step(journey.code)
    first = await push(place, "ChuyenHoSo", body)
    async with place.nothing_changes():
        again = await push(place, "ChuyenHoSo", body)
    assert first.json() == again.json()
    assert first.json()["Result"] == 1
