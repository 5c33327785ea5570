"""The portal's words and ours: tables, dates, cuts, answers."""

from datetime import UTC, date, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.national_portal import catalogue, mapping, wire
from connectors.national_portal.mapping import Means, meaning
from connectors.runtime.errors import Rejected
from schemas.messages.dossier import Channel, PartyKind, ReturnWay, Status


def reply(code: object, message: str = "", **rest: object) -> wire.Reply:
    return wire.read_reply(msgspec.json.encode({"error_code": code, "message": message, **rest}))


@pytest.mark.parametrize(
    ("answer", "means"),
    [
        (reply(0), Means.DONE),
        (reply("0"), Means.DONE),
        (reply("00", "Thành công"), Means.DONE),
        (reply(0, "Cập nhật không thành công"), Means.REFUSED),
        (reply(0, "Đồng bộ thất bại"), Means.REFUSED),
        (reply(-1, "Hồ sơ H01.1-1-1 đã tồn tại"), Means.EXISTS),
        (reply("1", "Hồ sơ ĐÃ TỒN TẠI trên hệ thống"), Means.EXISTS),
        (reply(-1, "Hồ sơ không tồn tại"), Means.ABSENT),
        (reply(3, "Phiên làm việc không tồn tại hoặc đã hết hạn"), Means.SESSION),
        (reply(3, "Invalid session"), Means.SESSION),
        (reply(-1, "Phiên bản thủ tục không hợp lệ"), Means.REFUSED),
        (reply(-3, "Hệ thống bận, vui lòng thử lại sau"), Means.BUSY),
        (reply(-1, "Sai mật khẩu"), Means.CREDENTIALS),
        (reply(-99, "lý do chưa từng thấy"), Means.REFUSED),
        (reply(-99), Means.REFUSED),
        (reply(None, result=[]), Means.DONE),
        (reply(None, "Cập nhật thành công"), Means.DONE),
        (reply(None, "gì đó"), Means.REFUSED),
    ],
)
def test_what_an_answer_means(answer: wire.Reply, means: Means) -> None:
    assert meaning(answer) is means


def test_failure_texts_are_read_in_both_normal_forms() -> None:
    import unicodedata

    assert meaning(reply(0, unicodedata.normalize("NFD", "đã tồn tại"))) is Means.EXISTS


def test_answers_however_often_encoded() -> None:
    plain = msgspec.json.encode({"error_code": 0, "result": [{"MATTHC": "1.1"}]})
    twice = msgspec.json.encode(plain.decode())
    proxied = msgspec.json.encode({"message": plain.decode()})
    for body in (plain, twice, msgspec.json.encode(twice.decode()), proxied):
        answer = wire.read_reply(body)
        assert (answer.code, answer.result) == ("0", [{"MATTHC": "1.1"}])
    with pytest.raises(msgspec.DecodeError):
        wire.read_reply(b"<html>")
    with pytest.raises(msgspec.DecodeError):
        wire.read_reply(b"[1]")


def test_the_tables_leave_nothing_out() -> None:
    assert set(mapping.STATUS) == set(Status) - {Status.DRAFT}
    assert [mapping.STATUS[status] for status in mapping.STATUS] == [str(n) for n in range(1, 11)]
    assert set(mapping.CHANNEL) == set(Channel)
    assert set(mapping.RETURN_WAY) == set(ReturnWay)
    assert set(mapping.PARTY) == set(PartyKind)


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2026, 12, 31, 17, 0, 0, tzinfo=UTC), "20270101000000"),
        (datetime(2026, 11, 23, 5, 4, 3, tzinfo=UTC), "20261123120403"),
        (None, ""),
    ],
)
def test_dates(at: datetime | None, text: str) -> None:
    assert mapping.when(at) == text


@given(st.text(max_size=60), st.integers(min_value=1, max_value=50))
def test_a_cut_text_is_a_short_prefix_that_ends_before_a_letter(text: str, limit: int) -> None:
    import unicodedata

    whole = unicodedata.normalize("NFC", text)
    short = mapping.cut(text, limit)
    assert len(short) <= limit
    assert whole.startswith(short)
    if len(short) < len(whole):
        assert short == "" or not unicodedata.combining(whole[len(short)])


def test_a_cut_never_parts_a_letter_from_its_mark() -> None:
    assert mapping.cut("ax\u0323b", 2) == "a"
    assert mapping.cut("e\u0302\u0323" * 3, 2) == "\u1ec7\u1ec7"


@pytest.mark.parametrize(
    ("rate", "amount", "text"),
    [
        (wire.PhiLePhi(SOTIEN="30.000", DONVI="Đồng"), 30000, "30.000 Đồng"),
        (wire.PhiLePhi(SOTIEN="5,000,000", DONVI="VNĐ"), 5_000_000, "5,000,000 VNĐ"),
        (wire.PhiLePhi(SOTIEN="8000"), 8000, "8000"),
        (wire.PhiLePhi(SOTIEN="Không", DONVI="Đồng"), 0, "Không"),
        (wire.PhiLePhi(SOTIEN="0", DONVI="Đồng"), 0, "0"),
        (wire.PhiLePhi(SOTIEN="Không", MOTA="Mức thu do Hội đồng nhân dân tỉnh quyết định"), None, "Không"),
        (wire.PhiLePhi(SOTIEN="Không", MOTA="Thực hiện theo Thông tư số 244/2016/TT-BTC"), None, "Không"),
        (wire.PhiLePhi(SOTIEN="Không", MOTA="Miễn lệ phí theo Thông tư số 64/2025/TT-BTC"), 0, "Không"),
        (wire.PhiLePhi(SOTIEN="Không", MOTA="Không quy định."), 0, "Không"),
        (wire.PhiLePhi(SOTIEN="0,2%", DONVI="Đồng"), None, "0,2%"),
        (wire.PhiLePhi(SOTIEN="10", DONVI="USD"), None, "10"),
        (wire.PhiLePhi(SOTIEN="", DONVI="Đồng"), None, ""),
    ],
)
def test_rates(rate: wire.PhiLePhi, amount: int | None, text: str) -> None:
    """PRO-10: an amount only where the text surely gives one."""
    limits = [wire.ThoiGian(THOIGIANGIAIQUYET="7", DONVITINH="Ngày làm việc", PHILEPHI=[rate])]
    record = wire.ThuTuc(MATTHC="1.1", TENTTHC="x", CACHTHUCTHUCHIEN=[wire.CachThuc(KENH="2", THOIGIAN=limits)])
    [fee] = catalogue.published(record).fees
    assert (fee.amount, fee.text, fee.channel) == (amount, text, "online")


def test_limits_with_and_without_a_number() -> None:
    limits = [
        wire.ThoiGian(THOIGIANGIAIQUYET="7", DONVITINH="Ngày làm việc"),
        wire.ThoiGian(THOIGIANGIAIQUYET="15", DONVITINH="Giờ", MOTA="trong ngày"),
        wire.ThoiGian(THOIGIANGIAIQUYET="30", DONVITINH="Ngày"),
        wire.ThoiGian(THOIGIANGIAIQUYET="1"),
        wire.ThoiGian(),
    ]
    record = wire.ThuTuc(MATTHC="1.1", TENTTHC="x", CACHTHUCTHUCHIEN=[wire.CachThuc(KENH="1", THOIGIAN=limits)])
    found = [(limit.amount, limit.unit, limit.text) for limit in catalogue.published(record).time_limits]
    assert found == [
        (7, "working-day", "7 Ngày làm việc"),
        (15, "hour", "15 Giờ"),
        (30, "day", "30 Ngày"),
        (None, "working-day", "1"),
        (None, "working-day", ""),
    ]


def test_a_level_is_read_by_its_name_before_its_code() -> None:
    """Seen after the 2025 merger: code "2" named "Cấp Xã"."""
    record = wire.ThuTuc(MATTHC="1.1", TENTTHC="x", CAPTHUCHIEN=[wire.Bac(CAPTHUCHIEN="2", TENCAP="Cấp Xã")])
    assert catalogue.published(record).levels == ("commune",)
    unnamed = wire.ThuTuc(MATTHC="1.1", TENTTHC="x", CAPTHUCHIEN=[wire.Bac(CAPTHUCHIEN="1")])
    assert catalogue.published(unnamed).levels == ("province",)


@pytest.mark.parametrize(
    "record",
    [
        wire.ThuTuc(MATTHC="1.1", TENTTHC="x", CAPTHUCHIEN=[wire.Bac(CAPTHUCHIEN="9", TENCAP="Cấp lạ")]),
        wire.ThuTuc(MATTHC="1.1", TENTTHC="x", CACHTHUCTHUCHIEN=[wire.CachThuc(KENH="8", THOIGIAN=[wire.ThoiGian()])]),
    ],
)
def test_an_unknown_code_is_an_error(record: wire.ThuTuc) -> None:
    with pytest.raises(Rejected) as caught:
        catalogue.published(record)
    assert caught.value.code == "national.catalog-code-unknown"


def test_a_record_as_seen_with_nulls_numbers_and_gaps() -> None:
    """The provincial proxy's record: null lists, integers for texts, ISO dates, unknown fields."""
    record = wire.as_procedure(
        {
            "ID": 119346,
            "MATTHC": "1.001193.000.00.00.H49",
            "TENTTHC": "Thủ tục đăng ký khai sinh",
            "TRANGTHAI": 1,
            "ISNGANHDOC": "0",
            "COQUANPHOIHOP": None,
            "DOITUONGTHUCHIEN": None,
            "CACHTHUCTHUCHIEN": [
                {"KENH": 1, "THOIGIAN": [{"THOIGIANGIAIQUYET": 15, "DONVITINH": "Giờ", "PHILEPHI": None}]}
            ],
            "CANCUPHAPLY": [
                {"SOVANBAN": "60/2014/QH13", "TENVANBAN": "Luật", "NGAYBANHANH": "2014-11-20"},
                {"SOVANBAN": "x", "TENVANBAN": "y", "NGAYBANHANH": "20/11/2014"},
                {"SOVANBAN": "x", "TENVANBAN": "y", "NGAYBANHANH": "31/02/2014"},
            ],
        }
    )
    procedure = catalogue.published(record)
    assert procedure.public
    assert procedure.audience == ()
    assert procedure.time_limits[0].amount == 15
    assert [basis.issued_on for basis in procedure.legal_bases] == [date(2014, 11, 20), date(2014, 11, 20), None]
