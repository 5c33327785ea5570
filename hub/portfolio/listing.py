"""Trust lists: proposed by one person, approved by another, withdrawn by any operator at once."""

import tomllib
from datetime import datetime
from pathlib import Path

import msgspec

from hub.kernel.db import UnitOfWork
from hub.kernel.ids import uuid7
from hub.kernel.text import nfc
from hub.portfolio import errors, repository
from hub.portfolio.believed import as_list
from hub.portfolio.model import Cause, Listed, ListState, Run
from hub.portfolio.rounds import begin
from signing import TrustError, TrustList
from signing.dependence import changed_by_lists
from signing.trust_folder import read_list


async def propose(uow: UnitOfWork, new: TrustList) -> Listed:
    """It counts once another person has approved it. Raises Conflict when it is there or waits already."""
    there = await repository.one_list(uow.conn, new.name, ListState.TRUSTED)
    waiting = await repository.one_list(uow.conn, new.name, ListState.PROPOSED)
    for known in (waiting, there):
        if known is not None and (known is waiting or known.sha256 == new.sha256):
            raise errors.already_there(new.name, known.version)
    proposed = _listed(new, uow.actor.id, uow.actor.name, uow.now)
    await repository.add_list(uow.conn, proposed)
    await uow.audit("trust:list:propose", new.name, {"version": new.version, "sha256": new.sha256})
    return proposed


async def approve(uow: UnitOfWork, name: str) -> Run:
    """The second person's word. What was signed under the version before is verified again. Raises Forbidden."""
    await repository.lock_state(uow.conn)
    proposed = await repository.one_list(uow.conn, name, ListState.PROPOSED)
    if proposed is None:
        raise errors.no_such_list(name)
    if proposed.proposed_by == uow.actor.id:
        raise errors.same_person(name)
    before = await repository.one_list(uow.conn, name, ListState.TRUSTED)
    if before is not None:
        await repository.end_list(
            uow.conn, before.id, ListState.REPLACED, uow.actor.name, uow.now, f"phiên bản {proposed.version}"
        )
    await repository.approve(uow.conn, proposed.id, uow.actor.id, uow.actor.name, uow.now)
    await uow.audit("trust:list:approve", name, {"version": proposed.version, "proposed_by": proposed.proposed_by_name})
    return await _counts(uow, proposed, before)


async def withdraw(uow: UnitOfWork, name: str, *, because: str) -> Run:
    """At once, by one person: to believe less never waits. Everything that rests on it is verified again."""
    await repository.lock_state(uow.conn)
    before = await repository.one_list(uow.conn, name, ListState.TRUSTED)
    if before is None:
        raise errors.no_such_list(name)
    why = nfc(because)
    await repository.end_list(uow.conn, before.id, ListState.WITHDRAWN, uow.actor.name, uow.now, why)
    await uow.audit("trust:list:withdraw", name, {"version": before.version, "because": why})
    await repository.grow(uow.conn, lists=True)
    keys = changed_by_lists([as_list(before)], [])
    return await begin(uow, Cause.LIST_WITHDRAWN, f"{name} {before.version}", keys)


async def reject(uow: UnitOfWork, name: str, *, because: str) -> None:
    """A proposal that nobody will approve."""
    proposed = await repository.one_list(uow.conn, name, ListState.PROPOSED)
    if proposed is None:
        raise errors.no_such_list(name)
    why = nfc(because)
    await repository.end_list(uow.conn, proposed.id, ListState.WITHDRAWN, uow.actor.name, uow.now, why)
    await uow.audit("trust:list:reject", name, {"version": proposed.version, "because": why})


async def bring(uow: UnitOfWork, new: TrustList, approvers: tuple[str, str]) -> None:
    """A list that the installation brings (TRUST_DIR), approved in its file by two persons. No news: nothing happens.

    A list that operators have withdrawn stays withdrawn until its content is another.
    """
    await repository.lock_state(uow.conn)
    known = [each for each in await repository.lists(uow.conn) if each.name == new.name]
    if any(each.sha256 == new.sha256 for each in known):
        return
    before = await repository.one_list(uow.conn, new.name, ListState.TRUSTED)
    if before is not None:
        await repository.end_list(
            uow.conn, before.id, ListState.REPLACED, uow.actor.name, uow.now, f"phiên bản {new.version}"
        )
    first, second = approvers
    listed = msgspec.structs.replace(
        _listed(new, first, first, uow.now),
        state=ListState.TRUSTED,
        approved_by=second,
        approved_by_name=second,
        approved_at=uow.now,
    )
    await repository.add_list(uow.conn, listed)
    await uow.audit("trust:list:bring", new.name, {"version": new.version, "approved_by": [first, second]})
    await _counts(uow, listed, before)


async def _counts(uow: UnitOfWork, listed: Listed, before: Listed | None) -> Run:
    await repository.grow(uow.conn, lists=True)
    keys = changed_by_lists([as_list(before)] if before else [], [as_list(listed)])
    return await begin(uow, Cause.LIST_TRUSTED, f"{listed.name} {listed.version}", keys)


def read(folder: Path) -> tuple[TrustList, tuple[str, str]]:
    """A list with its two approvers, from a folder (`signing.trust_folder`). Raises Invalid."""
    try:
        table = read_list(folder)
        names = tomllib.loads((folder / "list.toml").read_text("utf-8"))["approved_by"]
    except TrustError as error:
        raise errors.list_unreadable(str(error)) from error
    approvers = list(dict.fromkeys(str(name).strip() for name in names if str(name).strip()))
    return table, (approvers[0], approvers[1])


def _listed(new: TrustList, by: str, by_name: str, at: datetime) -> Listed:
    return Listed(
        id=uuid7(),
        name=new.name,
        version=new.version,
        source=new.source,
        sha256=new.sha256,
        anchors=new.anchors,
        intermediates=new.intermediates,
        state=ListState.PROPOSED,
        proposed_by=by,
        proposed_by_name=by_name,
        proposed_at=at,
    )
