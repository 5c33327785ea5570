"""A field as a page shows it."""

from typing import Literal

import msgspec

Kind = Literal["text", "email", "tel", "password", "date", "search", "area", "select", "radios", "checks", "file"]


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """One choice."""

    value: str
    label: str
    hint: str = ""


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """`name` is also the id that the error summary links to. `error` empty means that nothing is wrong."""

    name: str
    label: str
    kind: Kind = "text"
    value: str = ""
    hint: str = ""
    error: str = ""
    required: bool = True
    width: str = ""
    rows: int = 4
    inputmode: str = ""
    autocomplete: str = ""
    accept: str = ""
    options: tuple[Option, ...] = ()


class FormError(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong; `field` empty when it is no field's fault."""

    text: str
    field: str = ""
