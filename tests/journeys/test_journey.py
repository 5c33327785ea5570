"""The main job on real parts: one dossier goes all the way, in every way in which the house stands (issue 2)."""

from urllib.parse import urlsplit

import asyncpg
import pytest

from connectors import registry
from hub import identity
from hub.demo.people import log_in
from hub.demo.run import Outcome, play
from tests.journeys.houses import Bus, Partners, Stage, standing
from tests.support import scan

STEPS = 12
ONCE = {
    "national_portal": {"dossier-added": 1},
    "payment_platform": {"payment-opened": 1, "paid": 1, "voucher-issued": 1},
    "vnpost": {"parcel-ordered": 1, "parcel-collected": 1, "parcel-delivered": 1},
    "vbdlis": {"received": 1, "supplemented": 1, "returned": 1},
}
"""What one dossier leaves at each partner."""


def held(outcome: Outcome) -> None:
    """Every step, and nothing lost, nothing twice, nothing out of order (INT-10)."""
    told = [f"{step.n} {step.name}: {step.seen}" for step in outcome.steps if not step.ok]
    assert not told, "\n".join([*told, *outcome.failed])
    assert [step.n for step in outcome.steps] == list(range(1, STEPS + 1))
    parity = outcome.parity
    assert (parity.dossiers, parity.lost, parity.duplicated, parity.out_of_order) == (outcome.dossiers, 0, 0, 0), (
        parity.notes
    )
    assert outcome.ok


def each_partner_got(outcome: Outcome, dossiers: int) -> None:
    for partner, kinds in ONCE.items():
        got = {kind: outcome.partners[partner].get(kind, 0) for kind in kinds}
        assert got == {kind: count * dossiers for kind, count in kinds.items()}, partner


async def the_qr_on_the_paper_leads_to_a_page_that_verifies(stage: Stage) -> None:
    """RES-09, RES-10: print, scan, open, read."""
    citizen = await log_in(stage.world, identity.CITIZEN_LOGIN, stage.passwords["citizen"])
    newest = (await citizen.get("/api/v1/dossiers"))[0]
    [result] = await citizen.get(f"/api/v1/results/of/{newest['id']}")
    paper = await citizen.file(f"/api/v1/results/{result['id']}/paper")
    [address] = {code.partition("#")[0] for code in scan.codes(paper)}
    shown = await stage.world.hub.get(urlsplit(address).path)
    assert shown.status_code == 200
    assert result["code"] in shown.text
    assert 'data-verdict="valid"' in shown.text or "hợp lệ" in shown.text.lower()


async def whoever_read_a_paper_is_named(dsn: str) -> None:
    """RES-06, OPS-07: the citizen reads which partner took the papers, not that some partner did."""
    conn = await asyncpg.connect(dsn)
    try:
        rows = await conn.fetch("select distinct actor_name from vault.access where actor_kind = 'machine'")
    finally:
        await conn.close()
    assert [row["actor_name"] for row in rows] == [registry.connector("vbdlis").title_vi]


@pytest.mark.parametrize(
    ("bus", "partners"),
    [
        ("embedded", "in-process"),
        ("embedded", "served"),
        pytest.param("rabbit", "in-process", marks=[pytest.mark.needs_rabbit, pytest.mark.long]),
        pytest.param("rabbit", "served", marks=[pytest.mark.needs_rabbit, pytest.mark.long]),
    ],
)
async def test_one_dossier_goes_all_the_way_twice(
    bus: Bus, partners: Partners, tmp_path, database_url: str, request: pytest.FixtureRequest
) -> None:
    """In one process the house is opened anew in between; many processes are restarted one by one in test_faults."""
    amqp_url = request.getfixturevalue("amqp_url") if bus == "rabbit" else ""
    async with standing(bus, partners, tmp_path, database_url, amqp_url) as stage:
        await one_more(stage, nth=1)
        if bus == "rabbit":
            await one_more(stage, nth=2)
    if bus == "embedded":
        async with standing(bus, partners, tmp_path, database_url) as stage:
            await one_more(stage, nth=2)
    await whoever_read_a_paper_is_named(database_url)


async def one_more(stage: Stage, *, nth: int) -> None:
    outcome = await play(stage.world, stage.passwords)
    held(outcome)
    each_partner_got(outcome, nth)
    await the_qr_on_the_paper_leads_to_a_page_that_verifies(stage)


@pytest.mark.long
async def test_fifty_dossiers_at_once(tmp_path, database_url: str) -> None:
    """In one process, because there every loop, pool and lane is shared; the fault tests do it over RabbitMQ."""
    async with standing("embedded", "in-process", tmp_path, database_url) as stage:
        outcome = await play(stage.world, stage.passwords, dossiers=50)
    held(outcome)
    each_partner_got(outcome, 50)
