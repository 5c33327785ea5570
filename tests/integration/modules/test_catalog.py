"""PRO-02, PRO-03, PRO-08, PRO-09, PRO-10, PRO-15, INT-03: procedures on a real PostgreSQL."""

import asyncpg
import msgspec
import pytest

from connectors.national_portal import catalogue, wire
from connectors.national_portal.simulated import published as shipped
from hub import catalog
from hub.catalog import Change, ProcedureChanged, When
from hub.kernel.errors import Conflict, NotFound
from schemas.messages.catalog import Published

from .conftest import Hub

LAND = "1.012784"
BIRTH = "1.001193"
HOUSEHOLD = "1.001612"


def national(code: str, **changes: object) -> Published:
    """A procedure as the national portal publishes it."""
    source = catalogue.published(wire.as_procedure(shipped()[code]))
    return msgspec.structs.replace(source, **changes)


async def fill(hub: Hub, *codes: str) -> None:
    async with hub.begin() as uow:
        for code in codes or tuple(shipped()):
            await catalog.store(uow, national(code))


def changes(hub: Hub) -> list[tuple[str, int, Change]]:
    return [(fact.code, fact.version, fact.change) for fact in hub.told(ProcedureChanged)]


async def rows(hub: Hub) -> list[asyncpg.Record]:
    """Every row of the catalogue with the transaction that wrote it."""
    async with hub.begin() as uow:
        found = await uow.conn.fetch("select code, xmin::text, updated_at from catalog.procedure order by code")
        return [*found, *await uow.conn.fetch("select xmin::text, created_at from catalog.version order by 2, 1")]


async def test_a_procedure_is_shown_whole(hub: Hub) -> None:
    """PRO-02, INT-03: nothing that the nation publishes is lost on the way."""
    await fill(hub, LAND)
    async with hub.begin() as uow:
        found = await catalog.procedure(uow, LAND)
    source = national(LAND)
    for name in (
        *("code", "name", "field_code", "field_name", "decision", "issuer_code", "levels", "audience", "agency"),
        *("steps", "conditions", "results"),
    ):
        assert getattr(found, name) == getattr(source, name), name
    assert [paper.name for paper in found.components] == [paper.name for paper in source.components]
    assert [basis.number for basis in found.legal_bases] == [basis.number for basis in source.legal_bases]
    assert {(limit.channel, limit.amount) for limit in found.limits} == {
        ("counter", 22),
        ("online", 12),
        ("postal", 12),
    }
    assert (found.version, found.latest, found.in_use, found.online) == (1, 1, True, True)
    assert found.responsible == "Sở Nông nghiệp và Môi trường"


async def test_the_province_adds_its_part(hub: Hub) -> None:
    """PRO-06, PRO-10, PRO-12: form, rates, route, inner steps, and what of the papers must come."""
    await fill(hub, LAND)
    async with hub.begin() as uow:
        found = await catalog.procedure(uow, LAND)
    assert [field.name for field in found.form][:4] == [
        "parcel_sheet",
        "parcel_number",
        "parcel_area_m2",
        "parcel_address",
    ]
    assert [group.key for group in found.groups] == ["parcel", "request"]
    assert [fee.amount for fee in found.fees_due("online", When.BEFORE)] == [120_000]
    assert [fee.amount for fee in found.fees_due("online", When.AT_RETURN)] == [50_000]
    assert all(fee.local and fee.basis for fee in found.fees)
    assert [paper.required for paper in found.components] == [False, True, False, True]
    assert [paper.evidence.value for paper in found.components] == ["form", "upload", "upload", "upload"]
    assert (found.route.kind, found.route.connector, found.route.unit) == ("sector", "vbdlis", "H01.03.01")
    assert [step.key for step in found.workflow.steps] == ["sector", "return"]
    assert found.return_ways == ("counter", "online", "postal")


async def test_without_a_file_of_its_own_a_procedure_has_the_generic_form(hub: Hub) -> None:
    await fill(hub, "1.001686")
    async with hub.begin() as uow:
        found = await catalog.procedure(uow, "1.001686")
    assert [field.name for field in found.form] == ["noi_dung", "dia_chi_lien_he", "ghi_chu"]
    assert (found.route.kind, found.route.unit) == ("internal", "H01.03")
    assert [step.role for step in found.workflow.steps] == [
        "head", "specialist", "leader", "leader", "clerk", "counter",
    ]  # fmt: skip
    assert [fee.amount for fee in found.fees_due("online", When.BEFORE)] == [230_000]


async def test_the_same_content_again_touches_nothing(hub: Hub) -> None:
    """INT-03: 60 unchanged procedures every few hours leave no trace: not a row, not a fact, not an audit line."""
    await fill(hub)
    before, told = await rows(hub), len(changes(hub))
    hub.clock.forward(hours=6)
    async with hub.begin() as uow:
        for code in shipped():
            assert await catalog.store(uow, national(code)) == catalog.Stored(changed=False, version=1)
        await catalog.listed(uow, tuple(shipped()))
    assert await rows(hub) == before
    assert len(changes(hub)) == told == len(shipped())


async def test_changed_content_makes_a_new_version_and_the_old_one_stays(hub: Hub) -> None:
    """PRO-08: a dossier keeps the version that it came in under."""
    await fill(hub, LAND)
    hub.clock.forward(days=1)
    async with hub.begin() as uow:
        stored = await catalog.store(uow, national(LAND, conditions="Thửa đất không có tranh chấp"))
        assert stored == catalog.Stored(changed=True, version=2)
        old = await catalog.procedure(uow, LAND, version=1)
        new = await catalog.procedure(uow, LAND)
    assert (old.version, old.latest, old.conditions) == (1, 2, "")
    assert (new.version, new.latest, new.conditions) == (2, 2, "Thửa đất không có tranh chấp")
    assert old.published_at < new.published_at  # type: ignore[operator]
    assert changes(hub) == [(LAND, 1, Change.NEW), (LAND, 2, Change.AMENDED)]


async def test_a_replaced_law_is_a_change_too(hub: Hub) -> None:
    """PRO-08: cited laws follow their replacements."""
    await fill(hub, LAND)
    source = national(LAND)
    replaced = (msgspec.structs.replace(source.legal_bases[0], number="99/2027/QH16"), *source.legal_bases[1:])
    async with hub.begin() as uow:
        assert (await catalog.store(uow, national(LAND, legal_bases=replaced))).version == 2


async def test_back_to_an_earlier_content_is_a_new_version(hub: Hub) -> None:
    await fill(hub, LAND)
    async with hub.begin() as uow:
        await catalog.store(uow, national(LAND, name="Tên khác"))
        assert (await catalog.store(uow, national(LAND))).version == 3
        assert (await catalog.procedure(uow, LAND)).name == (await catalog.procedure(uow, LAND, version=1)).name


async def test_an_amount_of_zero_is_not_an_open_amount(hub: Hub) -> None:
    """PRO-10: free and "set elsewhere" are different contents."""
    await fill(hub, "1.001686")
    rates = tuple(msgspec.structs.replace(rate, amount=0) for rate in national("1.001686").fees)
    open_rates = tuple(msgspec.structs.replace(rate, amount=None) for rate in rates)
    async with hub.begin() as uow:
        assert (await catalog.store(uow, national("1.001686", fees=rates))).version == 2
        assert (await catalog.store(uow, national("1.001686", fees=open_rates))).version == 3


async def test_a_version_can_never_be_altered(hub: Hub) -> None:
    await fill(hub, LAND)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="append-only"):
        async with hub.begin() as uow:
            await uow.conn.execute("update catalog.version set version = 9")


async def test_what_the_national_list_lacks_is_flagged_with_who_is_responsible(hub: Hub) -> None:
    """PRO-09."""
    await fill(hub, LAND, BIRTH)
    async with hub.begin() as uow:
        await catalog.listed(uow, (LAND,))
        flagged = await catalog.flagged(uow)
        assert [(row.code, row.responsible, row.unlisted_at) for row in flagged] == [(BIRTH, "Sở Tư pháp", uow.now)]
        assert not (await catalog.procedure(uow, BIRTH)).in_use
        assert (await catalog.search(uow, "khai sinh")).total == 0
    assert changes(hub)[-1] == (BIRTH, 1, Change.UNLISTED)


async def test_what_comes_back_is_in_use_again(hub: Hub) -> None:
    await fill(hub, LAND, BIRTH)
    async with hub.begin() as uow:
        await catalog.listed(uow, (LAND,))
        await catalog.listed(uow, (LAND, BIRTH))
        assert (await catalog.procedure(uow, BIRTH)).in_use
        assert await catalog.flagged(uow) == ()
    assert changes(hub)[-1] == (BIRTH, 1, Change.RELISTED)


async def test_an_empty_list_is_not_believed(hub: Hub) -> None:
    await fill(hub, LAND)
    with pytest.raises(Conflict, match=r"catalog\.list-empty"):
        async with hub.begin() as uow:
            await catalog.listed(uow, ())
    async with hub.begin() as uow:
        assert (await catalog.procedure(uow, LAND)).in_use


async def test_a_procedure_that_is_no_longer_public_is_not_in_use(hub: Hub) -> None:
    await fill(hub, LAND)
    async with hub.begin() as uow:
        assert (await catalog.store(uow, national(LAND, public=False))).changed
        assert not (await catalog.procedure(uow, LAND)).in_use


async def test_after_a_listing_unknown_procedures_are_wanted_first(hub: Hub) -> None:
    await fill(hub, LAND)
    async with hub.begin() as uow:
        assert await catalog.wanted_after_listing(uow, (LAND, BIRTH, LAND, HOUSEHOLD)) == (BIRTH, HOUSEHOLD, LAND)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("khai sinh", BIRTH),
        ("KHAI SINH", BIRTH),
        ("đăng ký khai si", BIRTH),
        ("tach thua", LAND),
        ("Tách  thửa!", LAND),
        ("hop thua dat tach", LAND),
        ("1.012784", LAND),
        ("1.0127", "1.012783"),
        ("ho kinh doanh thanh lap", HOUSEHOLD),
    ],
)
async def test_search_by_the_beginnings_of_words_without_accents(hub: Hub, typed: str, first: str) -> None:
    await fill(hub)
    async with hub.begin() as uow:
        found = await catalog.search(uow, typed)
    codes = [hit.code for hit in found.hits]
    assert first in codes[:3], codes


async def test_search_finds_decomposed_text(hub: Hub) -> None:
    """FACTS §12: browsers and partners send NFD too."""
    import unicodedata

    await fill(hub, BIRTH)
    async with hub.begin() as uow:
        assert (await catalog.search(uow, unicodedata.normalize("NFD", "Đăng ký khai sinh"))).total == 1


@pytest.mark.parametrize("typed", ["' & | !", ":*", "%", "\\", "()<->", "'; drop schema catalog; --", "🙂"])
async def test_search_takes_anything(hub: Hub, typed: str) -> None:
    await fill(hub, BIRTH)
    async with hub.begin() as uow:
        assert (await catalog.search(uow, typed)).total == 0


async def test_search_by_field_and_page(hub: Hub) -> None:
    """PRO-03."""
    await fill(hub)
    async with hub.begin() as uow:
        land = await catalog.search(uow, "", field="G13-TN02")
        assert land.total == 11
        assert {hit.field_name for hit in land.hits} == {"Đất đai"}
        first, last = await catalog.search(uow, ""), await catalog.search(uow, "", page=3)
        fields = await catalog.fields(uow)
    assert (first.total, len(first.hits), len(last.hits)) == (60, 20, 20)
    assert not {hit.code for hit in first.hits} & {hit.code for hit in last.hits}
    assert (fields[0].code, fields[0].name, fields[0].count) == ("G13-TN02", "Đất đai", 11)
    assert sum(field.count for field in fields) == 60


async def test_a_hit_tells_time_and_money(hub: Hub) -> None:
    await fill(hub, LAND)
    async with hub.begin() as uow:
        [hit] = (await catalog.search(uow, "tach thua")).hits
    assert (hit.limit_amount, hit.limit_unit, hit.fee_low, hit.fee_high) == (12, "working-day", 50_000, 120_000)


async def test_an_unknown_procedure_or_version_is_said(hub: Hub) -> None:
    await fill(hub, LAND)
    async with hub.begin() as uow:
        with pytest.raises(NotFound, match=r"catalog\.unknown-procedure"):
            await catalog.procedure(uow, "9.999999")
        with pytest.raises(NotFound):
            await catalog.procedure(uow, LAND, version=2)


async def test_every_shipped_procedure_can_be_applied_for(hub: Hub) -> None:
    """Each has a form, a limit for each way in, a route that somebody answers for, and steps that lead to an end."""
    await fill(hub)
    async with hub.begin() as uow:
        for code in shipped():
            found = await catalog.procedure(uow, code)
            assert found.form, code
            assert all(found.limit(channel).amount > 0 for channel in ("counter", "online", "postal")), code
            assert found.responsible, code
            assert found.route.connector or found.route.kind == "internal", code
            assert any(not action.to for step in found.workflow.steps for action in step.actions), code
            assert any(field.name == "noi_dung" for field in found.form), code


async def test_one_query_reads_a_procedure(hub: Hub) -> None:
    await fill(hub, LAND)
    asked: list[str] = []
    async with hub.begin() as uow:
        uow.conn.add_query_logger(lambda query: asked.append(query.query))
        await catalog.procedure(uow, LAND)
    assert len([query for query in asked if "catalog." in query]) == 1


async def test_two_writers_of_one_procedure_make_one_version_each(hub: Hub) -> None:
    """Two workers handle the same procedure at once: one waits for the other, and no version is lost or doubled."""
    import asyncio

    await fill(hub, LAND)

    async def write(name: str) -> int:
        async with hub.begin() as uow:
            return (await catalog.store(uow, national(LAND, name=name))).version

    versions = await asyncio.gather(*(write(f"Tên {n}") for n in range(5)))
    assert sorted(versions) == [2, 3, 4, 5, 6]
