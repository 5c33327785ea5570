"""What goes wrong at any moment must not show afterwards: parity holds and each partner saw each effect once (issue 2).

The issue asks for 200 concurrent journeys under kill -9. `JOURNEYS` says how many are played here: 12 by default, so
that the whole suite ends in minutes on two cores; `make faults` plays the full size. What was done stands in the output.
"""

import asyncio
import os
import random
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from connectors import registry
from hub import identity
from hub.demo.people import Person, log_in
from hub.demo.processes import Process, Town, town
from hub.demo.run import Outcome, play
from hub.demo.world import World
from hub.kernel.postgres import EmbeddedPostgres
from tests.journeys.houses import standing
from tests.journeys.test_journey import STEPS, each_partner_got, held
from tests.support.forks import forked
from tests.support.house_keys import with_keys
from tests.support.rabbit import RabbitNode
from tests.support.run import fresh_database

JOURNEYS = int(os.environ.get("JOURNEYS", "12"))
WHILE_AWAY = 6 if JOURNEYS < 100 else max(50, JOURNEYS // 4)
"""Journeys under way while the broker or the database is not there."""
SOON = {"VISIBILITY_SECONDS": str(max(10, JOURNEYS // 3)), "POLL_SECONDS": "1"}
"""A message whose connector died is published again after this long, 90 s in production. A handler has half of it, which
must be enough when this many journeys share two processors: a handler that is cut short is only tried again."""


def many_processes(folder: Path, dsn: str, amqp_url: str) -> Mapping[str, str]:
    return {
        **os.environ,
        **SOON,
        "DATA_DIR": str(with_keys(folder)),
        "DATABASE_URL": dsn,
        "AMQP_URL": amqp_url,
        "BUS": "rabbit",
    }


async def during(journeys: Awaitable[Outcome], accidents: Callable[[], Awaitable[None]]) -> Outcome:
    """The journeys, with all their accidents; an accident that cannot be made ends the test."""
    playing = asyncio.ensure_future(journeys)
    happening = asyncio.ensure_future(accidents())
    try:
        await asyncio.wait({playing, happening}, return_when=asyncio.FIRST_COMPLETED)
        if happening.done():
            happening.result()
        outcome = await playing
        if outcome.ok:  # journeys that fail never come to the later accidents
            await happening
        return outcome
    finally:
        for task in (playing, happening):
            task.cancel()
        await asyncio.gather(playing, happening, return_exceptions=True)


class Progress:
    """How many steps the journeys have made together; accidents happen when random numbers of them are reached."""

    def __init__(self, journeys: int) -> None:
        self._made = 0
        self._news = asyncio.Event()
        self._first, self._all = STEPS, STEPS + (journeys - 1) * (STEPS - 1)

    def stepped(self) -> None:
        self._made += 1
        self._news.set()

    def moments(self, count: int) -> list[int]:
        """So many, from the first journey's end to the last journey's last step."""
        return sorted(random.sample(range(self._first, self._all), count))

    async def reached(self, steps: int) -> None:
        while self._made < steps:
            self._news.clear()
            await self._news.wait()


async def kill_each(processes: Mapping[str, Process], rounds: int, progress: Progress) -> None:
    """Worker, hub and every connector, `rounds` times each, in any order, with kill -9 and started again at once."""
    victims = [process for name, process in processes.items() if not name.endswith("-twin")] * rounds
    random.shuffle(victims)
    for moment, process in zip(progress.moments(len(victims)), victims, strict=True):
        await progress.reached(moment)
        await process.kill()
        await process.start()
    say(f"kills: {len(victims)}, each process {rounds} times")


async def play_all(place: Town, journeys: int, progress: Progress) -> Outcome:
    """Every one of them under way at the same time."""
    return await play(place.world, place.passwords, dossiers=journeys, at_once=journeys, stepped=progress.stepped)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def report(outcome: Outcome, began: float) -> None:
    parity = outcome.parity
    say(
        f"{outcome.dossiers} journeys in {time.monotonic() - began:.0f} s; "
        f"lost {parity.lost}, duplicated {parity.duplicated}, out of order {parity.out_of_order}"
    )


@pytest.mark.long
@pytest.mark.needs_rabbit
async def test_kill_9_of_every_process_at_random_points(tmp_path, database_url: str, amqp_url: str) -> None:
    """REL: no process holds anything that is not in PostgreSQL or on the broker."""
    progress, rounds, began = Progress(JOURNEYS), max(1, JOURNEYS // 40), time.monotonic()
    around = many_processes(tmp_path, database_url, amqp_url)
    async with town(around, patience=90 + 3 * JOURNEYS, launch=forked) as place:
        outcome = await during(
            play_all(place, JOURNEYS, progress), lambda: kill_each(place.processes, rounds, progress)
        )
    report(outcome, began)
    held(outcome)
    each_partner_got(outcome, JOURNEYS)


@pytest.mark.long
@pytest.mark.needs_rabbit
async def test_the_broker_and_the_database_go_away_and_come_back(
    tmp_path, own_postgres: EmbeddedPostgres, own_rabbit: RabbitNode
) -> None:
    """REL: RabbitMQ stopped and started; PostgreSQL restarted and killed; what was on its way arrives once."""
    dsn, began = own_postgres.ensure_database("hub"), time.monotonic()
    progress = Progress(WHILE_AWAY)

    def broker() -> None:
        own_rabbit.stop_app()
        own_rabbit.start_app()

    def crash() -> None:
        own_postgres.kill()
        own_postgres.launch()

    async def accidents() -> None:
        happen = [broker, own_postgres.restart, crash] * (1 if WHILE_AWAY < 50 else 2)
        random.shuffle(happen)
        for moment, accident in zip(progress.moments(len(happen)), happen, strict=True):
            await progress.reached(moment)
            await asyncio.to_thread(accident)
        say(f"broker and database away: {len(happen)} times")

    around = many_processes(tmp_path, dsn, own_rabbit.fresh_url())
    async with town(around, patience=180 + 3 * WHILE_AWAY, launch=forked) as place:
        outcome = await during(play_all(place, WHILE_AWAY, progress), accidents)
    report(outcome, began)
    held(outcome)
    each_partner_got(outcome, WHILE_AWAY)


ROUNDS: tuple[Mapping[str, tuple[str, ...]], ...] = (
    {
        "national_portal": ("http500", "session-expired"),
        "payment_platform": ("http500", "failure-text"),
        "vnpost": ("http500", "token-expired"),
        "vbdlis": ("http500", "failure-text"),
    },
    {
        "national_portal": ("down", "failure-text"),
        "payment_platform": ("down", "busy"),
        "vnpost": ("down", "failure-text"),
        "vbdlis": ("down", "push-twice"),
    },
    {
        "national_portal": ("commit-then-timeout", "busy-text"),
        "payment_platform": ("commit-then-timeout", "ipn-twice"),
        "vnpost": ("commit-then-timeout", "cursor-repeats"),
        "vbdlis": ("commit-then-timeout",),
    },
    {"national_portal": ("error-code-string",), "payment_platform": ("ipn-late",)},
)
"""Answers 500 or 503, times out after having committed, HTTP 200 with a failure text, a session that expires: in each
round every partner fails on the way there and in what it says."""


async def send_parked_again(operator: Person, world: World, over: asyncio.Event) -> None:
    """What an operator does with a message that a partner refused in words: look, then send it again (INT-07)."""
    while not over.is_set():
        for row in await operator.get("/api/v1/operator/parked"):
            assert row["words"]
            await operator.post(f"/api/v1/operator/parked/{row['id']}/retry")
        with suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), 0.5)


@pytest.mark.long
async def test_partners_that_fail_in_every_way(tmp_path: Path) -> None:
    """Each round in a house of its own, all at once: most of the time is spent in pauses before another try."""
    async with asyncio.TaskGroup() as rounds:
        for number, faults in enumerate(ROUNDS):
            rounds.create_task(_with_failures(faults, tmp_path / str(number)))


async def _with_failures(faults: Mapping[str, tuple[str, ...]], folder: Path) -> None:
    """Each failure twice, at the first two calls that it can strike, with two dossiers under way (mid-batch)."""
    folder.mkdir()
    over = asyncio.Event()
    with fresh_database() as dsn:
        async with standing("embedded", "in-process", folder, dsn, **SOON) as stage:
            operator = await log_in(stage.world, identity.LOGINS[identity.Role.OPERATOR], stage.passwords["operator"])
            helping = asyncio.create_task(send_parked_again(operator, stage.world, over))
            for partner, names in faults.items():
                await stage.world.fault(partner, **{name: {"times": 2, "seconds": 1.0} for name in names})
            outcome = await play(stage.world, stage.passwords, dossiers=2)
            held(outcome)
            each_partner_got(outcome, 2)
            for partner, names in faults.items():
                switches = (await stage.world.desks[partner].get("/_sim/faults")).json()
                assert [name for name in names if switches[name]["on"]] == [], f"{partner}: these never struck twice"
            over.set()
            await helping


def test_every_connector_is_put_to_the_test() -> None:
    """Mail cannot be asked and is told by its Message-ID: its failures are in tests/contract/mail."""
    assert {partner for faults in ROUNDS for partner in faults} | {"mail"} == set(registry.NAMES)
