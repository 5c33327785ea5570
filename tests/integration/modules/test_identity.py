"""Accounts, log-in, sessions, machines and mandates on a real database."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from hub import identity
from hub.identity import Agency, NewOfficer, Registration, Role, passwords
from hub.kernel.errors import Invalid
from tests.support.modules import Hub

pytestmark = pytest.mark.anyio

PASSWORD = "mat-khau-thu-1"
AGENCY = Agency(code="H01.01", name="Sở Tư pháp")


def person(number: str = "089190000001", **more: object) -> Registration:
    given: dict[str, object] = {
        "name": "Nguyễn Thị Mẫu",
        "id_number": number,
        "phone": "0912345678",
        "password": PASSWORD,
        "declared": True,
    }
    return Registration(**(given | more))  # type: ignore[arg-type]


async def registered(hub: Hub, number: str = "089190000001") -> UUID:
    async with hub.begin() as uow:
        return (await identity.register(uow, person(number))).id


async def log_in(hub: Hub, login: str = "089190000001", password: str = PASSWORD) -> identity.Principal:
    async with hub.begin() as uow:
        return await identity.log_in(uow, login, password)


async def test_a_citizen_registers_once_and_logs_in_with_the_personal_number(hub: Hub) -> None:
    """ACC-01, ACC-02."""
    citizen = await registered(hub)
    principal = await log_in(hub)
    assert (principal.id, principal.kind, principal.name) == (citizen, "citizen", "Nguyễn Thị Mẫu")
    assert [f.citizen_id for f in hub.told(identity.CitizenRegistered)] == [citizen]
    with pytest.raises(identity.AlreadyRegistered) as taken:
        await registered(hub)
    assert taken.value.field == "login"
    async with hub.begin() as uow:
        with pytest.raises(identity.AlreadyRegistered) as taken:
            await identity.register(uow, person(login="khac.ten"))
        assert taken.value.field == "id_number"
        assert await identity.citizen_by_number(uow, "089190000001") is not None


async def test_the_declaration_of_responsibility_is_kept_with_its_time(hub: Hub) -> None:
    """ACC-08."""
    async with hub.begin() as uow:
        with pytest.raises(Invalid, match=r"identity\.not-declared"):
            await identity.register(uow, person(declared=False))
        citizen = await identity.register(uow, person())
    assert citizen.declared_at == hub.clock.now


async def test_passwords_and_tokens_are_stored_only_as_hashes(hub: Hub) -> None:
    await registered(hub)
    async with hub.begin() as uow:
        token = await identity.open_session(uow, await identity.log_in(uow, "089190000001", PASSWORD))
    dump = await hub.value(
        "select string_agg(t, ' ') from (select a::text from identity.account a union all "
        "select s::text from identity.session s) as x(t)"
    )
    assert "$argon2id$" in dump
    assert PASSWORD not in dump
    assert token not in dump


def test_a_stolen_hash_is_costly_to_guess() -> None:
    """RFC 9106 §4, second recommended option; the suite itself uses a cheaper one."""
    assert (passwords.COST.memory_cost, passwords.COST.time_cost) == (64 * 1024, 3)


async def test_two_registrations_of_one_person_at_once_make_one_account(hub: Hub) -> None:
    ends = await asyncio.gather(registered(hub), registered(hub), return_exceptions=True)
    assert sorted(type(end).__name__ for end in ends) == ["AlreadyRegistered", "UUID"]


async def test_failed_log_ins_are_counted_although_each_ends_in_an_error(hub: Hub) -> None:
    await registered(hub)
    for _ in range(5):
        with pytest.raises(identity.WrongCredentials):
            await log_in(hub, password="sai-mat-khau")
    with pytest.raises(identity.TooManyAttempts):
        await log_in(hub)
    assert [f.login for f in hub.told(identity.AccountLocked)] == ["089190000001"]
    hub.clock.forward(seconds=61)
    assert (await log_in(hub)).login == "089190000001"


async def test_a_locked_account_stays_locked_longer_with_each_further_failure(hub: Hub) -> None:
    await registered(hub)
    waits = []
    for _ in range(9):
        with pytest.raises(identity.WrongCredentials):
            await log_in(hub, password="sai-mat-khau")
        until = await hub.value("select locked_until from identity.throttle")
        waits.append(None if until is None else (until - hub.clock.now) / timedelta(minutes=1))
        hub.clock.now = until or hub.clock.now
    assert waits == [None, None, None, None, 1, 2, 4, 8, 15]


async def test_an_unknown_login_answers_like_a_wrong_password_and_is_throttled_too(hub: Hub) -> None:
    for _ in range(5):
        with pytest.raises(identity.WrongCredentials):
            await log_in(hub, login="khong-co")
    with pytest.raises(identity.TooManyAttempts):
        await log_in(hub, login="KHONG-CO ")
    assert hub.told(identity.AccountLocked) == []


async def test_a_session_ends_when_idle_when_old_and_when_closed(hub: Hub) -> None:
    await registered(hub)
    principal = await log_in(hub)
    async with hub.begin() as uow:
        token = await identity.open_session(uow, principal)
        other = await identity.open_session(uow, principal)
    assert token != other

    async def who(which: str) -> identity.Principal | None:
        async with hub.db.read() as uow:
            return await identity.principal_of(uow, which)

    for _ in range(20):
        hub.clock.forward(minutes=30)
        assert await who(token) == principal
    assert await who(other) is None
    hub.clock.forward(hours=2)
    assert await who(token) is None
    async with hub.begin() as uow:
        fresh = await identity.open_session(uow, principal)
        await identity.close_session(uow, fresh)
    assert await who(fresh) is None
    assert await who("khong-co") is None


async def test_a_busy_session_still_ends_after_its_longest_life(hub: Hub) -> None:
    await registered(hub)
    principal = await log_in(hub)
    async with hub.begin() as uow:
        token = await identity.open_session(uow, principal)
    alive = 0
    async with hub.db.read() as uow:
        while await identity.principal_of(uow, token):
            hub.clock.forward(minutes=50)
            uow.now = hub.clock.now
            alive += 1
    assert timedelta(minutes=50) * alive >= identity.LONGEST > timedelta(minutes=50) * (alive - 1)


async def an_officer(hub: Hub, *roles: Role) -> identity.Officer:
    async with hub.begin() as uow:
        await identity.put_agency(uow, AGENCY)
        unit = await identity.put_unit(uow, AGENCY.code, "Bộ phận Một cửa", one_stop=True)
        new = NewOfficer(
            login="tiepnhan", name="Trần Thị Tiếp Nhận", title="Chuyên viên", unit_id=unit.id, roles=frozenset(roles)
        )
        return await identity.add_officer(uow, new, "mat-khau-tam-1")


async def test_an_officers_first_log_in_demands_a_new_password(hub: Hub) -> None:
    """ACC-06, ACC-07."""
    officer = await an_officer(hub, Role.COUNTER, Role.HEAD)
    principal = await log_in(hub, "tiepnhan", "mat-khau-tam-1")
    assert principal.must_change_password
    assert principal.roles == {"counter", "head"}
    assert principal.acts_for("H01.01")
    assert not principal.acts_for("")
    assert principal.actor.unit == "Bộ phận Một cửa"
    async with hub.begin() as uow:
        here = await identity.open_session(uow, principal)
        elsewhere = await identity.open_session(uow, principal)
    async with hub.begin() as uow:
        with pytest.raises(identity.WrongCredentials):
            await identity.change_password(uow, principal, "sai", "mat-khau-moi-2")
        with pytest.raises(Invalid):
            await identity.change_password(uow, principal, "mat-khau-tam-1", "mat-khau-tam-1")
        await identity.change_password(uow, principal, "mat-khau-tam-1", "mat-khau-moi-2", token=here)
        assert await identity.principal_of(uow, here) is not None
        assert await identity.principal_of(uow, elsewhere) is None
    assert not (await log_in(hub, "tiepnhan", "mat-khau-moi-2")).must_change_password
    async with hub.db.read() as uow:
        assert await identity.officer(uow, officer.id) == officer
        assert await identity.officers_of(uow, officer.unit_id) == (officer,)
        assert (await identity.agency(uow, "H01.01")).name == "Sở Tư pháp"
        assert (await identity.unit(uow, officer.unit_id)).one_stop


async def test_a_disabled_officer_is_out_at_once(hub: Hub) -> None:
    officer = await an_officer(hub, Role.CLERK)
    principal = await log_in(hub, "tiepnhan", "mat-khau-tam-1")
    async with hub.begin() as uow:
        token = await identity.open_session(uow, principal)
        await identity.disable(uow, officer.id, "chuyển công tác")
        assert await identity.principal_of(uow, token) is None
    with pytest.raises(identity.WrongCredentials):
        await log_in(hub, "tiepnhan", "mat-khau-tam-1")
    async with hub.begin() as uow:
        with pytest.raises(identity.NoSuchAccount):
            await identity.officer(uow, officer.id)


async def test_a_machine_is_known_by_its_key_until_it_is_replaced_or_revoked(hub: Hub) -> None:
    async with hub.begin() as uow:
        first = await identity.issue_machine_key(uow, "vbdlis", agency_code="H01.05")
        machine = await identity.authenticate_machine(uow, first)
        assert machine is not None
        assert (machine.kind, machine.name, machine.agency_code) == ("machine", "vbdlis", "H01.05")
        second = await identity.issue_machine_key(uow, "vbdlis")
        assert await identity.authenticate_machine(uow, first) is None
        assert await identity.authenticate_machine(uow, second) is not None
        await identity.revoke_machine(uow, "vbdlis")
        assert await identity.authenticate_machine(uow, second) is None


async def test_a_representative_acts_only_within_the_recorded_authority(hub: Hub) -> None:
    """ACC-04."""
    owner, helper = await registered(hub), await registered(hub, "089190000002")
    async with hub.begin() as uow:
        with pytest.raises(identity.NoMandate):
            await identity.require_mandate(uow, owner_id=owner, representative_id=helper, procedure_code="1.004222")
        mandate = await identity.record_mandate(
            uow,
            owner_id=owner,
            representative_id=helper,
            procedure_code="1.004222",
            basis="Giấy ủy quyền số 12",
            valid_until=uow.now + timedelta(days=30),
        )
        await identity.require_mandate(uow, owner_id=owner, representative_id=helper, procedure_code="1.004222")
        await identity.require_mandate(uow, owner_id=owner, representative_id=owner, procedure_code="2.000001")
        with pytest.raises(identity.NoMandate):
            await identity.require_mandate(uow, owner_id=owner, representative_id=helper, procedure_code="2.000001")
        assert [m.id for m in await identity.mandates_of(uow, helper)] == [mandate.id]
    hub.clock.forward(days=31)
    async with hub.begin() as uow:
        assert await identity.mandates_of(uow, helper) == ()


async def test_the_demonstration_is_seeded_twice_with_one_result(hub: Hub) -> None:
    passwords = {role: f"mat-khau-{role}-1" for role in [*Role, "citizen"]}
    async with hub.begin() as uow:
        first = await identity.seed_demo(uow, AGENCY, passwords)
    async with hub.begin() as uow:
        assert await identity.seed_demo(uow, AGENCY, {}) == first
    for account in first:
        principal = await log_in(hub, account.login, passwords[account.role])
        assert account.role == "citizen" or principal.roles == {account.role}
        assert not principal.must_change_password


async def test_what_has_run_out_is_swept_away(hub: Hub) -> None:
    await registered(hub)
    principal = await log_in(hub)
    with pytest.raises(identity.WrongCredentials):
        await log_in(hub, password="sai")
    async with hub.begin() as uow:
        await identity.open_session(uow, principal)
    hub.clock.forward(days=2)
    async with hub.begin() as uow:
        await identity.sweep(uow)
    assert await hub.value("select count(*) from identity.session") == 0
    assert await hub.value("select count(*) from identity.throttle") == 0
