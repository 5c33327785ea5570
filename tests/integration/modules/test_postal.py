"""The post carries a result (POST-01, POST-04, POST-05, POST-06): any order of scans, delivered once."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub import postal
from hub.kernel.errors import Conflict, Invalid, NotFound
from hub.kernel.ids import uuid7
from hub.postal import Effect, Person, Status
from schemas.messages.post import Ordered, Stage, Tracked
from tests.support.depth import DEPTH
from tests.support.modules import Hub

CODE = "H01.12-261123-0007"
RECEIVER = Person(name="Nguyễn Thị Mẫu", phone="0912345678", address="1 đường Mẫu", province_code="91")


async def ordered(hub: Hub, code: str = CODE, **more: Any) -> postal.Parcel:
    async with hub.begin() as uow:
        return await postal.order_return(
            uow, dossier_id=uuid7(), dossier_code=code, receiver=RECEIVER, content=f"Kết quả hồ sơ {code}", **more
        )


async def scanned(hub: Hub, stage: Stage, at: datetime | None = None, **more: Any) -> None:
    given_: dict[str, Any] = {
        "order_number": f"{CODE}-T1",
        "item_code": "EX000000001VN",
        "stage": stage,
        "partner_status": {"delivered": "4"}.get(stage, "2"),
        "message": f"Bưu gửi: {stage}",
        "at": at or hub.clock.now,
    }
    async with hub.begin() as uow:
        await postal.tracked(uow, Tracked(**(given_ | more)))


async def now_of(hub: Hub, number: str = f"{CODE}-T1") -> postal.Parcel:
    async with hub.db.read() as uow:
        return await postal.parcel_of(uow, number)


async def effects(hub: Hub, parcel: postal.Parcel) -> list[str]:
    async with hub.db.read() as uow:
        return [scan.effect for scan in await postal.custody(uow, parcel.id)]


async def test_a_result_is_ordered_once_from_the_one_stop_centre(hub: Hub) -> None:
    first, second = await ordered(hub), await ordered(hub)
    assert first == second
    (fact,) = hub.told(postal.ParcelOrdered)
    assert (fact.order.order_number, fact.order.direction) == (f"{CODE}-T1", "return")
    assert fact.order.receiver.province_code == 91
    assert fact.order.sender.name.startswith("Trung tâm")
    assert (await ordered(hub, attempt=2)).order_number == f"{CODE}-T2"


async def test_the_same_result_ordered_at_once_from_two_sides_is_one_order(hub: Hub) -> None:
    parcels = await asyncio.gather(*(ordered(hub) for _ in range(4)))
    assert len({parcel.id for parcel in parcels}) == 1
    assert len(hub.told(postal.ParcelOrdered)) == 1


@pytest.mark.parametrize("field", ["name", "phone", "address", "province_code"])
async def test_an_address_that_the_post_cannot_reach_is_refused(hub: Hub, field: str) -> None:
    person = Person(**{f: getattr(RECEIVER, f) for f in RECEIVER.__struct_fields__} | {field: " "})
    with pytest.raises(Invalid) as refused:
        async with hub.begin() as uow:
            await postal.order_return(uow, dossier_id=uuid7(), dossier_code=CODE, receiver=person, content="")
    assert refused.value.field == f"receiver.{field}"


async def test_a_parcel_is_delivered_once_at_the_real_time(hub: Hub) -> None:
    """DOS-19, POST-06."""
    parcel = await ordered(hub)
    async with hub.begin() as uow:
        await postal.ordered(uow, Ordered(order_number=parcel.order_number, item_code="EX000000001VN"))
    await scanned(hub, Stage.COLLECTED)
    hub.clock.forward(hours=2)
    await scanned(hub, Stage.IN_TRANSIT)
    real = hub.clock.now + timedelta(hours=3)
    hub.clock.forward(hours=20)
    for _ in range(3):
        await scanned(hub, Stage.DELIVERED, real)
    (fact,) = hub.told(postal.ParcelDelivered)
    assert (fact.at, fact.item_code, fact.dossier_id) == (real, "EX000000001VN", parcel.dossier_id)
    now = await now_of(hub)
    assert (now.status, now.delivered_at, now.item_code) == (Status.DELIVERED, real, "EX000000001VN")
    async with hub.db.read() as uow:
        assert [row.target for row in await postal.story(uow, parcel.id)] == [
            "ordered", "collected", "in-transit", "delivered",
        ]  # fmt: skip
        assert [p.id for p in await postal.parcels_of(uow, parcel.dossier_id)] == [parcel.id]


async def test_a_scan_that_comes_late_is_kept_and_not_applied_backwards(hub: Hub) -> None:
    parcel = await ordered(hub)
    start = hub.clock.now
    await scanned(hub, Stage.DELIVERED, start + timedelta(hours=5))
    await scanned(hub, Stage.IN_TRANSIT, start + timedelta(hours=2))
    await scanned(hub, Stage.COLLECTED, start + timedelta(hours=1))
    assert (await now_of(hub)).status is Status.DELIVERED
    assert await effects(hub, parcel) == [Effect.NOTED, Effect.NOTED, Effect.APPLIED]


async def test_returned_after_delivered_is_kept_as_a_contradiction(hub: Hub) -> None:
    parcel = await ordered(hub)
    await scanned(hub, Stage.DELIVERED)
    hub.clock.forward(hours=1)
    await scanned(hub, Stage.RETURNED)
    await scanned(hub, Stage.UNKNOWN, partner_status="99")
    assert (await now_of(hub)).status is Status.DELIVERED
    assert sorted(await effects(hub, parcel)) == ["applied", "contradiction", "unknown"]
    assert hub.told(postal.ParcelReturned) == []


async def test_a_refused_parcel_comes_back_and_goes_out_again_under_a_new_number(hub: Hub) -> None:
    await ordered(hub)
    await scanned(hub, Stage.RETURNED)
    assert [f.order_number for f in hub.told(postal.ParcelReturned)] == [f"{CODE}-T1"]
    again = await ordered(hub, attempt=2)
    assert again.status is Status.ORDERED


async def test_a_lost_parcel_opens_a_case_and_may_still_be_found(hub: Hub) -> None:
    """POST-05."""
    parcel = await ordered(hub)
    async with hub.begin() as uow:
        lost = await postal.mark_lost(uow, parcel.order_number, cause="Bưu điện báo thất lạc")
    assert lost.status is Status.LOST
    assert len(hub.told(postal.ParcelLost)) == 1
    await scanned(hub, Stage.DELIVERED)
    assert len(hub.told(postal.ParcelDelivered)) == 1
    with pytest.raises(Conflict):
        async with hub.begin() as uow:
            await postal.mark_lost(uow, parcel.order_number, cause="")


async def test_news_of_an_unknown_parcel_waits(hub: Hub) -> None:
    with pytest.raises(NotFound):
        await scanned(hub, Stage.DELIVERED)
    async with hub.begin() as uow:
        with pytest.raises(NotFound):
            await postal.ordered(uow, Ordered(order_number="H01-T1"))
        with pytest.raises(NotFound):
            await postal.mark_lost(uow, "H01-T1", cause="")


async def test_a_parcel_longer_than_a_day_on_its_way_is_late(hub: Hub) -> None:
    """POST-04."""
    parcel = await ordered(hub)
    hub.clock.forward(hours=25)
    async with hub.db.read() as uow:
        assert [p.id for p in await postal.late(uow)] == [parcel.id]
    await scanned(hub, Stage.DELIVERED)
    async with hub.db.read() as uow:
        assert await postal.late(uow) == ()


async def test_the_same_delivery_told_at_once_by_two_workers_counts_once(hub: Hub) -> None:
    await ordered(hub)
    await asyncio.gather(*(scanned(hub, Stage.DELIVERED) for _ in range(5)))
    assert len(hub.told(postal.ParcelDelivered)) == 1


@pytest.mark.parametrize(
    "sql",
    [
        "update postal.scan set effect = 'noted'",
        "delete from postal.scan",
        "update postal.parcel_log set cause = 'x'",
        "update postal.parcel set status = 'lost', version = version + 1",
    ],
)
async def test_the_chain_of_custody_cannot_be_rewritten(hub: Hub, sql: str) -> None:
    await ordered(hub)
    await scanned(hub, Stage.COLLECTED)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await hub.db.pool.execute(sql)


_RANK = {Stage.ORDERED: 0, Stage.COLLECTED: 1, Stage.IN_TRANSIT: 2, Stage.DELIVERED: 3, Stage.RETURNED: 3}


@settings(max_examples=40 * DEPTH, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(Stage), st.integers(0, 5), st.integers(1, 2)), min_size=1, max_size=12))
async def test_any_order_of_scans_ends_at_the_furthest_stage_and_delivers_once(
    hub: Hub, scans: list[tuple[Stage, int, int]]
) -> None:
    code = f"H01.12-261123-{uuid7().hex}"
    parcel = await ordered(hub, code)
    before = len(hub.told(postal.ParcelDelivered))
    for stage, hour, times in scans:
        for _ in range(times):
            await scanned(hub, stage, hub.clock.now + timedelta(hours=hour), order_number=parcel.order_number)
    now = await now_of(hub, parcel.order_number)
    told = [stage for stage, _, _ in scans if stage is not Stage.UNKNOWN]
    furthest = max((_RANK[stage] for stage in told), default=0)
    ends = [stage.value for stage in told if _RANK[stage] == 3]
    assert _RANK[Stage(now.status)] == furthest
    assert not ends or now.status == ends[0]
    delivered = hub.told(postal.ParcelDelivered)[before:]
    assert len(delivered) == (1 if now.status is Status.DELIVERED else 0)
    assert len(await effects(hub, parcel)) == len({(stage, hour) for stage, hour, _ in scans})
    async with hub.db.read() as uow:
        ranks = [_RANK[Stage(row.target)] for row in await postal.story(uow, parcel.id)]
    assert ranks == sorted(set(ranks))
