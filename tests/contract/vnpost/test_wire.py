"""Names and codes of WIRE §7 (NGSP)."""

import json
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.runtime.errors import Rejected
from connectors.runtime.settings import SettingError
from connectors.vnpost import mapping, wire
from connectors.vnpost.settings import Settings, load
from schemas.messages import post
from schemas.messages.post import Stage
from tests.contract.vnpost.conftest import NUMBER
from tests.support.partners import NOON

EXAMPLE = b"""{"_returned":1,"_embedded":{"rh:doc":[{"_id":{"$oid":"65e58b0000000000000000a1"},
"OrderNumber":"H99.12-250304-0007","EventTime":1741226400000,"ItemCode":"EX000000001VN","StatusCode":4,
"StatusMessage":"Ph\xc3\xa1t th\xc3\xa0nh c\xc3\xb4ng"}]}}"""


def test_the_order_has_the_posts_names(order: post.Order, settings: Settings) -> None:
    """POST-06: provinces are whole numbers; the order number is ours."""
    assert json.loads(msgspec.json.encode(mapping.to_order(order, settings))) == {
        "CustomerCode": "DEMO01",
        "OrderNumber": NUMBER,
        "CODAmount": 30_000,
        "SenderProvince": 88,
        "SenderDistrict": "",
        "SenderAddress": "1 Phố Mẫu",
        "SenderName": "Bộ phận Một cửa",
        "SenderEmail": "mc@example.vn",
        "SenderTel": "02963000000",
        "SenderDesc": "Hồ sơ H01.01-261123-0001",
        "Description": "Giấy chứng nhận",
        "ReceiverName": "Lê Thị Mẫu",
        "ReceiverAddress": "2 Phố Mẫu",
        "ReceiverTel": "0900000001",
        "ReceiverProvince": 88,
        "ReceiverDistrict": "",
        "ReceiverEmail": "",
    }


def test_the_documented_scan_is_read(settings: Settings) -> None:
    """POST-06: 4 is delivered, at the time of the delivery and not of our reading."""
    [event] = msgspec.json.decode(EXAMPLE, type=wire.Page).embedded.docs
    assert event.id.oid == "65e58b0000000000000000a1"
    assert mapping.from_event(event, settings, NOON) == post.Tracked(
        order_number="H99.12-250304-0007",
        item_code="EX000000001VN",
        stage=Stage.DELIVERED,
        partner_status="4",
        message="Phát thành công",
        at=datetime(2025, 3, 6, 2, 0, tzinfo=UTC),
    )


def test_an_empty_reply_of_the_feed() -> None:
    assert msgspec.json.decode(b'{"_returned":0}', type=wire.Page).embedded.docs == ()


def test_codes_are_never_guessed() -> None:
    """Only 4 is public. What a setting does not name is UNKNOWN; 4 stays delivered whatever the setting says."""
    live = load({"VNPOST_MODE": "live"})
    assert [mapping.stage_of(code, live) for code in ("1", "2", "3", "5", "", "04")] == [Stage.UNKNOWN] * 6
    told = load({"VNPOST_MODE": "live", "VNPOST_STATUS": "9=returned,4=in-transit"})
    assert mapping.stage_of("9", told) is Stage.RETURNED
    assert mapping.stage_of("4", told) is Stage.DELIVERED


def test_a_scan_with_hardly_anything_in_it_is_still_told(settings: Settings) -> None:
    event = msgspec.json.decode(b'{"_id":{"$oid":"a"},"StatusCode":"77","EventTime":null}', type=wire.Event)
    told = mapping.from_event(event, settings, NOON)
    assert (told.stage, told.partner_status, told.at) == (Stage.UNKNOWN, "77", NOON)


@given(st.datetimes(min_value=datetime(2001, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001 - made aware below
def test_event_times(moment: datetime) -> None:
    at = moment.replace(tzinfo=UTC, microsecond=0)
    assert mapping.to_datetime(int(at.timestamp() * 1000)) == at
    assert mapping.to_datetime(int(at.timestamp())) == at
    assert mapping.to_datetime(str(int(at.timestamp() * 1000))) == at


@pytest.mark.parametrize("epoch", [None, "", "hôm nay", "NaN", 1e300, float("inf")])
def test_event_times_that_are_none(epoch: float | str | None) -> None:
    assert mapping.to_datetime(epoch) is None


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)), st.integers(1, 10**6))  # noqa: DTZ001
def test_a_cursor_of_a_time_comes_before_everything_later(moment: datetime, seconds: int) -> None:
    at = moment.replace(tzinfo=UTC)
    assert len(mapping.cursor_at(at)) == 24
    assert mapping.cursor_at(at) < mapping.cursor_at(at + timedelta(seconds=seconds))


def test_an_order_without_an_address_is_not_sent(order: post.Order, settings: Settings) -> None:
    bare = msgspec.structs.replace(order, receiver=msgspec.structs.replace(order.receiver, address="", province_code=0))
    with pytest.raises(Rejected) as caught:
        mapping.to_order(bare, settings)
    assert caught.value.code == "post.incomplete"
    assert "ReceiverAddress, ReceiverProvince" in caught.value.vi


@pytest.mark.parametrize(
    "environ",
    [{"VNPOST_STATUS": "2"}, {"VNPOST_STATUS": "2=lost"}, {"VNPOST_PAGE_SIZE": "1001"}, {"VNPOST_BASE_URL": "x"}],
)
def test_a_wrong_setting_names_its_variable(environ: dict[str, str]) -> None:
    with pytest.raises(SettingError, match=next(iter(environ))):
        load(environ)


def test_secrets_do_not_show() -> None:
    assert "hidden" not in repr(load({"VNPOST_SECRET": "hidden"}))
