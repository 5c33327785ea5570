"""Plays journeys in a world and reports: a table for people, JSON for machines."""

import asyncio
import statistics
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table

from hub import identity
from hub.demo import agreement
from hub.demo.journey import Cast, Journey, Step
from hub.demo.people import Person, log_in, new_citizen
from hub.demo.world import World

AT_ONCE = 50
"""Journeys under way at the same time, at most, unless told otherwise."""


class Outcome(msgspec.Struct, kw_only=True):
    """`partners`: what each received, by kind of effect."""

    ok: bool
    steps: list[Step]
    partners: dict[str, dict[str, int]]
    parity: agreement.Tally
    dossiers: int = 1
    failed: list[str] = []


async def play(
    world: World,
    passwords: Mapping[str, str],
    *,
    dossiers: int = 1,
    at_once: int = AT_ONCE,
    told: Callable[[int], None] = lambda _: None,
    stepped: Callable[[], None] = lambda: None,
) -> Outcome:
    """The journey, `dossiers` times at once. The first one also syncs the catalogue.

    `told`: with the number of journeys over, after each; `stepped`: after each step of any.
    """
    counter = await log_in(world, identity.LOGINS[identity.Role.COUNTER], passwords["counter"])
    operator = await log_in(world, identity.LOGINS[identity.Role.OPERATOR], passwords["operator"])
    citizens = [await _citizen(world, index, passwords) for index in range(min(dossiers, 8))]
    places = asyncio.Semaphore(at_once)
    journeys = [Journey(world, Cast(citizens[i % len(citizens)], counter, operator), stepped) for i in range(dossiers)]
    done = 0

    async def one(index: int) -> bool:
        nonlocal done
        async with places:
            held = await journeys[index].play(first=index == 0)
        done += 1
        told(done)
        return held

    held = [await one(0), *await asyncio.gather(*(one(i) for i in range(1, dossiers)))]
    owners = {j.id: citizens[i % len(citizens)] for i, j in enumerate(journeys) if j.id and held[i]}
    parity = await _settled(world, owners)
    return Outcome(
        ok=all(held) and parity.clean,
        steps=_table_of(journeys),
        partners=await _received(world),
        parity=parity,
        dossiers=dossiers,
        failed=[
            f"{j.code or j.id}: {j.steps[-1].name}: {j.steps[-1].seen}"
            for j, h in zip(journeys, held, strict=True)
            if not h
        ][:20],
    )


async def _citizen(world: World, index: int, passwords: Mapping[str, str]) -> Person:
    """The demonstration's own citizen first, so that who logs in sees the journey's dossier; then new ones."""
    if index == 0:
        return await log_in(world, identity.CITIZEN_LOGIN, passwords["citizen"])
    names = (
        "Lê Thị Mẫu",
        "Trần Văn Thí",
        "Phạm Thị Dụ",
        "Võ Văn Hành",
        "Đặng Thị Trình",
        "Bùi Văn Thử",
        "Hồ Thị Khánh",
        "Ngô Văn An",
    )
    return await new_citizen(world, f"0911900000{index:02d}", names[index], passwords["citizen"])


async def _settled(world: World, owners: dict[str, Person]) -> agreement.Tally:
    """Compare until everybody agrees or patience ends: the last messages may still be on their way."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + world.patience
    while True:
        tally = await agreement.compare(world, await agreement.stories_of(owners))
        if tally.clean or loop.time() > deadline:
            return tally
        await asyncio.sleep(0.25)


async def _received(world: World) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for name in world.desks:
        kinds: dict[str, int] = {}
        for effect in await world.effects(name):
            kinds[effect["kind"]] = kinds.get(effect["kind"], 0) + 1
        counts[name] = kinds
    return counts


def _table_of(journeys: list[Journey]) -> list[Step]:
    """The first journey's steps; with several, the median time of each."""
    steps = journeys[0].steps
    for step in steps:
        times = [s.ms for j in journeys for s in j.steps if s.n == step.n]
        step.ms = round(statistics.median(times))
    return steps


def show(outcome: Outcome, console: Console) -> None:
    """The journey as a table, then what each partner received."""
    table = Table(title="Hành trình của một hồ sơ / The journey of a dossier", title_justify="left")
    table.add_column("#", justify="right")
    table.add_column("Bước")
    table.add_column("")
    table.add_column("ms", justify="right")
    table.add_column("Đã thấy", overflow="fold")
    for step in outcome.steps:
        mark = "[green]đạt[/green]" if step.ok else "[red]HỎNG[/red]"
        table.add_row(str(step.n), step.name, mark, str(step.ms), step.seen)
    console.print(table)
    partners = Table(title="Đối tác đã nhận / What partners received", title_justify="left")
    partners.add_column("Đối tác")
    partners.add_column("Nội dung")
    for name, kinds in outcome.partners.items():
        partners.add_row(name, ", ".join(f"{kind} ×{count}" for kind, count in sorted(kinds.items())) or "—")
    console.print(partners)
    p = outcome.parity
    console.print(f"Đối chiếu {p.dossiers} hồ sơ: mất {p.lost}, thừa {p.duplicated}, sai thứ tự {p.out_of_order}")
    for line in (*p.notes, *outcome.failed):
        console.print(f"  [red]{line}[/red]")


def as_json(outcome: Outcome) -> bytes:
    """The shape that `hub demo --json` promises."""
    shape: dict[str, Any] = msgspec.to_builtins(outcome)
    return msgspec.json.format(msgspec.json.encode(shape), indent=2)
