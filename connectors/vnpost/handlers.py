"""Our messages → the post."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import msgspec

from connectors.runtime.errors import Rejected, Retryable
from connectors.runtime.inbound import inbound
from connectors.runtime.ports import Context
from connectors.vnpost import mapping, wire
from connectors.vnpost.client import Post
from schemas.envelope import Inbound
from schemas.messages import post

NAME = "vnpost"


async def order(message: post.Order, context: Context) -> Sequence[Inbound]:
    """Order once. A repeated attempt first looks among the post's scans: its reply may have been lost, not the order."""
    client: Post = context.client
    sent = mapping.to_order(message, client.settings)
    if context.attempt > 1 and (found := await _find(client, message.order_number, context)):
        return [_reply(context, post.Ordered(order_number=message.order_number, item_code=found.ItemCode or ""))]
    accepted, words = await client.order(sent)
    if accepted or mapping.is_already_there(words):
        return [_reply(context, post.Ordered(order_number=message.order_number))]
    if words.startswith("HTTP 4"):
        raise Rejected("post.refused", "Bưu điện từ chối đơn hàng", "the post refused the order", words=words)
    raise Retryable(
        "post.not-accepted", "Bưu điện chưa nhận đơn hàng", "the post did not accept the order", words=words
    )


async def tracking(message: post.TrackingWanted, context: Context) -> Sequence[Inbound]:
    """Read on from a cursor: one inbound per scan, then the cursor to go on from."""
    client: Post = context.client
    told: list[Inbound] = []
    cursor, pages, more = message.after, 0, False
    async for page in _pages(client, message.after):
        pages += 1
        told += [_scan(event, context) for event in page]
        cursor = page[-1].id.oid
        more = pages == client.settings.max_pages and len(page) >= client.settings.page_size
    return [*_once(told), _reply(context, post.TrackingRead(cursor=cursor, more=more))]


async def _find(client: Post, order_number: str, context: Context) -> wire.Event | None:
    start = mapping.cursor_at(context.now() - timedelta(days=client.settings.recall_days))
    async for page in _pages(client, start):
        for event in page:
            if event.OrderNumber == order_number:
                return event
    return None


async def _pages(client: Post, after: str) -> AsyncIterator[tuple[wire.Event, ...]]:
    """Pages that are not empty. Ends at a short page, at a cursor that was seen before, and at `max_pages` in any case."""
    seen = {after}
    for _ in range(client.settings.max_pages):
        page = (await client.tracking(after)).embedded.docs
        if not page:
            return
        yield page
        after = page[-1].id.oid
        if after in seen or len(page) < client.settings.page_size:
            return
        seen.add(after)


def _scan(event: wire.Event, context: Context) -> Inbound:
    tracked = mapping.from_event(event, context.client.settings, context.now())
    return inbound(NAME, event.id.oid, tracked.order_number or context.lane, tracked.at, tracked)


def _once(told: Sequence[Inbound]) -> list[Inbound]:
    return list({one.external_id: one for one in told}.values())


def _reply(context: Context, message: msgspec.Struct) -> Inbound:
    return inbound(NAME, f"reply:{context.message_id}", context.lane, context.now(), message)
