"""The log of what was issued and changed: nothing is lost, nothing can be altered unseen (PEERS §2(b) 12)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest
from click.testing import CliRunner

from hub import proof, result, vault
from hub.cli import main
from hub.dossier import repository as dossiers
from hub.dossier import writing
from hub.dossier.events import Submitted
from hub.dossier.lifecycle import Trigger, transition
from hub.dossier.model import Dossier
from hub.kernel.db import Database, open_database
from hub.kernel.errors import Problem
from hub.kernel.ids import uuid7
from hub.proof import Audit, Witness
from hub.result import Checker, Delivered
from signing import Look, Role, merkle, proofs, seal_pdf
from signing.proof_check import Asked, check
from signing.proof_words import Code
from signing.test_pki import Pki
from tests.integration.test_lifecycle_property import APPLICANT, fresh
from tests.support.files import folder_storage
from tests.support.modules import OFFICER, Clock, blank_pdf

HOUR = 22
UNIT = "H01.03"


class House:
    """The database with the log's subscribers, a dossier, a witness."""

    def __init__(self, db: Database, clock: Clock, pki: Pki) -> None:
        self.db = db
        self.clock = clock
        self.pki = pki
        self.trust = pki.trust(clock.now)
        self.witness = Witness(key=pki.key("hub"), tsa=pki.tsa(clock), hour=HOUR)

    async def submitted(self) -> Dossier:
        row = fresh()
        async with self.db.begin(OFFICER) as uow:
            await dossiers.insert(uow.conn, row, [], OFFICER)
            await uow.emit(Submitted(dossier_id=row.id, code=None, revision=1, status=row.status, at=uow.now, cause=""))
        return row

    async def moved(self, row: Dossier, trigger: Trigger, cause: str = "lý do", **columns: Any) -> Dossier:
        async with self.db.begin(OFFICER) as uow:
            return await writing.move(uow, transition(row, trigger, at=uow.now, cause=cause, **columns))

    async def issued(self, row: Dossier, name: str = "agency") -> tuple[result.Result, bytes]:
        look = Look(role=Role.AGENCY)
        content = await seal_pdf(blank_pdf(), self.pki.key(name), look, tsa=self.pki.tsa(self.clock), at=self.clock.now)
        async with self.db.begin(OFFICER) as uow:
            await result.bring_seals(uow, [UNIT], [self.pki.certificate(each).der for each in ("agency", "leader")])
            (stored,) = await result.receive(
                uow,
                dossier_id=row.id,
                dossier_code=row.reference,
                owner_id=row.owner_id,
                files=(Delivered(name="Quyết định.pdf", content=content),),
                checker=Checker(self.trust),
                deciders=(UNIT,),
                unit_name="Văn phòng Đăng ký đất đai",
            )
        return stored, content

    async def sequenced(self) -> int:
        async with self.db.begin(OFFICER) as uow:
            return await proof.sequence(uow)

    async def signed(self) -> proof.SignedRoot | None:
        async with self.db.begin(OFFICER) as uow:
            return await proof.sign_root(uow, self.witness)

    async def audit(self) -> Audit:
        async with self.db.begin(OFFICER) as uow:
            return await proof.audit(uow, self.trust)

    async def held(self, row: Dossier) -> dict[str, proof.Held]:
        async with self.db.read() as uow:
            found = await proof.held_of(uow, dossier_id=row.id)
        return {each.kind: each for each in reversed(found)}

    async def file(self, row: Dossier, kind: str, owner: UUID | None = None) -> bytes:
        held = (await self.held(row))[kind]
        async with self.db.read() as uow:
            return (await proof.proof_of(uow, held.fact_id, owner or row.owner_id, HOUR))[1]


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki.load_or_create(tmp_path_factory.mktemp("pki") / "pki", Clock().now)


@pytest.fixture
async def house(database_url: str, tmp_path: Path, pki: Pki) -> AsyncIterator[House]:
    clock = Clock()
    storage = folder_storage(tmp_path)
    async with open_database(database_url, storage, clock=clock, subscribers=proof.SUBSCRIBERS) as db:
        yield House(db, clock, pki)


async def whole_life(house: House) -> tuple[Dossier, result.Result, bytes]:
    """Submitted, accepted, a result, a paper copy, a better result, the first replaced, the second revoked."""
    row = await house.submitted()
    accepted = await house.moved(row, Trigger.ACCEPT, received_at=house.clock.now, code=f"H-{row.reference}")
    await house.moved(accepted, Trigger.HAND_OVER)
    first, content = await house.issued(accepted)
    async with house.db.begin(OFFICER) as uow:
        await vault.convert_to_paper(uow, first.entry_id)
    house.clock.forward(seconds=5)
    second, _ = await house.issued(accepted, "leader")
    async with house.db.begin(OFFICER) as uow:
        await result.supersede(uow, first.code, by=second.code, cause="Cấp lại")
        await result.revoke(uow, second.code, cause="Cấp sai")
    return row, first, content


async def test_everything_with_legal_effect_has_its_entry(house: House) -> None:
    row, _, _ = await whole_life(house)
    assert sorted(await house.held(row)) == [
        "dossier-accept", "dossier-submit", "paper-copy", "result-issued", "result-revoked", "result-superseded",
    ]  # fmt: skip
    assert await house.sequenced() == 7
    assert await house.sequenced() == 0
    found = await house.audit()
    assert (found.broken, found.entries, found.rows, found.waiting) == (None, 7, 7, 0)


async def test_a_fact_is_there_exactly_when_its_transaction_is(house: House) -> None:
    row = await house.submitted()
    with suppress(RuntimeError):
        async with house.db.begin(OFFICER) as uow:
            await writing.move(uow, transition(row, Trigger.REFUSE, at=uow.now, cause="thiếu"))
            raise RuntimeError
    assert "dossier-refuse" not in await house.held(row)
    await house.moved(row, Trigger.REFUSE)
    assert "dossier-refuse" in await house.held(row)


async def test_no_entry_is_lost_however_late_its_transaction_commits(house: House) -> None:
    """A transaction that began first and ends last: numbered later, not skipped; nobody waits for it."""
    slow = await house.submitted()
    async with house.db.begin(OFFICER) as uow:
        await writing.move(uow, transition(slow, Trigger.REFUSE, at=uow.now, cause="chậm"))
        fast = await house.submitted()
        async with asyncio.timeout(5):
            assert await house.sequenced() == 2
        assert "dossier-submit" in await house.held(fast)
    assert await house.sequenced() == 1
    assert (await house.audit()).broken is None


async def test_many_at_once_with_sequencers_racing_make_one_gapless_chain(house: House) -> None:
    rows = await asyncio.gather(*(house.submitted() for _ in range(8)))
    await asyncio.gather(*(house.moved(row, Trigger.REFUSE) for row in rows), *(house.sequenced() for _ in range(4)))
    await house.sequenced()
    found = await house.audit()
    assert (found.broken, found.entries, found.waiting) == (None, 16, 0)


async def test_a_sequencer_that_dies_leaves_the_queue_as_it_was(house: House) -> None:
    await house.submitted()
    with suppress(RuntimeError):
        async with house.db.begin(OFFICER) as uow:
            assert await proof.sequence(uow) == 1
            raise RuntimeError
    assert await house.sequenced() == 1
    assert (await house.audit()).broken is None


async def test_entries_hold_no_personal_data(house: House) -> None:
    await whole_life(house)
    await house.sequenced()
    leaves = await house.db.pool.fetchval("select string_agg(leaf, '') from proof.entry")
    facts = await house.db.pool.fetchval("select string_agg(f::text, '') from proof.fact f")
    for private in (APPLICANT.name, APPLICANT.id_number, APPLICANT.phone, "Cấp sai", "lý do"):
        assert private not in leaves
        assert private not in facts


async def test_a_citizens_proof_holds_without_the_hub(house: House, tmp_path: Path) -> None:
    row, _, content = await whole_life(house)
    with pytest.raises(Problem) as early:
        await house.file(row, "result-issued")
    assert early.value.code == "proof.not-yet"
    assert "22:00, 23/11/2026" in early.value.vi
    await house.signed()
    data = await house.file(row, "result-issued")
    said = check(data, trust=house.trust, at=house.clock.now, asked=Asked(document=content))
    assert said.code is Code.HOLDS, said
    assert said.private == {"name": APPLICANT.name, "id_number": APPLICANT.id_number, "cause": ""}
    assert said.stamped
    with pytest.raises(Problem, match=r"proof\.no-such-fact"):
        await house.file(row, "result-issued", owner=uuid7())
    _check_command(house, tmp_path, data, content)


def _check_command(house: House, folder: Path, data: bytes, content: bytes) -> None:
    """The same from the command line: 0, 1, 2."""
    anchor = str(house.pki.folder / "root.cert.pem")
    file, document = folder / "proof.json", folder / "result.pdf"
    file.write_bytes(data)
    document.write_bytes(content)
    call = ["proof", "check", str(file), "--anchor", anchor, "--at", house.clock.now.isoformat()]
    good = CliRunner().invoke(main, [*call, "--document", str(document), "--json"])
    assert good.exit_code == 0, good.output
    assert msgspec.json.decode(good.stdout)["code"] == "proof.holds"
    document.write_bytes(b"%PDF other")
    assert CliRunner().invoke(main, [*call, "--document", str(document)]).exit_code == 1
    file.write_bytes(data.replace(b"result-issued", b"result-revoked"))
    bad = CliRunner().invoke(main, call)
    assert (bad.exit_code, "proof.entry-altered" in bad.output) == (1, True)
    assert CliRunner().invoke(main, ["proof", "check", str(folder / "none.json")]).exit_code == 2
    assert CliRunner().invoke(main, [*call, "--root", str(document)]).exit_code == 2


async def test_roots_grow_out_of_each_other_and_can_be_pinned(house: House) -> None:
    row, _, _ = await whole_life(house)
    first = await house.signed()
    assert first is not None
    assert await house.signed() is None, "nothing new, nothing signed"
    for _ in range(3):
        await house.submitted()
    house.clock.forward(days=1)
    second = await house.signed()
    assert second is not None
    async with house.db.read() as uow:
        assert [each.size for each in await proof.roots(uow)] == [10, 7]
        link = await proof.link(uow, 7, 10)
        pinned = await proof.root(uow, 10)
        with pytest.raises(Problem, match=r"proof\.no-such-root"):
            await proof.link(uow, 5, 10)
    assert proofs.linked(link)
    data = await house.file(row, "dossier-submit")
    head = msgspec.convert(msgspec.to_builtins(pinned), proofs.Head)
    asked = Asked(pinned=head, link=link)
    assert check(data, trust=house.trust, at=house.clock.now, asked=asked).code is Code.HOLDS


@pytest.mark.parametrize(
    ("after", "due"),
    [
        ("2026-11-23T02:00:00+00:00", "2026-11-23T15:00:00+00:00"),
        ("2026-11-23T15:00:00+00:00", "2026-11-24T15:00:00+00:00"),
        ("2026-11-23T18:00:00+00:00", "2026-11-24T15:00:00+00:00"),
    ],
)
def test_when_the_next_root_is_due(after: str, due: str) -> None:
    """22:00 in Vietnam is 15:00 UTC."""
    assert proof.next_signing(datetime.fromisoformat(after), HOUR) == datetime.fromisoformat(due)


async def test_one_root_a_day_from_its_hour_on(house: House) -> None:
    await house.submitted()
    await house.sequenced()

    async def run() -> bool:
        async with house.db.begin(OFFICER) as uow:
            return await proof.sign_when_due(uow, house.witness) is not None

    assert not await run()
    house.clock.now = datetime(2026, 11, 23, 15, 1, tzinfo=UTC)
    assert await run()
    await house.submitted()
    assert not await run()
    house.clock.now += timedelta(days=1)
    assert await run()


@pytest.mark.parametrize("table", ["proof.log", "proof.fact", "proof.entry", "proof.node", "proof.root"])
async def test_the_tables_refuse_changes(house: House, table: str) -> None:
    await house.submitted()
    await house.signed()
    column = {"proof.log": "begun_at = now()", "proof.fact": "subject = 'x'", "proof.entry": "leaf = 'x'"}
    change = column.get(table, "hash = hash")
    for sql in (f"update {table} set {change}", f"delete from {table}"):  # noqa: S608
        with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="append-only"):
            await house.db.pool.execute(sql)


TAMPERINGS = [
    ("update proof.fact set digests = '{}' where kind = 'result-issued'", "audit.entry", "result-issued"),
    ("update proof.entry set leaf = replace(leaf, 'submit', 'refuse') where sequence = 0", "audit.chain", "entry 0"),
    ("delete from proof.entry where sequence = 3", "audit.number", "entry 3"),
    ("delete from proof.entry where sequence = 6", "audit.root-gone", "root 7"),
    ("delete from proof.waiting; delete from proof.entry where sequence = 7", "audit.lost", "dossier-submit"),
    ("update proof.node set hash = sha256(hash) where level = 1 and index = 0", "audit.tree", "1/0"),
    ("update proof.root set hash = sha256(hash)", "audit.root", "root 7"),
    ("update proof.root set jws = left(jws, -6) || 'AAAAAA'", "audit.root-signature", "root 7"),
    ("update result.result set sha256 = repeat('0', 64) where code like '%-KQ1'", "audit.altered", "result-issued"),
    ("update result.result set owner_id = gen_random_uuid()", "audit.altered", "result-issued"),
    ("update result.result_log set at = at - interval '1 day' where trigger = 'revoke'", "audit.altered", "KQ2"),
    ("update result.result_log set cause = 'khác' where trigger = 'revoke'", "audit.person", "result-revoked"),
    ("update dossier.dossier set applicant = applicant || '{\"name\": \"X\"}'", "audit.person", "dossier-"),
    ("delete from dossier.log where trigger = 'accept'", "audit.source-gone", "dossier-accept"),
    ("update vault.conversion set sha256 = repeat('0', 64)", "audit.altered", "paper-copy"),
    ("delete from proof.waiting; delete from proof.fact where id not in (select fact_id from proof.entry)",
     "audit.missing", "dossier-submit"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "code", "where"), TAMPERINGS, ids=[code + "-" + where for _, code, where in TAMPERINGS]
)
async def test_the_audit_names_what_was_tampered_with(house: House, sql: str, code: str, where: str) -> None:
    """By somebody who may switch the triggers off."""
    await whole_life(house)
    await house.signed()
    await house.submitted()
    assert (await house.audit()).broken is None
    async with house.db.pool.acquire() as conn, conn.transaction():
        await conn.execute("set local session_replication_role = replica")
        await conn.execute(sql)
    found = (await house.audit()).broken
    assert found is not None
    assert (found.code, where in found.where) == (code, True), found


def test_the_leaf_of_an_empty_tree_is_never_a_root() -> None:
    assert merkle.fold((), {}) == merkle.EMPTY
