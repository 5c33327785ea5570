"""The clocks of dossiers: start, pause, resume, extend, promise, stop; recomputed when a day is decreed late.

Every verb is idempotent: saying again what the ledger already says changes nothing.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from hub import profiles
from hub.kernel.clock import VN
from hub.kernel.db import UnitOfWork
from hub.kernel.ids import uuid7
from hub.kernel.text import nfc
from hub.profiles import DecreedDay
from hub.workflow import repository
from hub.workflow.almanac import articles_of, calendar_of
from hub.workflow.calendar import WorkingCalendar
from hub.workflow.course import Course, Event, OutOfOrderError, Step, replay
from hub.workflow.deadline import Budget
from hub.workflow.deadline import due as due_of
from hub.workflow.errors import ClockStopped, DayKnown, NoClock, PromiseTooEarly, ReasonNeeded, TooManyExtensions
from hub.workflow.events import ApologyPromised, DayDecreed, DueMoved
from hub.workflow.explanation import Bar, Explanation, bar_of, explain
from hub.workflow.model import Clock, ClockKind, Decree, Due, Recomputed

P = ClockKind.PROCESSING


class _Known:
    """The newest calendar that this process has read; built again only when a day was decreed."""

    province = ""
    decrees: tuple[Decree, ...] = ()
    calendar: WorkingCalendar | None = None


async def calendar(uow: UnitOfWork) -> WorkingCalendar:
    """The province's calendar with every decree."""
    return _calendar(await repository.decrees(uow.conn))


def due_after(budget: Budget, at: datetime) -> datetime:
    """When a budget that begins now and never pauses runs out, by the newest calendar that this process has read."""
    return due_of(budget, at, (), _calendar(_Known.decrees))


async def start_clock(uow: UnitOfWork, dossier_id: UUID, budget: Budget, at: datetime, *, kind: ClockKind = P) -> Due:
    """The clock begins (DOS-01, DOS-12). A clock that runs already keeps its start and its budget."""
    event = Event(step=Step.START, at=at, budget=budget)
    course = replay([event])
    new = _standing(
        course, await calendar(uow), uow.now, Clock(
            id=uuid7(), dossier_id=dossier_id, kind=kind, events=0, state="", due_at=at, original_due_at=at,
            promised_until=None, paused_since=None, stopped_at=None, calendar="",
        ),
    )  # fmt: skip
    if await repository.start(uow.conn, new):
        await _append(uow, new, event)
    return await due(uow, dossier_id, kind=kind)


async def pause(
    uow: UnitOfWork, dossier_id: UUID, at: datetime, cause: str, *, basis: str = "", kind: ClockKind = P
) -> Due:
    """The clock stands still while somebody else has the ball (DOS-12)."""
    return await _record(uow, dossier_id, kind, Event(step=Step.PAUSE, at=at, cause=nfc(cause), basis=basis))


async def resume(uow: UnitOfWork, dossier_id: UUID, at: datetime, *, cause: str = "", kind: ClockKind = P) -> Due:
    """The clock runs on, from the next working instant."""
    return await _record(uow, dossier_id, kind, Event(step=Step.RESUME, at=at, cause=nfc(cause)))


async def stop(uow: UnitOfWork, dossier_id: UUID, at: datetime, *, cause: str = "", kind: ClockKind = P) -> Due:
    """The work is over; the clock stands for ever and tells early, on time or late."""
    return await _record(uow, dossier_id, kind, Event(step=Step.STOP, at=at, cause=nfc(cause)))


async def extend(
    uow: UnitOfWork,
    dossier_id: UUID,
    *,
    amount: float,
    cause: str,
    approver: str,
    basis: str = "",
    at: datetime | None = None,
    kind: ClockKind = P,
) -> Due:
    """More time on the agency's slip (DOS-15); the original date stays for statistics (REQUIREMENTS §4.6)."""
    if not cause.strip() or not approver.strip():
        raise ReasonNeeded("cause" if not cause.strip() else "approver")
    at = at or uow.now
    event = Event(
        step=Step.EXTEND, at=at, cause=nfc(cause).strip(), basis=basis, approver=nfc(approver).strip(), amount=amount
    )
    allowed = profiles.terms_on(_today(uow)).deadlines.extensions
    return await _record(uow, dossier_id, kind, event, most=allowed)


async def promise(
    uow: UnitOfWork, dossier_id: UUID, *, until: datetime, cause: str, basis: str = "", kind: ClockKind = P
) -> Due:
    """A new date with an apology (DOS-16). The due date is not touched: the dossier is late and counts as late."""
    if not cause.strip():
        raise ReasonNeeded
    known = await due(uow, dossier_id, kind=kind)
    if until <= uow.now or until <= known.at:
        raise PromiseTooEarly
    event = Event(step=Step.PROMISE, at=uow.now, cause=nfc(cause).strip(), basis=basis, until=until)
    return await _record(uow, dossier_id, kind, event)


async def due(uow: UnitOfWork, dossier_id: UUID, *, kind: ClockKind = P) -> Due:
    """When the time is up; for a paused clock, as if it ran on now. Raises NoClock."""
    found = await repository.clock(uow.conn, dossier_id, kind)
    if found is None:
        raise NoClock(kind)
    at = found.due_at
    if found.state == "paused":
        at = (await _course(uow, found)).due(await calendar(uow), uow.now)
    return Due(
        at=at,
        original=found.original_due_at,
        state=found.state,
        paused_since=found.paused_since,
        promised=found.promised_until,
    )


async def course(uow: UnitOfWork, dossier_id: UUID, *, kind: ClockKind = P) -> Course:
    """The clock with all its events. Raises NoClock."""
    found = await repository.clock(uow.conn, dossier_id, kind)
    if found is None:
        raise NoClock(kind)
    return await _course(uow, found)


async def explanation(uow: UnitOfWork, dossier_id: UUID, *, kind: ClockKind = P) -> Explanation:
    """Why this day, day by day, with the article of each. Raises NoClock."""
    known = await course(uow, dossier_id, kind=kind)
    articles = articles_of(profiles.terms_on(known.start.astimezone(VN).date()))
    return explain(known, await calendar(uow), uow.now, articles)


async def bars(uow: UnitOfWork, dossier_ids: Sequence[UUID], *, kind: ClockKind = P) -> dict[UUID, Bar]:
    """The bars of a queue, in three statements however long it is."""
    found = await repository.clocks(uow.conn, dossier_ids, kind)
    ledgers = await repository.ledgers(uow.conn, [c.id for c in found])
    days = await calendar(uow)
    return {c.dossier_id: bar_of(replay(ledgers[c.id]), days, uow.now) for c in found}


async def decree(uow: UnitOfWork, *, day: date, worked: bool, name: str, source: str) -> Decree:
    """A day off or on is decreed, with its text. `recompute` then goes through the open clocks. Raises DayKnown."""
    if not name.strip() or not source.strip():
        raise ReasonNeeded("name" if not name.strip() else "source")
    before = await calendar(uow)
    if before.works_on(day) == worked:
        closed = before.closed(day)
        raise DayKnown(closed.name or "ngày nghỉ hằng tuần" if closed else "ngày làm việc")
    new = Decree(
        id=uuid7(),
        day=day,
        worked=worked,
        name=nfc(name).strip(),
        source=nfc(source).strip(),
        decreed_at=uow.now,
        decreed_by=uow.actor.name,
    )
    await repository.decree(uow.conn, new)
    after = await calendar(uow)
    await uow.audit("workflow:calendar:decree", day.isoformat(), {"worked": worked, "source": new.source})
    await uow.emit(DayDecreed(calendar=after.version, why=f"{new.name} ({new.source})"))
    return new


async def recompute(uow: UnitOfWork, calendar_version: str = "", *, limit: int = 500) -> Recomputed:
    """One batch of open clocks under the calendar as it now is; call again while `more`. Any number of workers.

    `calendar_version` is the one that the caller has in mind; an older one than the database's is not gone back to.
    """
    days = await calendar(uow)
    batch = await repository.outdated(uow.conn, days.version, limit)
    ledgers = await repository.ledgers(uow.conn, [c.id for c in batch])
    why = _why(await repository.decrees(uow.conn))
    moved = 0
    for known in batch:
        now = _standing(replay(ledgers[known.id]), days, uow.now, known)
        await repository.move(uow.conn, now)
        moved += await _tell(uow, known, now, why)
    return Recomputed(looked_at=len(batch), moved=moved, more=len(batch) == limit)


async def _record(uow: UnitOfWork, dossier_id: UUID, kind: ClockKind, event: Event, *, most: int | None = None) -> Due:
    """Append an event to a clock, unless it says nothing new; tell when the date moved."""
    known = await repository.locked(uow.conn, dossier_id, kind)
    if known is None:
        raise NoClock(kind)
    course = await _course(uow, known)
    if not _said(course, event):
        if most is not None and len(course.extensions) >= most:
            raise TooManyExtensions(most)
        try:
            course = course.after(event)
        except OutOfOrderError as wrong:
            raise ClockStopped(wrong.step, wrong.state) from None
        now = _standing(course, await calendar(uow), uow.now, known)
        await _append(uow, now, event)
        await repository.move(uow.conn, now)
        await _announce(uow, known, now, event)
    return await due(uow, dossier_id, kind=kind)


async def _announce(uow: UnitOfWork, known: Clock, now: Clock, event: Event) -> None:
    if event.step is Step.PROMISE and event.until is not None:
        await uow.emit(
            ApologyPromised(dossier_id=now.dossier_id, due_at=now.due_at, until=event.until, why=event.cause)
        )
    elif event.step in (Step.RESUME, Step.EXTEND):
        words = {Step.RESUME: "Thời gian tạm dừng được cộng lại", Step.EXTEND: "Gia hạn"}[event.step]
        why = f"{words}: {event.cause}" if event.cause else words
        await _tell(uow, known, now, why, resumed=event.step is Step.RESUME)


async def _tell(uow: UnitOfWork, before: Clock, after: Clock, why: str, *, resumed: bool = False) -> bool:
    moved = before.due_at != after.due_at
    if moved:
        await uow.emit(
            DueMoved(
                dossier_id=after.dossier_id,
                kind=after.kind,
                before=before.due_at,
                after=after.due_at,
                why=why,
                resumed=resumed,
            )
        )
    return moved


async def _append(uow: UnitOfWork, clock: Clock, event: Event) -> None:
    who = f"{uow.actor.name} ({uow.actor.kind})"
    await repository.append(uow.conn, clock.id, clock.events, event, recorded_at=uow.now, recorded_by=who)


async def _course(uow: UnitOfWork, known: Clock) -> Course:
    return replay((await repository.ledgers(uow.conn, [known.id]))[known.id])


def _said(course: Course, event: Event) -> bool:
    """Does the ledger already say this?"""
    match event.step:
        case Step.PAUSE:
            return course.state == "paused"
        case Step.RESUME:
            return course.state != "paused"
        case Step.STOP:
            return course.state == "stopped"
        case Step.EXTEND:
            same = (event.amount, event.cause, event.approver)
            return any((e.amount, e.cause, e.approver) == same for e in course.extensions)
        case Step.PROMISE:
            return any(p.until == event.until for p in course.promises)
        case _:
            return False


def _standing(course: Course, days: WorkingCalendar, now: datetime, known: Clock) -> Clock:
    """The row of a clock after its events."""
    return msgspec.structs.replace(
        known,
        events=course.length,
        state=course.state,
        due_at=course.due(days, now),
        original_due_at=course.original_due(days, now),
        promised_until=course.promises[-1].until if course.promises else None,
        paused_since=course.paused.start if course.paused else None,
        stopped_at=course.stopped_at,
        calendar=days.version,
    )


def _calendar(decrees: tuple[Decree, ...]) -> WorkingCalendar:
    profile = profiles.active()
    if _Known.calendar is None or (_Known.decrees, _Known.province) != (decrees, profile.key):
        latest = {d.day: d for d in decrees}
        days = [(d.worked, DecreedDay(date=d.day, name=d.name, source=d.source)) for d in latest.values()]
        off, on = [d for worked, d in days if not worked], [d for worked, d in days if worked]
        _Known.calendar = calendar_of(profile, off, on)
        _Known.decrees, _Known.province = decrees, profile.key
    return _Known.calendar


def _why(decrees: tuple[Decree, ...]) -> str:
    if not decrees:
        return "Lịch làm việc thay đổi"
    last = decrees[-1]
    kind = "ngày làm việc" if last.worked else "ngày nghỉ"
    return f"{last.day:%d/%m/%Y} là {kind}: {last.name} ({last.source})"


def _today(uow: UnitOfWork) -> date:
    return uow.now.astimezone(VN).date()
