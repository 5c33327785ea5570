"""Leader and clerk only use the app: nothing is downloaded, signed elsewhere or uploaded (WFL-07, WFL-08, RES-01)."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hub.demo.people import Person
from tests.journeys.department import Department
from tests.journeys.houses import standing
from tests.journeys.phone import in_the_app


@pytest.fixture
async def department(tmp_path: Path, database_url: str) -> AsyncIterator[Department]:
    async with standing("embedded", "in-process", tmp_path, database_url) as stage:
        found = await Department.open(stage.world, stage.passwords)
        await found.handed_over()
        await found.assigns(found.people["specialist"].name)
        await found.drafts(note="Đủ điều kiện")
        yield found


async def path_of(department: Department, who: str) -> str:
    return str((await department.task(who))["assignment"]["task"]["id"])


async def page(person: Person, path: str, **form: str) -> Any:
    """A page as this person's browser sees it, or a form of it sent."""
    return await person.try_call("POST", path, data=form) if form else await person.try_call("GET", path)


async def test_leader_and_clerk_sign_in_the_app_and_the_citizen_gets_the_result(department: Department) -> None:
    """The pages for the leader and for issuing, the API for the clerk's number and seal; one verdict at the end."""
    world, people = department.world, department.people
    task = await path_of(department, "leader")
    before = (await page(people["leader"], f"/viec/{task}")).text
    assert "Ký duyệt trên ứng dụng" in before
    (version,) = set(re.findall(r'name="version" value="(\d+)"', before))
    asked = await page(people["leader"], f"/viec/{task}/ky-so", face="leader", version=version)
    assert asked.status_code == 200
    assert "Chờ bạn ký trên ứng dụng, đến khi" in asked.text
    assert 'name="version"' not in asked.text  # nothing to decide but to cancel
    refused = await department.try_to("leader", "approve")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:mot-cua:dossier.waits-for-signature")
    await in_the_app(world, "confirm", account="lanhdao")
    await world.until("văn thư", department.waits_for, lambda names: names == {"clerk"})

    task = await path_of(department, "clerk")
    signing = f"/api/v1/tasks/{task}/signing"
    offered = await people["clerk"].get(signing)
    assert [each["face"] for each in offered["offers"]] == ["agency", "number", "date"]
    for face, words, account in (("number", "Số: 12/GXN-SNNMT", "vanthu-canhan"), ("agency", "", "vanthu")):
        answer = await people["clerk"].try_call("POST", signing, json={"face": face, "words": words})
        assert answer.status_code == 202, answer.text
        assert answer.json()["offers"] == []
        await in_the_app(world, "confirm", account=account)
        await world.until(
            face, lambda: people["clerk"].get(signing), lambda it: it["signatures"]["asked"][-1]["status"] == "signed"
        )
    ready = (await page(people["clerk"], f"/viec/{task}")).text
    assert "đã có chữ ký của lãnh đạo và dấu của cơ quan" in ready
    (document,) = re.findall(r'name="issue-document" value="([0-9a-f-]+)"', ready)
    done = await page(people["clerk"], f"/viec/{task}/issue", **{"issue-document": document})
    assert done.status_code == 200, done.text

    code = (await people["citizen"].get(f"/api/v1/dossiers/{department.id}"))["dossier"]["code"]
    [result] = await people["citizen"].get(f"/api/v1/results/of/{department.id}")
    assert result["code"] == f"{code}-KQ1"
    assert result["signer"] == "Sở Tài nguyên và Môi trường tỉnh An Giang"
    file = await people["citizen"].file(f"/api/v1/files/{result['entry_id']}")
    verdict = (await world.hub.post("/api/v1/verify", content=file)).json()
    assert verdict["indication"] == "TOTAL-PASSED"
    signers = [each["signer"] for each in verdict["signatures"] if each["role"] != "timestamp"]
    assert signers[0] == "Nguyễn Văn Minh"
    assert signers[-1] == result["signer"]
    approved = [row for row in await department.told() if row["cause"] == "Ký duyệt trên ứng dụng"]
    assert [row["actor_name"] for row in approved] == [people["leader"].name]


async def test_a_leader_who_declines_in_the_app_signs_again_or_sends_back(department: Department) -> None:
    """Said in words on the task's page; every decision is open again; a cancelled request signs nothing."""
    world, leader = department.world, department.people["leader"]
    task = await path_of(department, "leader")
    await page(leader, f"/viec/{task}/ky-so", face="leader")
    await in_the_app(world, "decline", account="lanhdao")

    async def shown() -> str:
        return str((await page(leader, f"/viec/{task}")).text)

    said = await world.until("the refusal", shown, lambda text: "đã từ chối ký trên ứng dụng" in text)
    assert "Ký duyệt trên ứng dụng" in said
    again = await page(leader, f"/viec/{task}/ky-so", face="leader")
    assert "Chờ bạn ký trên ứng dụng" in again.text
    freed = await leader.post(f"/api/v1/tasks/{task}/signing/cancel")
    assert [each["face"] for each in freed["offers"]] == ["leader"]
    old = await page(leader, f"/viec/{task}/ky-so", face="leader", version="1")
    assert (old.status_code, "Ký duyệt trên ứng dụng" in old.text) == (409, True)
    await department.does("leader", "reject", note="Ghi rõ lưu lượng khai thác")
    assert await department.waits_for() == {"specialist"}
