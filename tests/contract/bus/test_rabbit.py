"""What only the bus over RabbitMQ promises: it survives crashes on either side, and gives up on poison."""

import asyncio
import signal
import sys

import pytest

from connectors.runtime import topology
from connectors.runtime.bus import BusError
from connectors.runtime.ports import Delivery, Outgoing
from connectors.runtime.rabbit import RabbitBus
from tests.contract.bus.broker import Broker
from tests.contract.bus.conftest import OpenRabbit
from tests.contract.bus.test_bus import Recorder

pytestmark = [pytest.mark.anyio, pytest.mark.needs_rabbit]

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


def messages(queue: str, count: int) -> list[Outgoing]:
    return [Outgoing(queue=queue, message_id=f"m{number}", body=b"{}") for number in range(count)]


async def test_publish_is_confirmed_without_any_consumer(open_rabbit: OpenRabbit) -> None:
    bus = await open_rabbit()
    assert await bus.publish(messages(open_rabbit.queue, 300)) == [None] * 300
    recorder = Recorder()
    await bus.consume(open_rabbit.queue, recorder, prefetch=100)
    await recorder.wait_done(300)


async def test_a_consumer_killed_with_work_in_hand_loses_nothing(open_rabbit: OpenRabbit, broker: Broker) -> None:
    bus = await open_rabbit()
    assert await bus.publish(messages(open_rabbit.queue, 20)) == [None] * 20
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CRASHING_CONSUMER, broker.url, open_rabbit.queue, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await asyncio.wait_for(process.stdout.readline(), 30) == b"holding\n"
    process.send_signal(signal.SIGKILL)
    await process.wait()

    recorder = Recorder()
    await bus.consume(open_rabbit.queue, recorder, prefetch=5)
    await recorder.wait_done(15)
    again = {each.message_id for each in recorder.seen if each.redelivered}
    assert again, "what the killed consumer held comes back marked"
    assert len(set(recorder.done)) == len(recorder.done)


async def test_poison_ends_on_the_dead_letter_queue(open_rabbit: OpenRabbit) -> None:
    bus = await open_rabbit()
    dead, poisoned = Recorder(), Recorder(fail_first=1000)
    await bus.consume(topology.DEAD, dead, prefetch=1)
    await bus.consume(open_rabbit.queue, poisoned, prefetch=1)
    body = b'{"poison":true}'
    await bus.publish([Outgoing(queue=open_rabbit.queue, message_id="poison", body=body)])
    await dead.wait_done(1)
    assert [each.message_id for each in poisoned.seen] == ["poison"] * (topology.DELIVERY_LIMIT + 1)
    assert (dead.seen[0].message_id, dead.seen[0].body) == ("poison", body)


async def test_a_failed_delivery_waits_before_it_is_repeated(open_rabbit: OpenRabbit) -> None:
    bus = await RabbitBus.connect(open_rabbit.url, [], redelivery_pause=0.1)
    recorder = Recorder(fail_first=2)
    await bus.consume(open_rabbit.queue, recorder, prefetch=1)
    started = asyncio.get_running_loop().time()
    await bus.publish(messages(open_rabbit.queue, 1))
    await recorder.wait_done(1)
    assert asyncio.get_running_loop().time() - started >= 0.3
    await bus.close()


async def test_consuming_from_a_queue_that_is_not_there_is_an_error(open_rabbit: OpenRabbit) -> None:
    bus = await open_rabbit()
    with pytest.raises(BusError, match=r"cmd\.nobody\.v1"):
        await bus.consume("cmd.nobody.v1", Recorder(), prefetch=1)
    assert await bus.publish(messages(open_rabbit.queue, 1)) == [None], "the bus itself goes on"


@pytest.mark.parametrize("how", ["kill", "stop"])
async def test_a_broker_that_restarts_mid_publish_loses_nothing(
    open_rabbit: OpenRabbit, broker: Broker, how: str
) -> None:
    bus = await open_rabbit()
    recorder = Recorder()
    await bus.consume(open_rabbit.queue, recorder, prefetch=50)
    await let_the_broker_sync()
    outgoing, attempts = messages(open_rabbit.queue, 2000), 0
    restarting: asyncio.Task[None] | None = None

    def restart() -> None:
        getattr(broker, how)()
        broker.start()

    async with asyncio.timeout(90):
        while outgoing:
            attempts += 1
            batch = outgoing[:200]
            publishing = asyncio.create_task(bus.publish(batch))
            if attempts == 3:
                restarting = asyncio.create_task(asyncio.to_thread(restart))
            results = await publishing
            unsafe = [each for each, problem in zip(batch, results, strict=True) if problem is not None]
            outgoing = unsafe + outgoing[200:]
        assert restarting is not None
        await restarting
        while len(set(recorder.done)) < 2000:
            await asyncio.sleep(0.1)
    assert attempts > 10, "the restart must have hit the publisher"


async def let_the_broker_sync() -> None:
    """RabbitMQ 3.10 writes the register of its quorum queues with a delay: a queue that is killed within about a second
    of its creation is not there afterwards. An installation's queues are old; a test's are new."""
    await asyncio.sleep(3)


async def test_an_idle_consumer_resumes_after_a_restart(open_rabbit: OpenRabbit, broker: Broker) -> None:
    bus = await open_rabbit()
    recorder = Recorder()
    await bus.consume(open_rabbit.queue, recorder, prefetch=5)
    await let_the_broker_sync()
    await asyncio.to_thread(broker.kill)
    [problem] = await bus.publish(messages(open_rabbit.queue, 1))
    assert isinstance(problem, BusError), "a publish while the broker is away ends with an error, it does not hang"
    await asyncio.to_thread(broker.start)
    async with asyncio.timeout(30):
        while await bus.publish(messages(open_rabbit.queue, 1)) != [None]:
            await asyncio.sleep(0.2)
    await recorder.wait_done(1)
    assert recorder.seen[0] == Delivery(body=b"{}", message_id="m0", redelivered=0)


async def test_closing_while_the_broker_is_away_does_not_hang(open_rabbit: OpenRabbit, broker: Broker) -> None:
    bus = await open_rabbit()
    await bus.consume(open_rabbit.queue, Recorder(), prefetch=5)
    await let_the_broker_sync()
    await asyncio.to_thread(broker.kill)
    try:
        await asyncio.wait_for(bus.close(), 25)
    finally:
        await asyncio.to_thread(broker.start)
