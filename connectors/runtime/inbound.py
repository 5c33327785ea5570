"""Builds what a connector reports to the hub."""

import hashlib
from datetime import datetime

import msgspec

from schemas.envelope import Inbound, encode
from schemas.messages import NAME_OF


def inbound(source: str, external_id: str, lane: str, at: datetime, message: msgspec.Struct) -> Inbound:
    """One message from a partner. `external_id` is the event's own id there, the same each time that it is told."""
    return Inbound(
        source=source,
        external_id=external_id,
        type=NAME_OF[type(message)],
        lane=lane,
        occurred_at=at,
        body=encode(message),
    )


def fingerprint(operation: str, body: object) -> str:
    """An event id for a partner that sends none: the operation and the body, whatever the order of its keys."""
    canonical = msgspec.json.encode(body, order="deterministic")
    return f"{operation}:{hashlib.sha256(canonical).hexdigest()}"
