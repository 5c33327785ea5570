"""The catalogue's verbs."""

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import msgspec

from hub import profiles
from hub.catalog import local, repository
from hub.catalog.compose import compose
from hub.catalog.errors import empty_list
from hub.catalog.events import Change, ProcedureChanged
from hub.catalog.model import Content, FieldCount, Flagged, Found, Procedure, Stored
from hub.kernel.clock import VN
from hub.kernel.db import UnitOfWork
from hub.kernel.text import fold
from schemas.messages.catalog import Published

LONGEST_QUERY = 12
"""Words of a search that count."""
LAST_PAGE = 10_000


async def store(uow: UnitOfWork, source: Published) -> Stored:
    """A new version when the content has changed, nothing at all when it has not (PRO-08, INT-03)."""
    content = compose(source, local.of(source.code))
    body = msgspec.json.encode(content)
    digest = _fingerprint(content, public=source.public)
    before = await repository.current(uow.conn, source.code)
    if before and before[1] == digest:
        return Stored(changed=False, version=before[0])
    version = before[0] + 1 if before else 1
    await repository.store(uow.conn, content, version, digest, body, public=source.public, now=uow.now)
    await uow.audit("catalog:procedure:store", source.code, {"version": version, "name": content.name})
    await _tell(uow, content, version, Change.AMENDED if before else Change.NEW)
    return Stored(changed=True, version=version)


async def published(uow: UnitOfWork, source: Published) -> None:
    """The same, as the verb of an inbound message."""
    await store(uow, source)


async def listed(uow: UnitOfWork, codes: Sequence[str]) -> None:
    """The national list as it now is: what it lacks is no longer in use, what came back is (PRO-09)."""
    if not codes:
        raise empty_list()
    for marked in await repository.mark_listed(uow.conn, codes, uow.now):
        change = Change.RELISTED if marked.listed else Change.UNLISTED
        await uow.audit(f"catalog:procedure:{change}", marked.code, {"responsible": marked.responsible})
        await uow.emit(
            ProcedureChanged(
                code=marked.code,
                version=marked.version,
                name=marked.name,
                change=change,
                responsible=marked.responsible,
            )
        )


async def wanted_after_listing(uow: UnitOfWork, codes: Sequence[str]) -> tuple[str, ...]:
    """What to fetch after a listing, each once, unknown ones first: the list does not say what has changed."""
    known = await repository.known(uow.conn, codes)
    return tuple(sorted(dict.fromkeys(codes), key=lambda code: code in known))


async def procedure(uow: UnitOfWork, code: str, *, version: int | None = None) -> Procedure:
    """One procedure, whole: the current version, or the one that a dossier came in under. Raises NotFound."""
    found = await repository.procedure(uow.conn, code, version)
    unit = _unit(uow, found.route.unit_name)
    return msgspec.structs.replace(found, route=msgspec.structs.replace(found.route, unit=unit))


async def search(uow: UnitOfWork, text: str, *, field: str = "", page: int = 1) -> Found:
    """Procedures in use whose name, code or field has all these words, or begins them; accents need not be typed."""
    folded = fold(text).strip()
    words = re.findall(r"[a-z0-9]+", folded)[:LONGEST_QUERY]
    if folded and not words:
        return Found(hits=(), total=0, page=1, size=repository.PAGE)
    query = " & ".join(f"{word}:*" for word in words)
    beginning = re.sub(r"[%_\\]", "", folded)
    return await repository.search(uow.conn, query, beginning, field, min(max(page, 1), LAST_PAGE))


async def fields(uow: UnitOfWork) -> tuple[FieldCount, ...]:
    """The fields (lĩnh vực) that have procedures in use (PRO-03)."""
    return await repository.fields(uow.conn)


async def flagged(uow: UnitOfWork) -> tuple[Flagged, ...]:
    """Procedures that we have and the national list lacks, each with its responsible department (PRO-09)."""
    return await repository.flagged(uow.conn)


def _fingerprint(content: Content, *, public: bool) -> str:
    """The same for the same content. Empty values do not count, so a release that adds a field changes nothing."""
    told = [public, _without_empty(msgspec.to_builtins(content))]
    return sha256(msgspec.json.encode(told, order="deterministic")).hexdigest()


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _without_empty(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item is not False and item not in (None, "", [], {})}
    if isinstance(value, list | tuple):
        return [_without_empty(item) for item in value]
    return value


def _unit(uow: UnitOfWork, name: str) -> str:
    """The unit of this name in the province, today."""
    terms = profiles.active().at(uow.now.astimezone(VN).date())
    wanted = fold(name)
    return next((unit.code for unit in terms.units if fold(unit.name) == wanted), "")


async def _tell(uow: UnitOfWork, content: Content, version: int, change: Change) -> None:
    await uow.emit(
        ProcedureChanged(
            code=content.code,
            version=version,
            name=content.name,
            change=change,
            responsible=content.responsible,
        )
    )
