"""Who hears that long-term data could not be renewed, and when (RES-05, RES-08; SIGNING §1)."""

from datetime import timedelta
from uuid import UUID

import pytest

from hub import identity, notification, portfolio
from hub.kernel.ids import uuid7
from hub.portfolio import renewal_repository as repository
from hub.portfolio.model import Outcome, Renewal
from hub.portfolio.renewal_telling import tell
from tests.support.modules import Hub

AGENCY, OTHER = "H01.03", "H01.12"


class House:
    """An agency with a leader, a clerk, a specialist and an operator, and a citizen whose result is in trouble."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.people: dict[str, UUID] = {}

    async def start(self) -> None:
        async with self.hub.begin() as uow:
            for code in (AGENCY, OTHER):
                await identity.put_agency(uow, identity.Agency(code=code, name=code, address="", phone=""))
            unit = await identity.put_unit(uow, AGENCY, "Phòng Quản lý")
            for role in ("leader", "clerk", "specialist", "operator"):
                new = identity.NewOfficer(
                    login=role, name=role, title="", unit_id=unit.id, roles=frozenset({identity.Role(role)})
                )
                self.people[role] = (await identity.add_officer(uow, new, "Mot-cua-2026!")).id
            person = await identity.register(
                uow,
                identity.Registration(
                    name="Nguyễn Thị Mẫu", id_number="089190000078", phone="0912345678", password="Mot-cua-2026!",
                    email="mau78@example.vn", declared=True,
                ),
            )  # fmt: skip
            self.people["holder"] = person.id

    def trouble(self, days: int, *, agency: str = AGENCY, outcome: Outcome = Outcome.FAILED) -> Renewal:
        now = self.hub.clock.now
        done = outcome is Outcome.RENEWED
        return Renewal(
            entry_id=uuid7(), document_id=uuid7(), owner_id=self.people["holder"], dossier_id=None, agency_code=agency,
            document="Quyết định.pdf", lapses_at=now + timedelta(days=days), outcome=outcome, at=now, why_vi="vì",
            why_en="because", next_at=None if done else now, renewed_id=uuid7() if done else None,
            holds_until=now + timedelta(days=900) if done else None,
        )  # fmt: skip

    async def put(self, *renewals: Renewal) -> None:
        async with self.hub.begin() as uow:
            for each in renewals:
                await repository.put(uow.conn, each)

    async def tell(self) -> None:
        async with self.hub.begin() as uow:
            await tell(uow)

    async def titles(self, who: str) -> list[str]:
        async with self.hub.db.read() as uow:
            return [each.title for each in await notification.inbox_of(uow, self.people[who])]


@pytest.fixture
async def home(hub: Hub) -> House:
    made = House(hub)
    await made.start()
    return made


async def test_trouble_far_from_the_end_is_the_officers_and_operators_business(home: House) -> None:
    """One message for all documents; those who cannot do anything about it, and the holder, are left alone."""
    await home.put(*(home.trouble(80) for _ in range(3)))
    await home.tell()
    for who in ("leader", "clerk", "operator"):
        (title,) = await home.titles(who)
        assert title == "3 văn bản chưa gia hạn được dữ liệu dài hạn"
    assert await home.titles("specialist") == []
    assert await home.titles("holder") == []


async def test_nothing_is_said_twice_until_the_end_is_nearer(home: House) -> None:
    await home.put(home.trouble(80))
    for _ in range(2):
        await home.tell()
    home.hub.clock.forward(days=1)
    await home.tell()
    assert len(await home.titles("operator")) == 1
    for days, said in ((51, "30 ngày"), (23, "7 ngày"), (6, "đã hết")):
        home.hub.clock.forward(days=days)
        await home.tell()
        assert said in (await home.titles("leader"))[0]
        assert said in (await home.titles("operator"))[0]
    assert len(await home.titles("leader")) == 4


async def test_the_holder_hears_a_month_before_once_and_when_it_has_lapsed(home: House) -> None:
    await home.put(home.trouble(29))
    await home.tell()
    (title,) = await home.titles("holder")
    assert title == "Dữ liệu xác minh dài hạn của «Quyết định.pdf» sắp hết hạn"
    home.hub.clock.forward(days=25)
    await home.tell()
    assert len(await home.titles("holder")) == 1
    home.hub.clock.forward(days=5)
    await home.tell()
    assert (await home.titles("holder"))[0].endswith("đã hết hạn")
    assert [mail.to for mail in home.hub.told(notification.MailWanted)] == ["mau78@example.vn"] * 2


async def test_an_agency_hears_of_its_own_documents_and_a_document_without_one_is_the_operators(home: House) -> None:
    await home.put(home.trouble(80, agency=OTHER), home.trouble(80, agency=""))
    await home.tell()
    assert await home.titles("leader") == []
    assert len(await home.titles("operator")) == 1


async def test_what_was_renewed_is_not_told_of(home: House) -> None:
    await home.put(home.trouble(20, outcome=Outcome.RENEWED))
    await home.tell()
    assert await home.titles("operator") == []
    assert await home.titles("holder") == []


async def test_putting_a_trouble_again_keeps_what_was_told(home: House) -> None:
    first = home.trouble(20)
    await home.put(first)
    await home.tell()
    await home.put(first)
    await home.tell()
    assert len(await home.titles("holder")) == 1
    async with home.hub.db.read() as uow:
        (known,) = await portfolio.troubled(uow)
    assert known.attempts == 2
