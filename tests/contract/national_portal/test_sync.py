"""INT-02, DOS-18: dossiers and their steps at the national portal, each effect once, whatever the wire does."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.runtime.errors import Misconfigured, Rejected, Retryable
from schemas.messages import dossier
from schemas.messages.dossier import Channel, Party, PartyKind, ReturnWay, Status
from tests.contract.national_portal.conftest import CODE, START, Kit, a_dossier, a_step


def sync(**changes: Any) -> dossier.Sync:
    return dossier.Sync(dossier=a_dossier(**changes))


async def test_a_new_dossier_is_added_with_the_whole_field_set(kit: Kit) -> None:
    """INT-02: the 2024-25 set, verbatim."""
    assert await kit.handle(sync()) == []
    held = await kit.desk.get(f"dossiers/{CODE}")
    assert held["record"] == {
        "MaHoSo": CODE,
        "MaTTHC": "1.012784",
        "TenTTHC": "Tách thửa hoặc hợp thửa đất.",
        "MaLinhVuc": "G13-TN02",
        "TenLinhVuc": "Đất đai",
        "KenhThucHien": "2",
        "SoGiayToChuHoSo": "001099000001",
        "ChuHoSo": "Lê Thị Mẫu",
        "LoaiDoiTuong": "1",
        "MaDoiTuong": "",
        "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": "001099000001"}],
        "ThongTinKhac": "",
        "Email": "",
        "Fax": "",
        "SoDienThoai": "0900000001",
        "TrichYeuHoSo": "Tách thửa đất số 12",
        "NgayNopHoSo": "20261123081500",
        "NgayTiepNhan": "20261123161500",
        "NgayHenTra": "20261209081500",
        "TrangThaiHoSo": "2",
        "NgayTra": "",
        "ThongTinTra": "",
        "HinhThuc": "1",
        "NgayKetThucXuLy": "",
        "NgayTuChoi": "",
        "DonViXuLy": "Văn phòng đăng ký đất đai",
        "NoiNopHoSo": "2",
        "GhiChu": "",
        "HoSoCoThanhPhanSoHoa": "1",
        "TaiKhoanDuocXacThucVoiVNeID": "1",
        "DuocThanhToanTrucTuyen": "1",
        "DSKetNoiCSDL": [{"MaCSDL": "7"}],
        "TaiLieuNop": [
            {
                "TepDinhKemId": "f-1",
                "TenTepDinhKem": "đơn.pdf",
                "IsDeleted": "False",
                "MaThanhPhanHoSo": "1.012784-TP01",
                "DuongDanTaiTepTin": "http://hub.test/files/f-1?sig=1",
                "DuocSoHoa": "1",
                "DuocTaiSuDung": "0",
                "DuocLayTuKhoDMQG": "0",
                "MaKetQuaThayThe": "",
            }
        ],
        "DanhSachLePhi": [
            {"TenPhiLePhi": "Lệ phí", "MaPhiLePhi": "LP-1", "HinhThucThu": "1", "Gia": "120000", "LoaiPhiLePhi": "1"}
        ],
        "DanhSachTepDinhKemKhac": [{"TenGiayTo": "Giấy chứng nhận đã cấp", "SoLuong": "1", "LoaiGiayTo": "1"}],
        "DanhSachHoSoBoSung": [
            {
                "HoSoBoSungId": "bs-1",
                "NguoiYeuCauBoSung": "An",
                "NoiDungBoSung": "Thiếu bản vẽ",
                "NgayBoSung": "20261123081500",
                "NguoiTiepNhanBoSung": "Nguyễn Văn Tiếp",
                "ThongTinTiepNhan": "",
                "NgayTiepNhanBoSung": "20261123081500",
                "TrangThaiBoSung": "1",
                "DanhSachGiayToBoSung": [],
                "DanhSachLePhiBoSung": [],
                "NgayHenTraTruoc": "",
                "NgayHenTraMoi": "",
            }
        ],
        "DanhSachGiayToKetQua": [
            {
                "TenGiayTo": "Giấy chứng nhận",
                "MaThanhPhanHoSo": "",
                "GiayToId": "f-1",
                "DuongDanTepTinKetQua": "http://hub.test/files/f-1?sig=1",
                "MaGiayToKetQua": f"{CODE}-KQ1",
            }
        ],
    }
    call = kit.desk.calls[-1]
    assert (call["service"], call["madonvi"], call["isUpdating"]) == ("DongBoHoSoMC", "H01", "False")
    assert kit.requests[-1].headers["dstcode"] == "VN:GOV:000.00.00.G22:vpcpdvcprovider"
    assert kit.requests[-1].headers["charset"] == "utf-8"


async def test_a_later_revision_is_an_update(kit: Kit) -> None:
    await kit.handle(sync())
    await kit.handle(sync(revision=2, status=Status.PROCESSING))
    assert kit.desk.calls[-1]["isUpdating"] == "True"
    assert await kit.desk.effects() == [("dossier-added", CODE), ("dossier-updated", CODE)]


async def test_the_portals_word_on_what_it_has_counts_more_than_ours(kit: Kit) -> None:
    """First time here, but the portal says `đã tồn tại`: update. And the other way round."""
    await kit.handle(sync(revision=3))
    assert [call["isUpdating"] for call in kit.desk.calls[1:]] == ["True", "False"]
    await kit.handle(sync(revision=1, summary="sửa"))
    assert [call["isUpdating"] for call in kit.desk.calls[3:]] == ["False", "True"]
    assert (await kit.desk.get(f"dossiers/{CODE}"))["record"]["TrichYeuHoSo"] == "sửa"


async def test_a_lost_reply_asks_before_it_sends_again(kit: Kit) -> None:
    """WIRE §18: committed, then silence. One effect."""
    await kit.portal.log_in()
    await kit.desk.fault(commit_then_timeout={"times": 1})
    with pytest.raises(Retryable):
        await kit.handle(sync())
    await kit.handle(sync(), attempt=2)
    assert kit.desk.services()[-2:] == ["TraCuuHoSo", "DongBoHoSoMC"]
    assert await kit.desk.effects() == [("dossier-added", CODE)]
    assert await kit.desk.effects(everything=True) == [("dossier-added", CODE), ("duplicate", CODE)]


async def test_a_second_attempt_after_nothing_arrived_adds(kit: Kit) -> None:
    await kit.portal.log_in()
    await kit.desk.fault(down={"times": 1})
    with pytest.raises(Retryable) as caught:
        await kit.handle(sync())
    assert caught.value.partner_down
    await kit.handle(sync(), attempt=2)
    assert await kit.desk.effects() == [("dossier-added", CODE)]


async def test_a_step_whose_reply_was_lost_is_not_sent_twice(kit: Kit) -> None:
    """The portal appends whatever it gets, so the handler must ask."""
    await kit.handle(sync())
    await kit.desk.fault(commit_then_timeout={"times": 1})
    with pytest.raises(Retryable):
        await kit.handle(a_step())
    await kit.handle(a_step(), attempt=2)
    held = await kit.desk.get(f"dossiers/{CODE}")
    assert [step["NoiDungXuLy"] for step in held["steps"]] == ["Bước 2"]
    assert await kit.desk.get("anomalies") == []


async def test_a_step_that_never_arrived_is_sent_on_the_second_attempt(kit: Kit) -> None:
    await kit.handle(sync())
    await kit.handle(a_step(2))
    await kit.desk.fault(http500={"times": 1})
    with pytest.raises(Retryable):
        await kit.handle(a_step(3))
    await kit.handle(a_step(3), attempt=2)
    held = await kit.desk.get(f"dossiers/{CODE}")
    assert [step["NoiDungXuLy"] for step in held["steps"]] == ["Bước 2", "Bước 3"]


async def test_a_step_carries_the_wire_s_fields(kit: Kit) -> None:
    """DOS-18: status, who, when, in the portal's format; the name cut at 50."""
    await kit.handle(sync())
    await kit.handle(a_step(actor="N" * 60, started_at=START, due_at=START + timedelta(days=1)))
    [step] = (await kit.desk.get(f"dossiers/{CODE}"))["steps"]
    assert step == {
        "MaHoSo": CODE,
        "NguoiXuLy": "N" * 50,
        "ChucDanh": "Chuyên viên",
        "ThoiDiemXuLy": "20261123101500",
        "PhongBanXuLy": "Phòng kỹ thuật",
        "NoiDungXuLy": "Bước 2",
        "TrangThai": "4",
        "NgayBatDau": "20261123081500",
        "NgayKetThucTheoQuyDinh": "20261124081500",
    }


async def test_disorder_is_taken_and_written_down(kit: Kit) -> None:
    """As the real portal: no refusal. The anomalies are for the parity check."""
    await kit.handle(sync())
    for step in (a_step(5), a_step(3), a_step(3), a_step(6, status=Status.RETURNED), a_step(7)):
        await kit.handle(step)
    kinds = [row["kind"] for row in await kit.desk.get("anomalies")]
    assert kinds == ["step-out-of-order", "step-repeated", "step-after-final"]
    assert len((await kit.desk.get(f"dossiers/{CODE}"))["steps"]) == 5


async def test_a_step_of_an_unknown_dossier_waits(kit: Kit) -> None:
    with pytest.raises(Retryable) as caught:
        await kit.handle(a_step())
    assert caught.value.code == "national.dossier-absent"
    assert CODE in caught.value.words


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.DRAFT])
async def test_every_status_that_may_leave_has_its_code(kit: Kit, status: Status) -> None:
    """DOS-18: TT 22/2019 Phụ lục I is the portal's list too."""
    await kit.handle(sync(status=status))
    assert (await kit.desk.get("dossiers"))[CODE] == str(int(status))


async def test_a_draft_never_leaves(kit: Kit) -> None:
    with pytest.raises(Rejected) as caught:
        await kit.handle(sync(status=Status.DRAFT))
    assert caught.value.code == "national.status-unknown"
    assert await kit.desk.get("dossiers") == {}


async def test_a_dossier_not_yet_accepted_needs_no_dates(kit: Kit) -> None:
    await kit.handle(sync(status=Status.REGISTERED, received_at=None, due_at=None))
    record = (await kit.desk.get(f"dossiers/{CODE}"))["record"]
    assert (record["NgayTiepNhan"], record["NgayHenTra"]) == ("", "")


async def test_a_missing_mandatory_field_is_refused_with_the_portals_words(kit: Kit) -> None:
    nobody = Party(kind=PartyKind.BUSINESS, name="Công ty Mẫu", id_number="0100000000", phone="")
    with pytest.raises(Rejected) as caught:
        await kit.handle(sync(applicant=nobody))
    assert "SoDienThoai" in caught.value.words


async def test_texts_are_cut_to_what_the_portal_takes(kit: Kit) -> None:
    await kit.handle(sync(summary="ố" * 1200))
    assert (await kit.desk.get(f"dossiers/{CODE}"))["record"]["TrichYeuHoSo"] == "ố" * 1000


async def test_ways_in_and_out(kit: Kit) -> None:
    business = Party(kind=PartyKind.BUSINESS, name="Công ty Mẫu", id_number="0100000000", phone="0900000002")
    await kit.handle(sync(channel=Channel.COUNTER, return_way=ReturnWay.COUNTER, applicant=business, fees=()))
    record = (await kit.desk.get(f"dossiers/{CODE}"))["record"]
    assert (record["KenhThucHien"], record["HinhThuc"], record["LoaiDoiTuong"]) == ("1", "0", "2")
    assert (record["DinhDanhCHS"], record["DuocThanhToanTrucTuyen"]) == ([], "3")


async def test_http_200_with_a_failure_text_is_a_failure(kit: Kit) -> None:
    """WIRE §18: error_code 0 and `không thành công`."""
    await kit.desk.fault(failure_text={"times": 1})
    with pytest.raises(Rejected) as caught:
        await kit.handle(sync())
    assert "không thành công" in caught.value.words
    assert await kit.desk.get("dossiers") == {}


async def test_a_busy_text_is_retried(kit: Kit) -> None:
    await kit.desk.fault(busy_text={"times": 1})
    with pytest.raises(Retryable) as caught:
        await kit.handle(sync())
    assert "quá tải" in caught.value.words


@pytest.mark.parametrize("fault", ["error_code_string", "double_encoded"])
async def test_other_spellings_of_an_answer_are_understood(kit: Kit, fault: str) -> None:
    """error_code "00" and JSON in JSON, on the login too."""
    await kit.desk.fault(**{fault: {"on": True}})
    await kit.handle(sync())
    await kit.handle(a_step())
    assert await kit.desk.effects() == [("dossier-added", CODE), ("step-added", f"{CODE}#1")]


async def test_a_session_that_expires_in_mid_batch_costs_one_login(kit: Kit) -> None:
    """WIRE §18, and its weakness: opencps never logs in again."""
    await kit.handle(sync())
    await kit.desk.fault(session_expired={"times": 1})
    await kit.handle(a_step())
    assert kit.desk.services() == ["login", "DongBoHoSoMC", "CapNhatTienDoHoSoMC", "login", "CapNhatTienDoHoSoMC"]
    assert [kind for kind, _ in await kit.desk.effects()] == ["dossier-added", "step-added"]


async def test_a_session_has_its_time(kit: Kit) -> None:
    await kit.handle(sync())
    kit.clock.forward(601)
    await kit.handle(a_step())
    assert kit.desk.services().count("login") == 2


async def test_calls_at_the_same_time_share_one_login(kit: Kit) -> None:
    """At the start, and again when all of them meet the same expired session."""
    codes = [f"H01.12-261123-{n:04}" for n in range(12)]
    await asyncio.gather(*(kit.handle(sync(code=code)) for code in codes))
    assert kit.desk.services().count("login") == 1
    await kit.desk.act("expire-sessions")
    await asyncio.gather(*(kit.handle(a_step(dossier_code=code)) for code in codes))
    assert kit.desk.services().count("login") == 2
    assert len(await kit.desk.effects()) == 24


async def test_a_late_refusal_of_the_old_session_takes_the_new_one(kit: Kit) -> None:
    """A slow call may learn of the expired session only after its neighbours have logged in again."""
    await kit.handle(sync())
    old = kit.portal._session
    await kit.desk.act("expire-sessions")
    await kit.handle(a_step())
    assert await kit.portal._renew(old) == kit.portal._session != old
    assert kit.desk.services().count("login") == 2


async def test_a_session_that_is_refused_for_ever_is_not_a_loop(kit: Kit) -> None:
    await kit.desk.fault(session_expired={"on": True})
    with pytest.raises(Retryable) as caught:
        await kit.handle(sync())
    assert caught.value.code == "national.session-refused"
    assert kit.desk.services() == ["login", "DongBoHoSoMC", "login", "DongBoHoSoMC"]


async def test_a_wrong_password_stops_the_connector(open_kit: Any) -> None:
    """The twin's account is fixed by its own settings; ours is another."""
    async with open_kit() as kit:
        broken = type(kit.portal)(_with(kit.portal.settings, username="ai-do"), kit.portal._http)
        with pytest.raises(Misconfigured) as caught:
            await broken.call("LayDanhSachTTHC")
        assert caught.value.code == "national.login-refused"
        assert "mat-khau" not in str(caught.value)


async def test_one_refused_login_fails_all_that_wait_for_it(kit: Kit) -> None:
    broken = type(kit.portal)(_with(kit.portal.settings, username="ai-do"), kit.portal._http)
    outcomes = await asyncio.gather(*(broken.call("LayDanhSachTTHC") for _ in range(8)), return_exceptions=True)
    assert all(isinstance(outcome, Misconfigured) for outcome in outcomes)
    assert kit.desk.services() == ["login"]


async def test_the_route_may_be_named_in_the_query(open_kit: Any) -> None:
    async with open_kit(DSTCODE_IN="query", PROVIDER_URL="https://x.example/a b") as kit:
        await kit.handle(sync())
        assert dict(kit.requests[-1].url.params) == {
            "dstcode": "VN:GOV:000.00.00.G22:vpcpdvcprovider",
            "providerurl": "https://x.example/a b",
        }
        assert "dstcode" not in kit.requests[-1].headers


async def test_the_twin_remembers_over_a_restart(open_kit: Any) -> None:
    async with open_kit() as kit:
        await kit.handle(sync())
    async with open_kit() as kit:
        await kit.handle(a_step())
        assert len((await kit.desk.get(f"dossiers/{CODE}"))["steps"]) == 1


async def test_the_portal_pulls_files_by_their_address(kit: Kit) -> None:
    """WIRE §18: files are addresses that the portal fetches."""
    await kit.handle(sync())
    pulled = await kit.desk.act("pull-files", dossier=CODE)
    assert [(file["name"], file["status"]) for file in pulled["files"]] == [("đơn.pdf", 200), ("Giấy chứng nhận", 200)]


async def test_what_the_portal_holds_can_be_asked(kit: Kit) -> None:
    """INT-10: the parity check's question."""
    [before] = await kit.handle(dossier.ViewWanted(dossier_code=CODE))
    assert before == dossier.Viewed(dossier_code=CODE, found=False)
    await kit.handle(sync(status=Status.PROCESSING))
    await kit.desk.act("alter-status", dossier=CODE, status="9")
    [after] = await kit.handle(dossier.ViewWanted(dossier_code=CODE))
    assert (after.found, after.status, after.detail["MaHoSo"]) == (True, "9", CODE)


async def test_the_clock_has_24_hours(kit: Kit) -> None:
    evening = datetime(2026, 11, 23, 16, 59, 58, tzinfo=UTC)
    await kit.handle(sync(received_at=evening))
    assert (await kit.desk.get(f"dossiers/{CODE}"))["record"]["NgayTiepNhan"] == "20261123235958"


async def test_a_final_status_that_moves_on_is_noticed(kit: Kit) -> None:
    await kit.handle(sync(status=Status.RETURNED))
    await kit.handle(sync(revision=2, status=Status.PROCESSING))
    assert [row["kind"] for row in await kit.desk.get("anomalies")] == ["status-after-final"]


def _with(settings: Any, **changes: Any) -> Any:
    import msgspec

    return msgspec.structs.replace(settings, **changes)
