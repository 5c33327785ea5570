"""The parts that the suite provisions are real and separate from test to test."""

import aio_pika
import asyncpg
import pytest
from playwright.async_api import Page

from tests.support.rabbit import RabbitNode


@pytest.mark.parametrize("_", range(3))
async def test_each_test_has_a_database_of_its_own(database_url: str, _: int) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute("create table only_here (n int)")
    await connection.close()


@pytest.mark.parametrize("_", range(3))
async def test_each_test_has_a_broker_of_its_own(amqp_url: str, _: int) -> None:
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue("q", durable=True, arguments={"x-queue-type": "quorum"})
        assert queue.declaration_result.message_count == 0
        await channel.default_exchange.publish(aio_pika.Message(b"1", delivery_mode=2), "q", timeout=10)
        message = await queue.get(timeout=10)
        assert message.body == b"1"
        await message.ack()


async def test_a_broker_that_is_stopped_and_started_keeps_its_messages(own_rabbit: RabbitNode) -> None:
    url = own_rabbit.fresh_url()
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        await channel.declare_queue("q", durable=True, arguments={"x-queue-type": "quorum"})
        await channel.default_exchange.publish(aio_pika.Message(b"kept", delivery_mode=2), "q", timeout=10)
    own_rabbit.stop_app()
    own_rabbit.start_app()
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        queue = await channel.get_queue("q")
        async with queue.iterator(timeout=60) as messages:
            message = await anext(messages)
            assert message.body == b"kept"
            await message.ack()


async def test_the_browser_shows_vietnamese(browser_page: Page) -> None:
    await browser_page.set_content("<h1>Hồ sơ của Ông Đặng</h1>")
    assert await browser_page.locator("h1").inner_text() == "Hồ sơ của Ông Đặng"
