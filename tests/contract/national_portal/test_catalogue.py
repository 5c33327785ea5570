"""INT-03, PRO-02, PRO-09: the national catalogue, as the connector reads it."""

import pytest

from connectors.national_portal.simulated import published
from connectors.runtime.errors import Rejected
from schemas.messages import catalog
from tests.contract.national_portal.conftest import Kit


async def listed(kit: Kit) -> tuple[str, ...]:
    [answer] = await kit.handle(catalog.ListWanted())
    return answer.codes


async def test_the_list_is_whole(kit: Kit) -> None:
    codes = await listed(kit)
    assert len(codes) == len(set(codes)) >= 48
    assert {"1.012784", "1.013831", "1.001193", "1.001612"} <= set(codes)


async def test_every_procedure_is_read_without_loss(kit: Kit) -> None:
    """INT-03: complete and exact; nothing in the catalogue is outside our tables."""
    for code in await listed(kit):
        [procedure] = await kit.handle(catalog.ProcedureWanted(code=code))
        record = published()[code]
        assert procedure.code == code
        assert procedure.name == record["TENTTHC"]
        assert procedure.public
        assert procedure.field_code
        assert procedure.steps
        assert len(procedure.components) == sum(len(case["GIAYTO"]) for case in record["THANHPHANHOSO"]) > 0
        assert len({component.code for component in procedure.components}) == len(procedure.components)
        assert {limit.channel for limit in procedure.time_limits} <= {"counter", "online", "postal"}
        assert procedure.results
        assert len(procedure.legal_bases) == len(record["CANCUPHAPLY"])
        assert set(procedure.levels) <= {"ministry", "province", "district", "commune", "other"}


async def test_a_land_procedure_has_all_its_parts(kit: Kit) -> None:
    """PRO-02."""
    [procedure] = await kit.handle(catalog.ProcedureWanted(code="1.012784"))
    assert (procedure.field_code, procedure.field_name) == ("G13-TN02", "Đất đai")
    assert procedure.decision == "2304/QĐ-BNNMT"
    assert procedure.agency == "Văn phòng đăng ký đất đai, Chi nhánh Văn phòng đăng ký đất đai"
    online = [limit for limit in procedure.time_limits if limit.channel == "online"]
    assert [(limit.amount, limit.unit, limit.text) for limit in online] == [(12, "working-day", "12 Ngày làm việc")]
    papers = [(component.code, component.originals, component.copies) for component in procedure.components]
    assert papers == [
        ("1.012784-TP01", 1, 0),
        ("1.012784-TP02", 0, 1),
        ("1.012784-TP03", 0, 1),
        ("1.012784-TP04", 0, 1),
    ]
    assert procedure.components[0].name.startswith("(1) Đơn đề nghị tách thửa đất")
    assert procedure.legal_bases[0].number == "31/2024/QH15"
    assert str(procedure.legal_bases[0].issued_on) == "2024-01-18"
    assert all(fee.amount is None for fee in procedure.fees), "the rate is the provincial council's"


async def test_rates_in_dong(kit: Kit) -> None:
    [procedure] = await kit.handle(catalog.ProcedureWanted(code="2.000635"))
    assert {(fee.channel, fee.amount) for fee in procedure.fees} == {
        ("counter", 8000),
        ("online", 8000),
        ("postal", 8000),
    }


async def test_a_withdrawn_procedure_is_no_longer_listed(kit: Kit) -> None:
    """PRO-09 begins here: what the list lacks, the hub flags."""
    await kit.desk.act("withdraw", code="1.001193")
    assert "1.001193" not in await listed(kit)
    with pytest.raises(Rejected) as caught:
        await kit.handle(catalog.ProcedureWanted(code="1.001193"))
    assert caught.value.code == "national.procedure-absent"


async def test_an_amended_procedure_is_read_as_amended(kit: Kit) -> None:
    """PRO-08 begins here."""
    await kit.desk.act("publish", code="1.012784", name="Tách thửa, hợp thửa đất")
    [procedure] = await kit.handle(catalog.ProcedureWanted(code="1.012784"))
    assert procedure.name == "Tách thửa, hợp thửa đất"


async def test_an_answer_is_named_after_its_question(kit: Kit) -> None:
    """The same question asked again after a crash gives the same inbound event."""
    from connectors.national_portal import CONNECTOR
    from connectors.runtime.ports import Context

    context = Context(client=kit.portal, files=None, message_id="m-9", attempt=2, lane="", now=kit.clock)  # type: ignore[arg-type]
    [answer] = await CONNECTOR.consumes[catalog.ListWanted](catalog.ListWanted(), context)
    assert (answer.source, answer.external_id, answer.type) == ("national_portal", "reply:m-9", "catalog.listed.v1")
