"""What a citizen sends wrong: said with its field, nothing stored; sent twice: stored once (SUB-01, SUB-05, ACC-08)."""

import asyncio
import unicodedata
from typing import Any
from uuid import uuid4

import pytest

from hub.demo.papers import pdf
from tests.integration.bad_input.place import Place, in_two_languages, problem

CHANGING, WITHDRAWN = "1.012783", "1.012786"
"""Procedures that no other test applies for."""
PDF = pdf("Giay to")
NOBODY = "0198f0a0-0000-7000-8000-000000000001"


async def test_a_missing_component_is_named_with_every_other_fault(place: Place) -> None:
    """One full guidance (DOS-07): the first in the problem itself, all of them in `data`."""
    body = await place.submission()
    lost = next(iter(body["files"]))
    del body["files"][lost]
    async with place.nothing_changes():
        told = problem(await place.send(body), 422, "dossier.missing-component", f"files.{lost}")
    for each in told["data"]["problems"]:
        in_two_languages(each["vi"], each["en"])
    body["form"].pop("parcel_sheet")
    everything = (await place.send(body)).json()["data"]["problems"]
    assert {each["field"] for each in everything} == {f"files.{lost}", "form.parcel_sheet"}


@pytest.mark.parametrize(
    ("changes", "status", "code", "field"),
    [
        ({"procedure_code": "9.999999"}, 404, "catalog.unknown-procedure", "procedure_code"),
        ({"procedure_version": 99}, 409, "dossier.procedure-changed", "procedure_version"),
        ({"declared": False}, 422, "dossier.not-declared", "declared"),
        ({"files": {"khong-co": NOBODY}}, 422, "dossier.unknown-component", "files.khong-co"),
        ({"form": {"khong_co": "x"}}, 422, "dossier.bad-field", "form.khong_co"),
        ({"return_way": "bird"}, 422, "http.invalid", "return_way"),
        ({"declared": "yes"}, 422, "http.invalid", "declared"),
        ({"files": []}, 422, "http.invalid", "files"),
        ({"return_address": {"name": "A", "phone": "1"}}, 422, "http.invalid", "return_address.address"),
    ],
    ids=str,
)
async def test_what_does_not_fit_is_refused_whole(
    place: Place, changes: dict[str, Any], status: int, code: str, field: str
) -> None:
    body = await place.submission(**changes)
    async with place.nothing_changes():
        problem(await place.send(body, key=str(uuid4())), status, code, field)


async def test_a_field_that_is_missing_is_the_field_that_is_named(place: Place) -> None:
    body = await place.submission()
    del body["procedure_code"]
    async with place.nothing_changes():
        told = problem(await place.send(body), 422, "http.invalid", "procedure_code")
    assert "procedure_code" in told["detail"]
    assert "Expected" not in told["detail"]


async def test_somebody_elses_file_is_no_file(place: Place) -> None:
    body = await place.submission()
    first = next(iter(body["files"]))
    body["files"][first] = await place.stranger.upload("giay.pdf", PDF)
    async with place.nothing_changes():
        problem(await place.send(body), 422, "dossier.unknown-file", f"files.{first}")


async def test_decomposed_letters_come_in_and_are_kept_composed(place: Place) -> None:
    """Macs and some phones send NFD; search, comparison and partners want one form (FACTS §12)."""
    body = await place.submission()
    wanted = "Khóm Mỹ Quới, phường Mỹ Thới"
    body["form"]["parcel_address"] = unicodedata.normalize("NFD", wanted)
    sent = await place.send(body)
    assert sent.status_code == 201, sent.text
    story = await place.citizen.get(f"/api/v1/dossiers/{sent.json()['id']}")
    assert story["dossier"]["form"]["parcel_address"] == wanted
    named = await place.citizen.call(
        "POST", "/api/v1/files", params={"name": unicodedata.normalize("NFD", "giấy tờ.pdf")}, content=PDF
    )
    assert named.json()["name"] == "giấy tờ.pdf"


async def test_a_procedure_that_changed_meanwhile_is_not_applied_for_unseen(place: Place) -> None:
    """PRO-08: the citizen filled in a version; the nation published another before the submission came."""
    before = await place.citizen.get(f"/api/v1/procedures/{CHANGING}")
    await place.world.act("national_portal", "publish", {"code": CHANGING, "name": "Tên mới của thủ tục"})
    await place.operator.post("/api/v1/operator/jobs/catalog")
    await place.world.until(
        "version",
        lambda: place.citizen.get(f"/api/v1/procedures/{CHANGING}"),
        lambda now: now["version"] > before["version"],
    )
    body = await place.submission(procedure_code=CHANGING, procedure_version=before["version"])
    async with place.nothing_changes():
        problem(await place.send(body), 409, "dossier.procedure-changed", "procedure_version")


async def test_a_procedure_that_was_withdrawn_meanwhile_is_not_applied_for(place: Place) -> None:
    """PRO-09: it has left the national list."""
    await place.world.act("national_portal", "withdraw", {"code": WITHDRAWN})
    await place.operator.post("/api/v1/operator/jobs/catalog")
    await place.world.until(
        "withdrawn", lambda: place.citizen.get(f"/api/v1/procedures/{WITHDRAWN}"), lambda now: not now["in_use"]
    )
    body = await place.submission(procedure_code=WITHDRAWN, procedure_version=None)
    async with place.nothing_changes():
        problem(await place.send(body), 409, "dossier.procedure-changed", "procedure_version")


async def test_a_double_submit_is_one_dossier_and_one_answer(place: Place) -> None:
    body, key = await place.submission(), str(uuid4())
    first = await place.send(body, key=key)
    async with place.nothing_changes():
        again = await place.send(body, key=key)
    assert (again.status_code, again.content) == (first.status_code, first.content) == (201, first.content)


async def test_another_body_under_a_used_key_is_refused(place: Place) -> None:
    body, key = await place.submission(), str(uuid4())
    await place.send(body, key=key)
    async with place.nothing_changes():
        answer = await place.send({**body, "return_way": "online"}, key=key)
        problem(answer, 422, "http.idempotency-key-reused", "Idempotency-Key")
        problem(await place.send(body, key="k" * 201), 422, "http.idempotency-key-too-long", "Idempotency-Key")


async def test_a_key_whose_first_request_is_under_way_is_told_so(place: Place) -> None:
    """The first one stands still in the middle of its transaction; the second does not wait for it."""
    body, key = await place.submission(), str(uuid4())
    headers = {**place.citizen.headers, "Idempotency-Key": key}
    async with place.home.parts.db.pool.acquire() as conn:
        async with conn.transaction():
            await conn.execute("lock table dossier.dossier in access exclusive mode")
            first = asyncio.create_task(place.bare.post("/api/v1/dossiers", json=body, headers=headers))
            await place.world.until("waiting", lambda: _waiting(place), bool)
            second = await place.bare.post("/api/v1/dossiers", json=body, headers=headers)
            problem(second, 409, "http.idempotency-key-in-flight", "Idempotency-Key")
        done = await first
    assert done.status_code == 201
    assert (await place.send(body, key=key)).content == done.content
    assert await place.value("select count(*) from kernel.idempotency where key = $1", key) == 1


async def test_a_key_belongs_to_its_person(place: Place) -> None:
    """Two citizens may choose the same key; neither sees the other's answer."""
    body, key = await place.submission(), "1"
    sent = await place.send(body, key=key)
    other = await place.stranger.try_call("POST", "/api/v1/dossiers", json=body, headers={"Idempotency-Key": key})
    assert sent.status_code == 201
    assert problem(other, 422, "dossier.unknown-file", f"files.{next(iter(body['files']))}")


async def test_an_unknown_code_is_not_found(place: Place) -> None:
    """LOOK-01."""
    problem(await place.bare.get("/api/v1/lookup/H01.12-261126-9999"), 404, "dossier.not-found", "")


async def test_somebody_elses_dossier_is_not_there(place: Place) -> None:
    """404, not 403: whether it exists is nobody's business. The answer is that of a dossier that never was."""
    theirs = await place.submitted()
    calls = (
        ("GET", "", {}),
        ("POST", "/withdraw", {"json": {"reason": "x"}}),
        ("POST", "/supplement", {"json": {"answer": "x"}}),
    )
    async with place.nothing_changes():
        for method, verb, more in calls:
            told = [
                problem(
                    await place.stranger.try_call(method, f"/api/v1/dossiers/{dossier}{verb}", **more),
                    404,
                    "dossier.not-found",
                    "",
                )
                for dossier in (theirs, NOBODY)
            ]
            assert told[0] == told[1]
        for path in ("payments", "results"):
            assert await place.stranger.get(f"/api/v1/{path}/of/{theirs}") == []
    file = await place.citizen.upload("giay.pdf", PDF)
    problem(await place.stranger.try_call("GET", f"/api/v1/files/{file}"), 404, "vault.no-such-entry", "")


async def test_a_step_that_the_dossier_has_not_reached_is_refused(place: Place) -> None:
    """A trigger that the lifecycle does not have at this status (DOS-18)."""
    sent = await place.submitted()
    async with place.nothing_changes():
        answer = await place.counter.try_call("POST", f"/api/v1/desk/dossiers/{sent}/return", json={})
        assert answer.status_code == 409, answer.text
        in_two_languages(answer.json()["detail"], answer.json()["detail_en"])


async def _waiting(place: Place) -> int:
    """How many statements wait for the locked table."""
    return int(
        await place.value("select count(*) from pg_locks where relation = 'dossier.dossier'::regclass and not granted")
    )
