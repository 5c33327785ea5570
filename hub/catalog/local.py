"""What the province adds to the nation's procedures, read from the files beside this one. A mistake in them is loud."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from hub.catalog.errors import LocalDataError
from hub.catalog.model import Evidence, FormField, Group, Need, Route, When, Workflow

_FOLDER = Path(__file__).parent
_GENERIC = "generic"

T = TypeVar("T")

Channel = Literal["counter", "online", "postal"]


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of a file; an unknown key is a mistake."""


class LocalFee(_Table, frozen=True, kw_only=True):
    """A rate that the province sets."""

    code: str
    name: str
    amount: Annotated[int, msgspec.Meta(ge=0)]
    basis: str
    when: When = When.BEFORE
    channels: tuple[Channel, ...] = ("counter", "online", "postal")


class LocalLimit(_Table, frozen=True, kw_only=True):
    """A shorter time limit (PRO-15), or one where the texts give none."""

    amount: Annotated[int, msgspec.Meta(gt=0)]
    unit: Literal["working-day", "day", "hour", "working-hour"]
    basis: str
    channels: tuple[Channel, ...] = ("counter", "online", "postal")


class PaperRule(_Table, frozen=True, kw_only=True):
    """Papers whose name contains this, accents and capitals aside."""

    contains: str
    need: Need | None = None
    evidence: Evidence | None = None


class Local(_Table, frozen=True, kw_only=True):
    """One file of `forms/`. `fields` empty: the generic form."""

    code: str = ""
    groups: tuple[Group, ...] = ()
    fields: tuple[FormField, ...] = ()
    fees: tuple[LocalFee, ...] = ()
    limits: tuple[LocalLimit, ...] = ()
    papers: tuple[PaperRule, ...] = ()
    return_ways: tuple[Channel, ...] = ()


class RouteRule(_Table, frozen=True, kw_only=True):
    """`fields`: codes of fields (mã lĩnh vực)."""

    fields: tuple[str, ...]
    kind: Literal["sector", "internal"]
    unit: str
    connector: str = ""


class Routes(_Table, frozen=True, kw_only=True):
    """`responsible`: the department behind each issuing ministry; it decides where no rule says otherwise."""

    responsible: dict[str, str]
    route: tuple[RouteRule, ...]


class Workflows(_Table, frozen=True, kw_only=True):
    workflow: tuple[Workflow, ...]


@cache
def generic() -> Local:
    """For every procedure without a file of its own."""
    return _read(_FOLDER / "forms" / f"{_GENERIC}.toml", Local)


@cache
def of(code: str) -> Local:
    """The province's part of one procedure; what it does not say is the generic one's."""
    path = _FOLDER / "forms" / f"{code}.toml"
    if not path.exists():
        return generic()
    own = _read(path, Local)
    if own.code != code:
        raise LocalDataError(f"{path.name}: code = {own.code!r}")
    base = generic()
    form = own if own.fields else base
    return msgspec.structs.replace(
        own, groups=form.groups, fields=form.fields, return_ways=own.return_ways or base.return_ways
    )


def codes() -> tuple[str, ...]:
    """The procedures that have a file of their own."""
    return tuple(sorted(path.stem for path in (_FOLDER / "forms").glob("*.toml") if path.stem != _GENERIC))


@cache
def _routes() -> Routes:
    return _read(_FOLDER / "routes.toml", Routes)


def route(field_code: str, issuer_code: str) -> Route:
    """Who decides a procedure of this field, issued by this ministry."""
    for rule in _routes().route:
        if field_code in rule.fields:
            return Route(kind=rule.kind, connector=rule.connector, unit_name=rule.unit)
    return Route(kind="internal", unit_name=responsible(issuer_code))


def responsible(issuer_code: str) -> str:
    """The department that answers for the ministry's procedures in the province; "" when none is named."""
    return _routes().responsible.get(issuer_code, "")


@cache
def workflow(key: str) -> Workflow:
    """The inner steps by the kind of route; raises LocalDataError for a step that leads nowhere."""
    for found in _read(_FOLDER / "workflows.toml", Workflows).workflow:
        if found.key == key:
            steps = {step.key for step in found.steps}
            astray = {action.to for step in found.steps for action in step.actions if action.to} - steps
            if astray:
                raise LocalDataError(f"workflows.toml: {key}: no such step: {sorted(astray)}")
            return found
    raise LocalDataError(f"workflows.toml: no workflow {key!r}")


def _read(path: Path, kind: type[T]) -> T:
    try:
        content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        read = msgspec.convert(content, kind)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise LocalDataError(f"{path.name}: {error}") from error
    if isinstance(read, Local):
        _check(read, path.name)
    return read


def _check(local: Local, name: str) -> None:
    groups = {group.key for group in local.groups}
    names = [field.name for field in local.fields]
    if astray := [field.name for field in local.fields if field.group not in groups]:
        raise LocalDataError(f"{name}: fields of no group: {astray}")
    if len(set(names)) < len(names):
        raise LocalDataError(f"{name}: a field's name stands twice")
    if bare := [field.name for field in local.fields if field.kind in ("select", "radios") and not field.options]:
        raise LocalDataError(f"{name}: nothing to choose from: {bare}")
