"""Orders, cancelling and tracking against the twin, with each of its faults."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from connectors.runtime.errors import Misconfigured, PartnerError, Rejected, Retryable
from connectors.vnpost import CONNECTOR
from connectors.vnpost import client as clients
from connectors.vnpost.settings import Settings, load
from schemas.messages import post
from schemas.messages.post import Stage
from tests.contract.vnpost.conftest import DOSSIER, NUMBER, parcel
from tests.support.partners import NOON, Desk, bodies, context, handled, transport, twin_context

WANTED = post.TrackingWanted(after="")


async def track(client: Any, after: str = "") -> tuple[list[Any], post.TrackingRead]:
    *scans, read = await handled(CONNECTOR, post.TrackingWanted(after=after), context(client))
    return scans, read


async def test_an_order_is_accepted(client: Any, order: post.Order, desk: Desk) -> None:
    """POST-01."""
    assert await handled(CONNECTOR, order, context(client)) == [post.Ordered(order_number=NUMBER)]
    assert await desk.effects() == [("parcel-ordered", NUMBER)]


@pytest.mark.parametrize("fault", ["http500", "down", "failure-text"])
async def test_a_post_that_cannot_is_retried(client: Any, order: post.Order, desk: Desk, fault: str) -> None:
    """Words in a 200 are no acceptance: only 201 is."""
    await desk.fault(fault, times=1)
    with pytest.raises(Retryable):
        await handled(CONNECTOR, order, context(client))
    assert await desk.effects() == []
    assert await handled(CONNECTOR, order, context(client, attempt=2))
    assert await desk.effects() == [("parcel-ordered", NUMBER)]


async def lose_the_reply(client: Any, order: post.Order, desk: Desk) -> None:
    await client.token()  # or the token's reply would be the one that is lost
    await desk.fault("commit-then-timeout", times=1)
    with pytest.raises(Retryable, match="reply-lost"):
        await handled(CONNECTOR, order, context(client))


async def test_a_lost_reply_is_recovered_from_the_scans(client: Any, order: post.Order, desk: Desk) -> None:
    """POST-06: the second attempt finds the order and its item number; nothing is ordered twice."""
    await lose_the_reply(client, order, desk)
    assert await handled(CONNECTOR, order, context(client, attempt=2)) == [
        post.Ordered(order_number=NUMBER, item_code="EX000000001VN")
    ]
    assert await desk.effects(everything=True) == [("parcel-ordered", NUMBER)]


async def test_a_post_that_forgets_order_numbers_still_gets_one_parcel(
    client: Any, order: post.Order, desk: Desk
) -> None:
    """Whether the real one refuses a known number is not published, so we ask before we order again."""
    await lose_the_reply(client, order, desk)
    await desk.fault("forgets-order-numbers")
    await handled(CONNECTOR, order, context(client, attempt=2))
    assert await desk.effects() == [("parcel-ordered", NUMBER)]


async def test_an_order_number_that_is_there_is_ours(client: Any, order: post.Order, desk: Desk) -> None:
    """A redelivery that counts as a first attempt: the post says "exists", which is as good as accepted."""
    for _ in range(2):
        assert await handled(CONNECTOR, order, context(client)) == [post.Ordered(order_number=NUMBER)]
    assert await desk.effects() == [("parcel-ordered", NUMBER)]
    assert await desk.effects(everything=True) == [("parcel-ordered", NUMBER), ("duplicate", NUMBER)]


async def test_a_refused_order_is_parked_with_the_posts_words(settings: Settings, order: post.Order, twin: Any) -> None:
    other = msgspec.structs.replace(settings, customer_code="OTHER")
    async with CONNECTOR.open_client(other, transport(twin)) as client:
        with pytest.raises(Rejected) as caught:
            await handled(CONNECTOR, order, context(client))
    assert caught.value.code == "post.refused"
    assert "CustomerCode" in caught.value.words


async def test_a_token_is_kept(client: Any, order: post.Order, monkeypatch: pytest.MonkeyPatch) -> None:
    logged_in = counted(client, monkeypatch)
    await asyncio.gather(*(handled(CONNECTOR, parcel(f"{NUMBER}{n}"), context(client)) for n in range(5)))
    assert len(logged_in) == 1


async def test_a_token_is_renewed_before_its_end(
    settings: Settings, twin: Any, order: post.Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    http = httpx.AsyncClient(transport=transport(twin), base_url=settings.base_url)
    client = clients.Post(http, settings, clock=lambda: now[0])
    logged_in = counted(client, monkeypatch)
    for second in (0.0, 3500.0, 3571.0):
        now[0] = second
        await client.tracking("")
    assert len(logged_in) == 2


async def test_a_401_in_the_middle_costs_one_new_token(
    client: Any, order: post.Order, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await client.token()
    logged_in = counted(client, monkeypatch)
    await desk.fault("token-expired", times=1)
    assert await handled(CONNECTOR, order, context(client)) == [post.Ordered(order_number=NUMBER)]
    assert len(logged_in) == 1


async def test_a_token_that_is_always_refused_stops_the_connector(client: Any, order: post.Order, desk: Desk) -> None:
    await desk.fault("token-expired")
    with pytest.raises(Misconfigured, match="credentials"):
        await handled(CONNECTOR, order, context(client))


async def test_wrong_credentials_stop_the_connector(twin: Any) -> None:
    async with CONNECTOR.open_client(load({"VNPOST_SECRET": "another"}), transport(twin)) as client:
        with pytest.raises(Misconfigured, match="credentials"):
            await CONNECTOR.probe(client)


async def test_probe(client: Any, desk: Desk) -> None:
    await CONNECTOR.probe(client)
    await desk.fault("down", times=2)
    with pytest.raises(PartnerError):
        await CONNECTOR.probe(client)


async def test_a_parcels_way(client: Any, order: post.Order, desk: Desk) -> None:
    """POST-04, POST-06: each scan at the time when the postman made it, so that 24 hours can be told from it."""
    await handled(CONNECTOR, order, context(client))
    await desk.act("collect", dossier=DOSSIER)
    await desk.act("scan", order_number=NUMBER, status=77, message="Chờ ở bưu cục")
    await desk.act("deliver", at="2026-11-24T09:30:00+07:00")
    scans, read = await track(client)
    assert [scan.stage for scan in scans] == [Stage.ORDERED, Stage.COLLECTED, Stage.UNKNOWN, Stage.DELIVERED]
    assert [scan.partner_status for scan in scans] == ["1", "2", "77", "4"]
    assert scans[2].message == "Chờ ở bưu cục"
    assert scans[3].at == datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
    assert {(scan.order_number, scan.item_code) for scan in scans} == {(NUMBER, "EX000000001VN")}
    assert not read.more
    assert await desk.effects() == [
        ("parcel-ordered", NUMBER), ("parcel-collected", NUMBER), ("parcel-delivered", NUMBER),
    ]  # fmt: skip


async def test_a_parcel_that_comes_back(client: Any, order: post.Order, desk: Desk) -> None:
    await handled(CONNECTOR, order, context(client))
    await desk.act("return_to_sender")
    assert (await track(client))[0][-1].stage is Stage.RETURNED
    again = await desk.http.post("/_sim/act/deliver", json={})
    assert again.status_code == 409


async def test_the_cursor_goes_on_where_it_stopped(client: Any, order: post.Order, desk: Desk) -> None:
    """Every scan once, over any number of pages and readings; a reading is bounded and says when more waits."""
    await handled(CONNECTOR, order, context(client))
    for _ in range(8):
        await desk.act("scan")
    cursor, seen, more = "", [], []
    for _ in range(4):
        told = await CONNECTOR.consumes[post.TrackingWanted](post.TrackingWanted(after=cursor), context(client))
        seen += [one.external_id for one in told[:-1]]
        read = bodies(told)[-1]
        cursor = read.cursor
        more.append((len(told) - 1, read.more))
    assert more == [(6, True), (3, False), (0, False), (0, False)]
    assert len(seen) == len(set(seen)) == 9
    assert seen == sorted(seen)


async def test_nothing_new_keeps_the_cursor(client: Any) -> None:
    assert await track(client, "a" * 24) == ([], post.TrackingRead(cursor="a" * 24, more=False))


async def test_a_cursor_that_repeats_ends_the_reading(client: Any, order: post.Order, desk: Desk) -> None:
    """The post sends the same page again: the reading ends, keeps its cursor, and each scan keeps its one id."""
    await handled(CONNECTOR, order, context(client))
    for _ in range(3):
        await desk.act("scan")
    first = await CONNECTOR.consumes[post.TrackingWanted](WANTED, context(client))
    cursor = bodies(first)[-1].cursor
    await desk.fault("cursor-repeats")
    again = await CONNECTOR.consumes[post.TrackingWanted](post.TrackingWanted(after=cursor), context(client))
    assert bodies(again)[-1] == post.TrackingRead(cursor=cursor, more=False)
    assert {one.external_id for one in again[:-1]} <= {one.external_id for one in first[:-1]}


async def test_a_feed_without_end_is_bounded(settings: Settings) -> None:
    """Full pages for ever, two cursors taking turns: three pages at most, each scan once."""
    calls: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == settings.token_path:
            return httpx.Response(200, json={"access_token": "t", "token_type": "Bearer", "expires_in": 3600})
        calls.append(request.url.params["lastId"])
        docs = [{"_id": {"$oid": oid}} for oid in (("a", "b") if len(calls) % 2 else ("c", "d"))]
        return httpx.Response(200, json={"_returned": 2, "_embedded": {"rh:doc": docs}})

    async with CONNECTOR.open_client(settings, httpx.MockTransport(answer)) as client:
        told = await CONNECTOR.consumes[post.TrackingWanted](WANTED, context(client))
    assert len(calls) == 3
    assert calls[0] == "0" * 24
    assert [one.external_id for one in told[:-1]] == ["a", "b", "c", "d"]


async def test_the_lane_of_a_scan_is_its_parcel(client: Any, order: post.Order) -> None:
    await handled(CONNECTOR, order, context(client))
    told = await CONNECTOR.consumes[post.TrackingWanted](WANTED, context(client, lane="tracking"))
    assert [one.lane for one in told] == [NUMBER, "tracking"]
    assert told[0].occurred_at == NOON.replace(microsecond=0)


async def test_an_order_is_taken_back(client: Any, order: post.Order, desk: Desk) -> None:
    await handled(CONNECTOR, order, context(client))
    assert await client.cancel(NUMBER)
    assert await client.cancel(NUMBER)
    assert await desk.effects() == [("parcel-ordered", NUMBER), ("parcel-cancelled", NUMBER)]
    with pytest.raises(Rejected):
        await client.cancel("none")


async def test_parcels_outlive_a_restart(settings: Settings, order: post.Order, tmp_path: Path) -> None:
    first = CONNECTOR.simulator(settings, twin_context(tmp_path, httpx.AsyncClient()))
    async with CONNECTOR.open_client(settings, transport(first)) as client:
        await handled(CONNECTOR, order, context(client))
    await first.close()
    second = CONNECTOR.simulator(settings, twin_context(tmp_path, httpx.AsyncClient()))
    await Desk(second.app).act("deliver")
    async with CONNECTOR.open_client(settings, transport(second)) as client:
        scans, _ = await track(client)
    await second.close()
    assert [scan.stage for scan in scans] == [Stage.ORDERED, Stage.DELIVERED]


def counted(client: Any, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    logged_in: list[int] = []
    real = client._log_in

    async def log_in() -> Any:
        logged_in.append(1)
        return await real()

    monkeypatch.setattr(client, "_log_in", log_in)
    return logged_in
