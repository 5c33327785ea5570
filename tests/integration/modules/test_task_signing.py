"""A signature in the app is a step of the procedure (WFL-07, WFL-08, RES-01): once, whatever crashes or comes first."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from connectors.runtime.simulation import SimulatorTransport
from hub import dossier, sealing, vault, workflow
from hub.catalog.local import workflow as flow_of
from hub.dossier import Deed, InHand, Wish
from hub.dossier.lifecycle import Trigger, transition
from hub.dossier.writing import move
from hub.kernel.actor import Actor
from hub.kernel.db import Database
from hub.kernel.documents import vietnamese_font
from hub.kernel.errors import Conflict, Forbidden, Invalid
from hub.kernel.ids import uuid7
from hub.kernel.signatures import Checker
from hub.sealing import Door, Face, Service, Studio
from hub.settings import Secret
from hub.signing_twin import SigningTwin
from hub.workflow import Assignee, Doer, Task, Work, tasks
from signing import TrustStore
from signing.test_pki import Pki
from tests.integration.modules.test_sealing import App, Killed, dying
from tests.support.dossiers import COUNTER, UNIT, Wired, accepted
from tests.support.modules import OFFICER, Everything, Hub, blank_pdf

CHECKER = Checker(TrustStore())


def officer(role: str, name: str) -> Doer:
    return Doer(id=str(uuid7()), name=name, roles=frozenset({role}), agencies=frozenset({UNIT}))


HEAD, ANH = officer("head", "Hạnh"), officer("specialist", "Anh")
LEADER, SECOND, CLERK = officer("leader", "Minh"), officer("leader", "Phó"), officer("clerk", "Võ Thị Văn Thư")
ACCOUNTS = (
    (LEADER, "Minh", "lanhdao"),
    (CLERK, "Dấu của cơ quan", "vanthu"),
    (CLERK, "Võ Thị Văn Thư", "vanthu-canhan"),
)


class House:
    """A department, its signers' app, and one dossier that is with the leader."""

    def __init__(self, db: Database, app: App, dossier_id: UUID) -> None:
        self.db, self.app, self.id = db, app, dossier_id

    async def task(self) -> Task:
        async with self.db.read() as uow:
            found = await tasks.open_task(uow, self.id)
        assert found is not None
        return found

    async def seen(self, who: Doer = LEADER) -> InHand:
        task = await self.task()
        async with self.db.read() as uow:
            return await dossier.in_hand(uow, who, task.id)

    async def ask(self, who: Doer = LEADER, face: Face = Face.LEADER, words: str = "") -> sealing.Request:
        task = await self.task()
        async with self.db.begin(_actor(who)) as uow:
            return await dossier.ask_to_sign(uow, who, task.id, Wish(face=face, words=words))

    async def act(self, action: str, who: Doer = LEADER, **deed: Any) -> dossier.Dossier:
        task = await self.task()
        async with self.db.begin(_actor(who)) as uow:
            return await dossier.act(uow, who, task.id, Deed(action=action, **deed), checker=CHECKER)

    async def look(self, request: sealing.Request) -> sealing.Request:
        return await sealing.advance(self.db, self.app.studio, request.id)

    async def signed(self, who: Doer = LEADER, face: Face = Face.LEADER, words: str = "") -> sealing.Request:
        request = await self.look(await self.ask(who, face, words))
        self.app.confirm()
        return await self.look(request)

    async def steps(self) -> list[tuple[str, str | None]]:
        async with self.db.read() as uow:
            return [(each.step, each.action) for each in await tasks.history(uow, self.id)]


def _actor(who: Doer) -> Actor:
    return Actor(kind="officer", id=who.id, name=who.name, unit="Sở")


@pytest.fixture
async def house(wired: Wired, tmp_path: Path) -> AsyncIterator[House]:
    db, clock = wired
    pki = Pki.load_or_create(tmp_path / "pki", clock.now)
    twin = SigningTwin(tmp_path / "twin", pki, "http://twin/_partners/signing", clock)
    door = Door(url="http://twin", secret=Secret("x"), client_id="x")
    async with sealing.http_client(SimulatorTransport(twin.app)) as client:
        doors = dict.fromkeys(Service, door)
        studio = Studio(doors=doors, client=client, tsa=pki.tsa(clock), font=vietnamese_font())
        yield House(db, App(twin, studio, pki), await _with_the_leader(db))
    await twin.close()


async def _with_the_leader(db: Database, *, name: str = "du-thao.pdf", media_type: str = "application/pdf") -> UUID:
    row = await accepted(db, connector="elsewhere")
    async with db.begin(OFFICER) as uow:
        for who, holder, account in ACCOUNTS:
            await sealing.know_credential(
                uow, officer_id=UUID(who.id), agency_code=UNIT, holder=holder, service=Service.SMARTCA, account=account
            )
        await tasks.begin(uow, row.id, flow_of("internal"), unit=UNIT, counter=COUNTER)
        await move(uow, transition(row, Trigger.HAND_OVER, at=uow.now, cause="Chuyển"))
        await tasks.complete(uow, row.id, HEAD, Work(action="assign", assignee=Assignee(ANH.id, ANH.name)))
        draft = await vault.store(
            uow, blank_pdf(), owner_id=UUID(ANH.id), kind=vault.Kind.DRAFT, name=name, media_type=media_type,
            dossier_id=row.id,
        )  # fmt: skip
        await tasks.complete(uow, row.id, ANH, Work(action="propose", note="Đủ điều kiện", document_id=draft.id))
    return row.id


async def test_wfl_07_the_leaders_yes_in_the_app_is_the_approval(house: House) -> None:
    """In the leader's name, in the transaction of the signature; what is signed is the proposal from then on."""
    request = await house.look(await house.ask())
    waiting = await house.seen()
    assert waiting.actions == ()
    assert waiting.signatures is not None
    assert waiting.signatures.waiting is not None
    assert (waiting.assignment.task.assignee_id, waiting.assignment.task.open) == (LEADER.id, True)
    house.app.confirm()
    request = await house.look(request)
    assert request.status is sealing.Status.SIGNED
    assert (await house.steps())[-2:] == [("leader", "approve"), ("clerk", None)]
    clerk = await house.seen(CLERK)
    done, proposal = clerk.assignment.history[-2], clerk.assignment.proposal
    assert (done.done_by_id, done.done_by_name, done.document_id) == (LEADER.id, "Minh", request.signed_entry)
    assert proposal is not None
    assert (proposal.document_id, proposal.note) == (request.signed_entry, "Đủ điều kiện")
    async with house.db.read() as uow:
        last = (await dossier.story(uow, house.id)).log[-1]
    assert (last.trigger, last.actor_name, last.cause) == ("progress", "Minh", "Ký duyệt trên ứng dụng")


async def test_a_crash_between_the_yes_and_the_approval_repeats_and_approves_once(house: House, wired: Wired) -> None:
    """Issue 3: killed before the commit, the signature and the approval are lost together and come together."""
    request = await house.look(await house.ask())
    house.app.confirm()
    with pytest.raises(Killed):
        async with dying(Hub(house.db, wired[1], Everything()), after=0):
            await house.look(request)
    assert (await house.task()).step == "leader"
    async with house.db.read() as uow:
        assert (await sealing.state_of(uow, request.id)).open
        assert len(await vault.versions(uow, request.document_id)) == 1
    for _ in range(2):
        assert (await house.look(request)).status is sealing.Status.SIGNED
    assert [step for step in await house.steps() if step[1] == "approve"] == [("leader", "approve")]
    assert house.app.asked() == [request.transaction]


async def test_while_it_waits_nothing_else_is_decided(house: House) -> None:
    """Refused in words, not taken for a cancellation; after a cancel everything is free, and a late yes is nothing."""
    request = await house.look(await house.ask())
    task = await house.task()
    for deed in ("approve", "reject"):
        with pytest.raises(Conflict, match="waits-for-signature"):
            await house.act(deed, note="x")
    with pytest.raises(Conflict, match="waits-for-signature"):
        async with house.db.begin(OFFICER) as uow:
            await dossier.reassign(uow, HEAD, task.id, uuid7())
    with pytest.raises(Conflict, match="waits-for-signature"):
        await house.ask()
    async with house.db.begin(OFFICER) as uow:
        with pytest.raises(Forbidden):
            await dossier.cancel_signing(uow, SECOND, task.id)
        freed = await dossier.cancel_signing(uow, LEADER, task.id)
        with pytest.raises(Conflict, match="nobody-signs"):
            await dossier.cancel_signing(uow, LEADER, task.id)
    assert [each.key for each in freed.actions] == ["approve", "reject"]
    house.app.confirm()
    assert (await house.look(request)).status is sealing.Status.CANCELLED
    assert (await house.task()).id == task.id
    await house.act("reject", note="Ghi rõ lưu lượng")
    assert (await house.task()).step == "examine"


async def test_a_signature_and_a_decision_at_one_moment_are_the_one_that_came_first(house: House) -> None:
    """The later one waits for the earlier one's commit, then sees it."""
    task = await house.task()
    async with house.db.begin(_actor(LEADER)) as uow:
        asked = await dossier.ask_to_sign(uow, LEADER, task.id, Wish(face=Face.LEADER))
        late = asyncio.create_task(house.act("approve"))
        await _somebody_waits(house.db)
    with pytest.raises(Conflict, match="waits-for-signature"):
        await late
    async with house.db.begin(_actor(LEADER)) as uow:
        await sealing.cancel(uow, asked.id)
    async with house.db.begin(_actor(LEADER)) as uow:
        await dossier.act(uow, LEADER, task.id, Deed(action="approve"), checker=CHECKER)
        late_request = asyncio.create_task(house.ask())
        await _somebody_waits(house.db)
    with pytest.raises(Conflict, match="task-closed"):
        await late_request


async def _somebody_waits(db: Database) -> None:
    """For another transaction of this database."""
    blocked = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    async with asyncio.timeout(30):
        while not await db.pool.fetchval(blocked):
            await asyncio.sleep(0)


async def test_whoever_declines_or_lets_it_lapse_may_sign_again_or_send_back(house: House, wired: Wired) -> None:
    request = await house.look(await house.ask())
    house.app.confirm("declined")
    assert (await house.look(request)).status is sealing.Status.DECLINED
    seen = await house.seen()
    assert seen.signatures is not None
    assert seen.signatures.missed is not None
    assert [each.key for each in seen.actions] == ["approve", "reject"]
    request = await house.look(await house.ask())
    wired[1].forward(hours=25)
    assert (await house.look(request)).status is sealing.Status.EXPIRED
    assert (await house.task()).step == "leader"
    await house.signed()
    assert (await house.task()).step == "clerk"


async def test_dos_17_a_withdrawal_calls_the_signature_off(house: House) -> None:
    request = await house.look(await house.ask())
    async with house.db.begin(OFFICER) as uow:
        row = await dossier.get(uow, house.id)
        await dossier.withdraw(uow, row.owner_id, house.id, reason="Không khoan nữa")
    house.app.confirm()
    assert (await house.look(request)).status is sealing.Status.CANCELLED
    assert (await house.steps())[-1] == ("leader", None)
    with pytest.raises(Conflict, match="not-in-hand"):
        await house.ask()


async def test_a_signature_for_what_is_somebody_elses_by_now_decides_nothing(house: House) -> None:
    """Asked again on the list of requests after the head gave the task to another leader."""
    request = await house.look(await house.ask())
    house.app.confirm("declined")
    await house.look(request)
    task = await house.task()
    async with house.db.begin(OFFICER) as uow:
        await tasks.reassign(uow, task.id, HEAD, Assignee(SECOND.id, SECOND.name))
        again = await sealing.again(uow, request.id)
    await house.look(again)
    house.app.confirm()
    assert (await house.look(again)).status is sealing.Status.SIGNED
    assert (await house.task()).id == task.id


async def test_wfl_08_number_date_and_seal_go_on_what_the_leader_signed_and_nothing_after_the_seal(
    house: House,
) -> None:
    async def offered(who: Doer) -> dict[str, str]:
        it = await house.seen(who)
        async with house.db.read() as uow:
            return {each.face.value: each.certificates[0].holder for each in await dossier.offers(uow, who, it)}

    assert await offered(LEADER) == {"leader": "Minh"}
    assert await offered(SECOND) == {}
    leaders = await house.signed()
    own, seal = "Võ Thị Văn Thư", "Dấu của cơ quan"
    assert await offered(CLERK) == {"agency": seal, "number": own, "date": own}
    with pytest.raises(Invalid, match="not-to-be-signed"):
        await house.ask(CLERK, Face.LEADER)
    with pytest.raises(Invalid, match="words-needed"):
        await house.ask(CLERK, Face.NUMBER)
    with pytest.raises(Invalid, match="no-attachment"):
        await house.act("issue", CLERK, document=leaders.signed_entry)
    await house.signed(CLERK, Face.NUMBER, "Số: 12/GXN")
    assert await offered(CLERK) == {"agency": seal, "date": own}
    await house.signed(CLERK, Face.DATE, "An Giang, ngày 19 tháng 11 năm 2026")
    sealed = await house.signed(CLERK, Face.AGENCY)
    assert await offered(CLERK) == {}
    it = await house.seen(CLERK)
    assert it.signatures is not None
    assert it.signatures.sealed == sealed.signed_entry
    async with house.db.read() as uow:
        assert len(await vault.versions(uow, sealed.document_id)) == 5
    with pytest.raises(Invalid, match="result"):  # this checker trusts nobody: verified like any other
        await house.act("issue", CLERK, document=sealed.signed_entry)
    assert (await house.task()).step == "clerk"


async def test_only_a_pdf_with_a_certificate_is_offered_and_an_old_page_asks_for_nothing(house: House) -> None:
    word = House(house.db, house.app, await _with_the_leader(house.db, name="x.docx", media_type=_DOCX))
    with pytest.raises(Invalid, match="not-to-be-signed"):
        await word.ask()
    task = await house.task()
    async with house.db.begin(OFFICER) as uow:
        for who, wish, problem in (
            (ANH, Wish(face=Face.LEADER), workflow.NotYourTask),
            (SECOND, Wish(face=Face.LEADER), Invalid),
            (LEADER, Wish(face=Face.LEADER, version=1), Conflict),
            (LEADER, Wish(face=Face.LEADER, certificate=uuid7()), Invalid),
        ):
            with pytest.raises(problem):
                await dossier.ask_to_sign(uow, who, task.id, wish)


_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
