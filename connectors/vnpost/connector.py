"""The manifest of the post."""

from connectors.runtime.on_demand import simulator_in
from connectors.runtime.ports import Connector
from connectors.vnpost import handlers
from connectors.vnpost.client import Post, open_client
from connectors.vnpost.settings import load
from schemas.messages import post


async def probe(client: Post) -> None:
    """A token and one page of scans: way, credentials and rights."""
    await client.tracking("")


CONNECTOR = Connector(
    name=handlers.NAME,
    title_vi="Bưu điện (VNPost)",
    title_en="The post (VNPost)",
    settings=load,
    consumes={post.Order: handlers.order, post.TrackingWanted: handlers.tracking},
    produces=(post.Ordered, post.Tracked, post.TrackingRead),
    open_client=open_client,
    probe=probe,
    simulator=simulator_in("connectors.vnpost.simulator"),
)
