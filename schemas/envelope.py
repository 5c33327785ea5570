"""How a message travels: the envelope out, the outcome and the inbound message back."""

from datetime import datetime
from enum import StrEnum

import msgspec


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """One outbox row on the bus. `id` is stable over attempts; `attempt` counts from 1."""

    id: str
    type: str
    connector: str
    lane: str
    attempt: int
    at: datetime
    body: msgspec.Raw


class Inbound(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a partner told us. `(source, external_id)` is unique for ever: the same pair is the same event."""

    source: str
    external_id: str
    type: str
    lane: str
    occurred_at: datetime
    body: msgspec.Raw


class Verdict(StrEnum):
    """What became of an attempt, as an action for the hub."""

    DONE = "done"
    RETRY = "retry"
    REJECTED = "rejected"
    MISCONFIGURED = "misconfigured"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The end of one attempt. `partner_words` is what the partner said, verbatim, at most 2,000 characters."""

    message_id: str
    connector: str
    attempt: int
    verdict: Verdict
    code: str = "ok"
    detail_vi: str = ""
    detail_en: str = ""
    partner_words: str = ""
    retry_after: float | None = None
    partner_down: bool = False
    inbound: tuple[Inbound, ...] = ()


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub says to a partner who pushed: accepted or not, and why, with the repair action."""

    accepted: bool
    code: str
    vi: str
    en: str
    duplicate: bool = False
    data: dict[str, str] = {}


def encode(message: msgspec.Struct) -> msgspec.Raw:
    """JSON bytes of a message body."""
    return msgspec.Raw(msgspec.json.encode(message))
