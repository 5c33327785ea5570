"""The mapping holds for every value, not only for examples."""

import base64
import string
from datetime import UTC, datetime
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from connectors.vbdlis import mapping, wire
from connectors.vbdlis.settings import load
from schemas.messages import sector
from tests.contract.vbdlis.conftest import a_dossier

SETTINGS = load({})
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
TEXT = st.text(string.printable + "ĐđẾếƯưỘộ", max_size=40)
CODES = st.from_regex(r"H\d\d\.\d\d-\d{6}-\d{4}", fullmatch=True)
FILES = st.binary(max_size=200).map(lambda rest: b"%PDF-" + rest)


def over_the_wire(body: msgspec.Struct) -> Any:
    """As the other side decodes it."""
    return msgspec.json.decode(msgspec.json.encode(body), type=type(body))


def told(push: wire.Push, files: tuple[sector.DeliveredFile, ...] = ()) -> Any:
    [(_, message)] = mapping.from_push(over_the_wire(push), files, SETTINGS, datetime.now(UTC))
    return message


@given(TIMES)
def test_a_time_that_we_send_is_read_back_to_the_second(at: datetime) -> None:
    assert mapping._time("x", mapping.to_time(at), SETTINGS) == at.replace(microsecond=0)


@given(CODES, TIMES, TIMES)
def test_resumed_survives_the_wire(code: str, at: datetime, due: datetime) -> None:
    push = wire.NhanBoSungHoSo(SoBienNhan=code, NgayNhanBoSung=at.isoformat(), NgayHenTraMoi=due.isoformat())
    assert told(push) == sector.Resumed(dossier_code=code, at=at, new_due_at=due)


@given(CODES, TIMES, st.integers(1, 10**14), TEXT, TEXT)
def test_a_fee_survives_the_wire(code: str, at: datetime, amount: int, number: str, url: str) -> None:
    for written in (amount, str(amount), f"{amount:,}".replace(",", ".")):
        notice = wire.ThongBaoThue(LoaiThue="Thuế", SoThongBaoThue=number, DuongDanThongBaoThue=url, SoTien=written)
        push = wire.GuiKetQuaThue(SoBienNhan=code, NgayCoKetQuaThue=at.isoformat(), DanhSachThongBaoThue=[notice])
        fee = told(push)
        assert (fee.dossier_code, fee.at, fee.amount) == (code, at, amount)
        assert (fee.notice_number, fee.notice_url) == (number, url)


@given(CODES, TIMES, st.lists(FILES, min_size=1, max_size=3), st.sampled_from(list(mapping.END)))
def test_result_files_survive_the_wire(code: str, at: datetime, contents: list[bytes], end: int) -> None:
    papers = [
        wire.TapTinDinhKem(TapTin=wire.NoiDungTep("kq.pdf", base64.b64encode(content).decode())) for content in contents
    ]
    files = tuple(mapping.from_file(over_the_wire(paper)) for paper in papers)
    push = wire.KetThucHoSo(SoBienNhan=code, NgayKetThuc=at.isoformat(), TrangThaiKetThuc=end)
    concluded = told(push, files)
    assert [file.content for file in concluded.files] == contents
    assert concluded.approved is mapping.END[end]


@given(CODES, TIMES, st.dictionaries(st.sampled_from(["parcel_sheet", "parcel_number", "parcel_area_m2", "x"]), TEXT))
def test_what_we_send_holds_every_word_of_the_dossier(code: str, due: datetime, form: dict[str, str]) -> None:
    message = sector.Forwarded(
        dossier=a_dossier(code=code, due_at=due, form=form), process_code="P", process_name="Quy trình"
    )
    sent = over_the_wire(mapping.to_tiep_nhan(message, {"f-1": b"%PDF-1"}, SETTINGS))
    assert (sent.SoBienNhan, sent.MaHoSoMotCua) == (code, code)
    assert mapping._time("NgayHenTra", sent.NgayHenTra, SETTINGS) == due.replace(microsecond=0)
    wanted = [form.get(name, "") for name in ("parcel_number", "parcel_sheet", "parcel_area_m2")]
    found = [[parcel.SoThuTuThua, parcel.SoHieuBanDo, parcel.DienTich] for parcel in sent.ThongTinThuaDat]
    assert found == ([wanted] if any(wanted) else [])


@given(TEXT)
def test_any_words_have_a_meaning_and_only_known_ones_mean_done(words: str) -> None:
    for operation, done in mapping.DONE_BEFORE.items():
        problem = mapping.judge(operation, wire.TraLoi(data=0, status=wire.TrangThai(success=False, message=words)))
        assert (problem is None) == (done in words.lower())
