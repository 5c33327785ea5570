"""What every bus must do. Each case runs over both."""

import asyncio
from collections.abc import Callable

from connectors.runtime.bus import BusError
from connectors.runtime.ports import Delivery, Outgoing
from tests.contract.bus.conftest import Kit


class Recorder:
    """A handler that remembers; `fail_first` deliveries fail."""

    def __init__(self, fail_first: int = 0) -> None:
        self.seen: list[Delivery] = []
        self.done: list[str] = []
        self._fail = fail_first
        self._grew = asyncio.Condition()

    async def __call__(self, delivery: Delivery) -> None:
        self.seen.append(delivery)
        failing = len(self.seen) <= self._fail
        if not failing:
            self.done.append(delivery.message_id)
        async with self._grew:
            self._grew.notify_all()
        if failing:
            raise ValueError(f"refused on purpose: {delivery.message_id}")

    async def wait_done(self, count: int) -> None:
        await self.wait_for(lambda: len(self.done) >= count)

    async def wait_for(self, reached: Callable[[], bool], *, seconds: float = 60) -> None:
        async with asyncio.timeout(seconds), self._grew:
            await self._grew.wait_for(reached)


def message(kit: Kit, number: int, body: bytes = b"{}") -> Outgoing:
    return Outgoing(queue=kit.queue, message_id=f"m{number}", body=body)


async def publish_until_safe(kit: Kit, outgoing: list[Outgoing]) -> None:
    """As the relay does it: what is not safe is published again."""
    async with asyncio.timeout(60):
        while outgoing:
            results = await kit.bus.publish(outgoing)
            outgoing = [each for each, problem in zip(outgoing, results, strict=True) if problem is not None]


async def test_encoded_bytes_and_the_id_arrive_as_they_were_sent(kit: Kit) -> None:
    recorder = Recorder()
    await kit.bus.consume(kit.queue, recorder, prefetch=1)
    body = '{"tên":"Đặng Thị Ướt"}'.encode() + bytes(range(256))
    assert await kit.bus.publish([message(kit, 1, body)]) == [None]
    await recorder.wait_done(1)
    assert recorder.seen == [Delivery(body=body, message_id="m1", redelivered=0)]
    assert type(recorder.seen[0].body) is bytes


async def test_a_queue_keeps_its_order(kit: Kit) -> None:
    recorder = Recorder()
    await kit.bus.consume(kit.queue, recorder, prefetch=1)
    results = await kit.bus.publish([message(kit, number) for number in range(50)])
    assert results == [None] * 50
    await recorder.wait_done(50)
    assert recorder.done == [f"m{number}" for number in range(50)]


async def test_results_answer_each_message_in_order(kit: Kit) -> None:
    recorder = Recorder()
    await kit.bus.consume(kit.queue, recorder, prefetch=5)
    lost = Outgoing(queue="cmd.nobody.v1", message_id="lost", body=b"{}")
    good, bad, also_good = await kit.bus.publish([message(kit, 1), lost, message(kit, 2)])
    assert (good, also_good) == (None, None)
    assert isinstance(bad, BusError)
    await recorder.wait_done(2)


async def test_unroutable_is_an_error_and_never_a_silent_loss(kit: Kit) -> None:
    [problem] = await kit.bus.publish([Outgoing(queue="cmd.nobody.v1", message_id="lost", body=b"{}")])
    assert isinstance(problem, BusError)
    assert "cmd.nobody.v1" in str(problem)


async def test_prefetch_limits_how_many_run_at_once(kit: Kit) -> None:
    """Three run at once, and while they do no fourth begins."""
    running = 0
    peak = 0
    full, finished = asyncio.Event(), Recorder()

    async def handler(delivery: Delivery) -> None:
        nonlocal running, peak
        running += 1
        peak = max(peak, running)
        if running == 3:
            full.set()
        await asyncio.wait_for(full.wait(), 60)
        await asyncio.sleep(0.02)
        running -= 1
        await finished(delivery)

    await kit.bus.consume(kit.queue, handler, prefetch=3)
    await kit.bus.publish([message(kit, number) for number in range(12)])
    await finished.wait_done(12)
    assert peak == 3


async def test_what_a_handler_failed_on_comes_again(kit: Kit) -> None:
    recorder = Recorder(fail_first=2)
    await kit.bus.consume(kit.queue, recorder, prefetch=1)
    await publish_until_safe(kit, [message(kit, 1)])
    await recorder.wait_done(1)
    assert [each.message_id for each in recorder.seen] == ["m1", "m1", "m1"]
    if kit.durable:
        assert [each.redelivered for each in recorder.seen] == [0, 1, 2]


async def test_one_failure_does_not_hold_up_its_neighbours(kit: Kit) -> None:
    recorder = Recorder(fail_first=1)
    await kit.bus.consume(kit.queue, recorder, prefetch=1)
    await publish_until_safe(kit, [message(kit, number) for number in range(10)])
    await recorder.wait_done(10)
    assert sorted(recorder.done) == sorted(f"m{number}" for number in range(10))


async def test_closing_a_consumer_lets_what_is_in_flight_finish(kit: Kit) -> None:
    started, may_end, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def handler(_: Delivery) -> None:
        started.set()
        await may_end.wait()
        ended.set()

    consumer = await kit.bus.consume(kit.queue, handler, prefetch=1)
    publishing = asyncio.create_task(kit.bus.publish([message(kit, 1)]))
    await asyncio.wait_for(started.wait(), 60)
    closing = asyncio.create_task(consumer.close())
    done, _ = await asyncio.wait([closing], timeout=0.2)
    assert not done
    may_end.set()
    await asyncio.wait_for(closing, 60)
    assert ended.is_set()
    assert await publishing == [None]

    successor = Recorder()
    await kit.bus.consume(kit.queue, successor, prefetch=1)
    assert await kit.bus.publish([message(kit, 2)]) == [None]
    await successor.wait_done(1)
    assert successor.done == ["m2"], "what finished before the close must not come again"


async def test_closing_the_bus_lets_what_is_in_flight_finish_and_refuses_more(kit: Kit) -> None:
    started, ended = asyncio.Event(), asyncio.Event()

    async def handler(_: Delivery) -> None:
        started.set()
        await asyncio.sleep(0.1)
        ended.set()

    await kit.bus.consume(kit.queue, handler, prefetch=1)
    publishing = asyncio.create_task(kit.bus.publish([message(kit, 1)]))
    await asyncio.wait_for(started.wait(), 60)
    await kit.bus.close()
    assert ended.is_set()
    assert await publishing == [None]
    [problem] = await kit.bus.publish([message(kit, 2)])
    assert isinstance(problem, BusError)


async def test_a_handler_may_publish(kit: Kit) -> None:
    """A connector's handler publishes the outcome; over one bus and within the same publish call, in memory."""
    outcomes = Recorder()
    await kit.bus.consume("hub.outcomes.v1", outcomes, prefetch=1)

    async def connector(delivery: Delivery) -> None:
        outcome = Outgoing(queue="hub.outcomes.v1", message_id=delivery.message_id, body=b"{}")
        assert await kit.bus.publish([outcome]) == [None]

    await kit.bus.consume(kit.queue, connector, prefetch=2)
    assert await kit.bus.publish([message(kit, number) for number in range(5)]) == [None] * 5
    await outcomes.wait_done(5)
    assert sorted(outcomes.done) == [f"m{number}" for number in range(5)]


async def test_two_consumers_share_a_queue(kit: Kit) -> None:
    """Each message goes to one of them, and neither is left out."""
    seen: dict[str, list[str]] = {"one": [], "two": []}
    finished = Recorder()

    def worker(name: str) -> object:
        async def handler(delivery: Delivery) -> None:
            seen[name].append(delivery.message_id)
            await asyncio.sleep(0.01)
            await finished(delivery)

        return handler

    await kit.bus.consume(kit.queue, worker("one"), prefetch=1)  # type: ignore[arg-type]
    await kit.bus.consume(kit.queue, worker("two"), prefetch=1)  # type: ignore[arg-type]
    await kit.bus.publish([message(kit, number) for number in range(20)])
    await finished.wait_done(20)
    assert sorted(seen["one"] + seen["two"]) == sorted(f"m{number}" for number in range(20))
    assert seen["one"]
    assert seen["two"]
