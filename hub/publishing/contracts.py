"""The published contracts: OpenAPI of the hub, AsyncAPI of the bus, JSON Schema of the messages."""

from typing import Any

import msgspec

from connectors import registry
from connectors.runtime.topology import OUTCOMES, command_queue
from hub.install import Installation
from hub.main import create_app
from hub.settings import Settings
from hub.signing_services import Signing
from schemas.envelope import Envelope, Inbound, Outcome
from schemas.messages import BY_NAME, NAME_OF

_REF = "#/$defs/{name}"


def openapi() -> dict[str, Any]:
    """OpenAPI 3.1, as the running hub serves it at /api/openapi.json."""
    nothing: Any = None
    parts = Installation(
        settings=Settings(), dsn="", clock=nothing, db=nothing, storage=nothing, links=nothing, keys=nothing,
        tsa=nothing, trust=nothing, checker=nothing, asking=nothing, renewing=nothing, stationery=nothing,
        witness=nothing, press=nothing, signing=Signing(nothing, nothing, None), dispatcher=nothing, intake=nothing,
    )  # fmt: skip
    schema: dict[str, Any] = create_app(parts, environ={}).openapi_schema.to_schema()
    return schema


def message_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of every message and of what carries them."""
    kinds = [*BY_NAME.values(), Envelope, Inbound, Outcome]
    _, defs = msgspec.json.schema_components(kinds, ref_template=_REF)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": defs}


def asyncapi() -> dict[str, Any]:
    """AsyncAPI 3.0 of the queues."""
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    for name, connector in registry.connectors().items():
        queue = command_queue(name)
        names = [NAME_OF[kind] for kind in connector.consumes]
        channels[queue] = {
            "address": queue,
            "title": connector.title_en,
            "messages": {n: {"name": n, "payload": _payload(BY_NAME[n])} for n in names},
            "bindings": {"amqp": {"is": "queue", "queue": {"name": queue, "durable": True}}},
        }
        operations[f"take-{name}"] = {"action": "receive", "channel": {"$ref": f"#/channels/{queue}"}}
    channels[OUTCOMES] = {
        "address": OUTCOMES,
        "title": "Outcomes",
        "messages": {"outcome": {"name": "outcome", "payload": _payload(Outcome)}},
        "bindings": {"amqp": {"is": "queue", "queue": {"name": OUTCOMES, "durable": True}}},
    }
    operations["tell-outcome"] = {"action": "send", "channel": {"$ref": f"#/channels/{OUTCOMES}"}}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Một cửa — bus", "version": "1.0.0"},
        "channels": channels,
        "operations": operations,
    }


def _payload(kind: type) -> dict[str, str]:
    return {"$ref": f"messages.schema.json#/$defs/{kind.__name__}"}
