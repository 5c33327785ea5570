"""What only the bus over RabbitMQ promises: it survives crashes on either side, and gives up on poison."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from connectors.runtime import topology
from connectors.runtime.bus import BusError
from connectors.runtime.ports import Delivery, Outgoing
from connectors.runtime.rabbit import RabbitBus
from tests.contract.bus.conftest import QUEUE, QUEUES, OpenRabbit, opener
from tests.contract.bus.test_bus import Recorder
from tests.support.rabbit import RabbitNode

CRASHING_CONSUMER = """
import asyncio, sys
from connectors.runtime.rabbit import RabbitBus

async def main():
    bus, taken = await RabbitBus.connect(sys.argv[1], []), 0
    async def handler(delivery):
        nonlocal taken
        taken += 1
        if taken > 5:
            print("holding", flush=True)
            await asyncio.Event().wait()
    await bus.consume(sys.argv[2], handler, prefetch=10)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def messages(count: int, *, first: int = 0) -> list[Outgoing]:
    return [Outgoing(queue=QUEUE, message_id=f"m{number}", body=b"{}") for number in range(first, first + count)]


async def test_publish_is_confirmed_without_any_consumer(open_rabbit: OpenRabbit) -> None:
    bus = await open_rabbit()
    assert await bus.publish(messages(300)) == [None] * 300
    recorder = Recorder()
    await bus.consume(QUEUE, recorder, prefetch=100)
    await recorder.wait_done(300)


async def test_a_consumer_killed_with_work_in_hand_loses_nothing(open_rabbit: OpenRabbit) -> None:
    bus = await open_rabbit()
    assert await bus.publish(messages(20)) == [None] * 20
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CRASHING_CONSUMER, open_rabbit.url, QUEUE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await asyncio.wait_for(process.stdout.readline(), 60) == b"holding\n"
    process.send_signal(signal.SIGKILL)
    await process.wait()

    recorder = Recorder()
    await bus.consume(QUEUE, recorder, prefetch=5)
    await recorder.wait_done(15)
    again = {each.message_id for each in recorder.seen if each.redelivered}
    assert again, "what the killed consumer held comes back marked"
    assert len(set(recorder.done)) == len(recorder.done)


async def test_poison_ends_on_the_dead_letter_queue(open_rabbit: OpenRabbit) -> None:
    bus = await open_rabbit()
    dead, poisoned = Recorder(), Recorder(fail_first=1000)
    await bus.consume(topology.DEAD, dead, prefetch=1)
    await bus.consume(QUEUE, poisoned, prefetch=1)
    body = b'{"poison":true}'
    await bus.publish([Outgoing(queue=QUEUE, message_id="poison", body=body)])
    await dead.wait_done(1)
    assert [each.message_id for each in poisoned.seen] == ["poison"] * (topology.DELIVERY_LIMIT + 1)
    assert (dead.seen[0].message_id, dead.seen[0].body) == ("poison", body)


async def test_a_failed_delivery_waits_before_it_is_repeated(open_rabbit: OpenRabbit) -> None:
    bus = await RabbitBus.connect(open_rabbit.url, QUEUES, redelivery_pause=0.1)
    recorder = Recorder(fail_first=2)
    await bus.consume(QUEUE, recorder, prefetch=1)
    started = asyncio.get_running_loop().time()
    await bus.publish(messages(1))
    await recorder.wait_done(1)
    assert asyncio.get_running_loop().time() - started >= 0.3
    await bus.close()


async def test_consuming_from_a_queue_that_is_not_there_is_an_error(open_rabbit: OpenRabbit) -> None:
    bus = await open_rabbit()
    with pytest.raises(BusError, match=r"cmd\.nobody\.v1"):
        await bus.consume("cmd.nobody.v1", Recorder(), prefetch=1)
    assert await bus.publish(messages(1)) == [None], "the bus itself goes on"


@asynccontextmanager
async def settled(node: RabbitNode) -> AsyncIterator[OpenRabbit]:
    """A bus opener on a node of this test's own, whose register of queues is on the disk.

    RabbitMQ writes it with a delay, so that a queue younger than that does not outlive a kill. An installation's queues
    are old; a test's are new.
    """
    async with opener(node.fresh_url(), publish_timeout=3.0) as open_one:
        await open_one()
        await asyncio.to_thread(node.control.ctl, "eval", "[dets:sync(Table) || Table <- dets:all()].")
        yield open_one


def restart(node: RabbitNode, how: str) -> None:
    if how == "kill":
        node.kill()
        node.launch()
    else:
        node.stop_app()
        node.start_app()


@pytest.mark.parametrize("how", ["kill", "stop"])
async def test_a_broker_that_restarts_mid_publish_loses_nothing(own_rabbit: RabbitNode, how: str) -> None:
    """A relay that publishes throughout: batch after batch, each until all of it is safe."""
    recorder, sent, failed = Recorder(), 0, 0
    async with settled(own_rabbit) as open_one, asyncio.timeout(240):
        bus = await open_one()
        await bus.consume(QUEUE, recorder, prefetch=50)
        restarting = asyncio.create_task(asyncio.to_thread(restart, own_rabbit, how))
        while not restarting.done() or not failed:
            outgoing = messages(100, first=sent)
            sent += len(outgoing)
            while outgoing:
                results = await bus.publish(outgoing)
                outgoing = [each for each, problem in zip(outgoing, results, strict=True) if problem is not None]
                failed += len(outgoing)
        await restarting
        await recorder.wait_for(lambda: len(set(recorder.done)) == sent, seconds=120)


async def test_an_idle_consumer_resumes_after_a_kill_and_a_bus_that_closes_meanwhile_does_not_hang(
    own_rabbit: RabbitNode,
) -> None:
    recorder = Recorder()
    async with settled(own_rabbit) as open_one, asyncio.timeout(240):
        bus, leaving = await open_one(), await open_one()
        await bus.consume(QUEUE, recorder, prefetch=5)
        await leaving.consume(topology.DEAD, Recorder(), prefetch=5)
        await asyncio.to_thread(own_rabbit.kill)
        await asyncio.wait_for(leaving.close(), 60)
        [problem] = await bus.publish(messages(1))
        assert isinstance(problem, BusError), "a publish while the broker is away ends with an error, it does not hang"
        await asyncio.to_thread(own_rabbit.launch)
        while await bus.publish(messages(1)) != [None]:
            pass
        await recorder.wait_done(1)
    assert recorder.seen[0] == Delivery(body=b"{}", message_id="m0", redelivered=0)
