"""Pieces that several pages share."""

from typing import Literal

import msgspec

Tone = Literal["done", "waiting", "moving", "stopped", "plain"]
Piece = Literal["used", "rest", "paused", "left", "late"]


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Told by word, shape and colour together."""

    word: str
    tone: Tone = "plain"


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """Where one can go."""

    text: str
    href: str


class FileLink(msgspec.Struct, frozen=True, kw_only=True):
    """`detail` is kind and size, e.g. PDF, 1,2 MB."""

    name: str
    href: str
    detail: str


class FactRow(msgspec.Struct, frozen=True, kw_only=True):
    """A label and its value."""

    label: str
    value: str
    code: bool = False
    href: str = ""


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of the bar; percent of the whole."""

    kind: Piece
    start: float
    width: float


class LegendItem(msgspec.Struct, frozen=True, kw_only=True):
    """What a colour of the bar means."""

    kind: Piece
    text: str


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """The promised time from its first to its last moment. `spoken` is the bar for who cannot see it."""

    segments: tuple[Segment, ...]
    legend: tuple[LegendItem, ...]
    spoken: str
    start_label: str = ""
    end_label: str = ""
    now: float | None = None
    now_label: str = ""


class Pages(msgspec.Struct, frozen=True, kw_only=True):
    """Where one is in a long list."""

    page: int = 1
    pages: int = 1
    previous: str = ""
    next: str = ""
