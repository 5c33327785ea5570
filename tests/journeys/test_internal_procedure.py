"""A procedure that no sector system decides goes through the one-stop core's own desks (REQUIREMENTS §2; WFL-03…09)."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from connectors.vbdlis.paper import tampered
from hub.demo import agreement
from hub.kernel.clock import system_clock
from signing import Look, Role, seal_pdf
from signing.test_pki import Pki
from tests.journeys.department import Department, issued
from tests.journeys.houses import Stage, standing
from tests.support.run import fresh_database
from tests.unit.signing.makers import plain_pdf


class Province(msgspec.Struct, frozen=True):
    """The house and its folder, where the keys of its officers lie."""

    stage: Stage
    folder: Path

    async def issued(self, *, signed: bool = True) -> bytes:
        """A department's decision."""
        return await issued(self.folder / "pki", system_clock(), signed=signed)

    async def signed(self, pdf: bytes) -> bytes:
        """This document with the leader's and the agency's signature."""
        pki, now = Pki.load_or_create(self.folder / "pki"), system_clock()
        for key, role in (("leader", Role.LEADER), ("agency", Role.AGENCY)):
            pdf = await seal_pdf(pdf, pki.key(key), Look.invisible(role=role), tsa=pki.tsa(), at=now)
        return pdf


@pytest.fixture(scope="module")
async def province(cheap_hashes: None, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Province]:
    """One house for the file: each test follows a dossier of its own."""
    folder = tmp_path_factory.mktemp("province")
    with fresh_database() as dsn:
        async with standing("embedded", "in-process", folder, dsn) as stage:
            yield Province(stage, folder)


@pytest.fixture
async def department(province: Province) -> Department:
    return await Department.open(province.stage.world, province.stage.passwords)


async def examined(department: Department, *, way: str = "counter") -> None:
    """Handed over and with the specialist."""
    await department.handed_over(way=way)
    await department.assigns(department.people["specialist"].name)


async def approved(department: Department, *, way: str = "counter") -> None:
    """Before the clerk."""
    await examined(department, way=way)
    await department.drafts()
    await department.does("leader", "approve")


async def national(department: Department) -> None:
    """Each step is there, in our order, with the same dates (INT-02, INT-10)."""

    async def look() -> agreement.Tally:
        story = await department.people["citizen"].get(f"/api/v1/dossiers/{department.id}")
        tally = agreement.Tally()
        await agreement.national(department.world, story, tally)
        return tally

    await department.world.until("Cổng DVCQG", look, lambda tally: tally.clean)


async def test_from_the_counter_through_every_desk_and_back(department: Department, province: Province) -> None:
    """WFL-03, WFL-07, WFL-08, DOS-11, DOS-13, DOS-18, DOS-20, RES-01, RES-04."""
    code = await department.handed_over()
    assert await department.waits_for() == {"head"}
    await department.assigns("Nguyễn Văn Chuyên")
    assert await department.waits_for() == {"specialist"}

    await department.does("specialist", "supplement", note="Sơ đồ vị trí giếng chưa rõ", papers=["Sơ đồ vị trí"])
    assert await department.waits_for() == {"leader"}
    assert (await department.does("leader", "approve-notice"))["status"] == 5
    waiting = await department.task("specialist")
    assert waiting["actions"] == []  # the citizen has the ball
    refused = await department.try_to("specialist", "back", note="x")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:mot-cua:dossier.not-in-hand")
    story = await department.people["citizen"].get(f"/api/v1/dossiers/{department.id}")
    [asked] = story["supplements"]
    assert (asked["papers"], asked["unit"]) == (["Sơ đồ vị trí"], "Sở Nông nghiệp và Môi trường")
    answered = await department.people["citizen"].post(
        f"/api/v1/dossiers/{department.id}/supplement", {"answer": "Đã vẽ lại sơ đồ"}
    )
    assert (answered["status"], answered["code"]) == (4, code)

    assert await department.waits_for() == {"specialist"}  # the same person goes on
    await department.drafts(note="Đủ điều kiện")
    assert (await department.task("leader"))["assignment"]["history"][-1]["directions"] == "Đủ điều kiện"
    await department.does("leader", "reject", note="Ghi rõ lưu lượng khai thác")
    again = await department.task("specialist")
    assert again["assignment"]["task"]["directions"] == "Ghi rõ lưu lượng khai thác"
    await department.drafts()
    await department.does("leader", "approve", note="Trình ký trong ngày")
    assert await department.waits_for() == {"clerk"}

    decision = await department.attach("clerk", "giay-xac-nhan.pdf", await province.issued())
    assert (await department.does("clerk", "issue", document=decision))["status"] == 9
    [result] = await department.people["citizen"].get(f"/api/v1/results/of/{department.id}")
    assert (result["code"], result["signer"]) == (f"{code}-KQ1", "Sở Tài nguyên và Môi trường tỉnh An Giang")
    assert await department.waits_for() == set()

    assert (await department.counter("return", note="Công dân nhận tại quầy"))["status"] == 10
    assert await department.lines("counter") == []  # whoever hands over, the last task is done by it
    triggers = [row["trigger"] for row in await department.told()]
    assert triggers == [
        "submit", "accept", "hand-over", "progress", "progress", "request-supplement", "supplement", "progress",
        "progress", "progress", "progress", "resolve", "return",
    ]  # fmt: skip
    await national(department)


async def test_a_result_whose_pages_cannot_be_copied_says_so_and_stays(
    department: Department, province: Province
) -> None:
    """RES-09: its signatures hold, its page has no size; the original goes to its owner, a paper copy is refused."""
    await approved(department)
    odd = plain_pdf().replace(b"[0 0 595 842]", b"[0 0 595    ]")
    decision = await department.attach("clerk", "giay-xac-nhan.pdf", await province.signed(odd))
    await department.does("clerk", "issue", document=decision)
    citizen = department.people["citizen"]
    [result] = await citizen.get(f"/api/v1/results/of/{department.id}")
    refused = await citizen.try_call("GET", f"/api/v1/results/{result['id']}/paper")
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:mot-cua:document.not-copyable")
    assert "hãy đề nghị cơ quan đã ban hành gửi lại tệp" in refused.text
    assert "ask the agency that issued it" in refused.text
    kept = await citizen.file(f"/api/v1/files/{result['entry_id']}")
    assert (await department.world.hub.post("/api/v1/verify", content=kept)).json()["indication"] == "TOTAL-PASSED"


async def test_a_document_that_does_not_hold_is_refused_and_nothing_is_lost(
    department: Department, province: Province
) -> None:
    """RES-01, WFL-08: unsigned, tampered; the task, the dossier and the clerk's words stay as they were."""
    await approved(department)
    good = await province.issued()
    for data, why in (
        (await province.issued(signed=False), "unsigned"),
        (tampered(good), "tampered"),
    ):
        document = await department.attach("clerk", f"{why}.pdf", data)
        answer = await department.try_to("clerk", "issue", document=document)
        assert (answer.status_code, answer.json()["type"]) == (422, f"urn:mot-cua:result.{why}")
        assert (await department.told())[-1]["trigger"] == "progress"
        assert await department.people["citizen"].get(f"/api/v1/results/of/{department.id}") == []
    assert await department.waits_for() == {"clerk"}
    document = await department.attach("clerk", "dung.pdf", good)
    assert (await department.does("clerk", "issue", document=document))["status"] == 9


async def test_a_result_that_goes_by_post_ends_when_the_postman_hands_it_over(
    department: Department, province: Province
) -> None:
    """RES-03, POST-01, DOS-19: the counter's last task is done by the delivery."""
    await approved(department, way="postal")
    document = await department.attach("clerk", "giay.pdf", await province.issued())
    code = (await department.does("clerk", "issue", document=document))["code"]
    world, operator = department.world, department.people["operator"]
    [waiting] = await department.lines("counter")
    assert waiting["waiting"]["step"]["key"] == "return"
    await world.until("VNPost", lambda: world.effects("vnpost"), lambda rows: any(r["dossier"] == code for r in rows))
    await world.act("vnpost", "collect", {"dossier": code})
    await world.act("vnpost", "deliver", {"dossier": code})

    async def delivered() -> list[dict[str, Any]]:
        await operator.post("/api/v1/operator/jobs/tracking")
        return await department.told()

    log = await world.until("giao kết quả", delivered, lambda log: bool(log[-1]["trigger"] == "return"))
    assert "Bưu chính đã giao kết quả" in log[-1]["cause"]
    assert await department.lines("counter") == []


async def test_a_refusal_is_an_answer_signed_like_a_result(department: Department, province: Province) -> None:
    """DOS-14: reasons, the leader's approval, the signed document; the citizen is told why."""
    await examined(department)
    draft = await department.attach("specialist", "tu-choi.pdf", await province.issued(signed=False))
    missing = await department.try_to("specialist", "refuse", document=draft)
    assert (missing.status_code, missing.json()["type"]) == (422, "urn:mot-cua:workflow.note-needed")
    await department.does("specialist", "refuse", document=draft, note="Vị trí thuộc vùng cấm khai thác")
    await department.does("leader", "approve")
    answer = await department.attach("clerk", "tra-loi.pdf", await province.issued())
    assert (await department.does("clerk", "issue", document=answer))["status"] == 9
    assert (await department.told())[-1]["cause"] == "Không giải quyết hồ sơ: Vị trí thuộc vùng cấm khai thác"


async def test_a_desk_does_only_what_is_its_own(department: Department) -> None:
    """REQUIREMENTS §1: role and unit; a page older than the dossier decides nothing."""
    await examined(department)
    task = (await department.task("specialist"))["assignment"]["task"]["id"]
    deed = f"/api/v1/tasks/{task}/deed"
    people = department.people
    others = {
        "citizen": (403, "auth.not-allowed"),
        "colleague": (403, "workflow.not-your-task"),
        "leader": (403, "workflow.not-your-task"),
        "head": (403, "workflow.not-your-task"),
    }
    for name, (status, problem) in others.items():
        answer = await people[name].try_call("POST", deed, json={"action": "back", "note": "x"})
        assert (answer.status_code, answer.json()["type"]) == (status, f"urn:mot-cua:{problem}"), name
    old = await people["specialist"].try_call("POST", deed, json={"action": "back", "note": "x", "version": 1})
    assert (old.status_code, old.json()["type"]) == (409, "urn:mot-cua:dossier.changed-meanwhile")
    stray = await people["specialist"].try_call("POST", deed, json={"action": "propose", "document": department.id})
    assert (stray.status_code, stray.json()["type"]) == (422, "urn:mot-cua:dossier.no-attachment")
    await department.does("specialist", "back", note="Không thuộc lĩnh vực của tôi")
    closed = await people["specialist"].try_call("POST", deed, json={"action": "back", "note": "x"})
    assert (closed.status_code, closed.json()["type"]) == (409, "urn:mot-cua:workflow.task-closed")
    head = (await department.task("head"))["assignment"]["task"]["id"]
    citizen_as_officer = await people["head"].try_call(
        "POST", f"/api/v1/tasks/{head}/deed", json={"action": "assign", "assignee": department.id}
    )
    assert citizen_as_officer.json()["type"] == "urn:mot-cua:dossier.no-such-colleague"


async def test_the_head_gives_a_task_to_somebody_else(department: Department) -> None:
    """WFL-03."""
    await examined(department)
    task = (await department.task("specialist"))["assignment"]["task"]["id"]
    officers = await department.people["head"].get(f"/api/v1/tasks/{task}/colleagues")
    [other] = [each["id"] for each in officers if each["name"] == department.people["colleague"].name]
    path = f"/api/v1/tasks/{task}/assignee"
    refused = await department.people["leader"].try_call("POST", path, json={"assignee": other})
    assert refused.status_code == 403
    await department.people["head"].post(path, {"assignee": other})
    assert await department.waits_for() == {"colleague"}


async def test_a_withdrawal_is_agreed_and_every_desk_is_free_of_it(department: Department) -> None:
    """DOS-17: 7 → 8, the reason kept, steps and clock ended, the national portal told."""
    await examined(department)
    early = await department.people["counter"].try_call("POST", f"/api/v1/desk/dossiers/{department.id}/stop", json={})
    assert (early.status_code, early.json()["type"]) == (409, "urn:mot-cua:dossier.not-withdrawing")
    await department.people["citizen"].post(
        f"/api/v1/dossiers/{department.id}/withdraw", {"reason": "Tôi không khoan giếng nữa"}
    )
    held = await department.try_to("specialist", "back", note="x")
    assert held.json()["type"] == "urn:mot-cua:dossier.not-in-hand"
    stopped = await department.counter("stop", note="Mời nhận lại bản giấy")
    assert stopped["status"] == 8
    cause = (await department.told())[-1]["cause"]
    assert cause == "Công dân rút hồ sơ: Tôi không khoan giếng nữa. Mời nhận lại bản giấy"
    assert await department.waits_for() == set()
    await national(department)
