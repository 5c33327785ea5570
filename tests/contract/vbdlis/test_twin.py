"""The twin's acts: what land officers do reaches the hub, signed where it must be. Requirement: SIG-01, RES-01."""

from pathlib import Path
from typing import Any

import pytest

from connectors.runtime.ports import Context
from connectors.vbdlis import CONNECTOR
from schemas.envelope import Answer
from schemas.messages import sector
from signing import Indication, Policy, Role, verify
from signing.test_pki import Pki
from tests.contract.vbdlis.conftest import CODE, forwarded, supplemented
from tests.support.partners import NOON, Desk, RecordingIntake


@pytest.fixture(autouse=True)
async def case(context: Context) -> None:
    await CONNECTOR.consumes[sector.Forwarded](forwarded(), context)


def report(content: bytes, pki_folder: Path) -> Any:
    pki = Pki.load_or_create(pki_folder, NOON)
    return verify(content, trust=pki.trust(NOON), at=NOON, policy=Policy.INCOMING)


async def test_the_result_is_signed_by_the_leader_and_the_agency(
    desk: Desk, intake: RecordingIntake, pki_folder: Path
) -> None:
    answer = await desk.act("conclude", note="Cấp mới")
    assert (answer["Result"], answer["http"]) == (1, 200)
    [concluded] = intake.bodies()
    assert (concluded.approved, concluded.note, len(concluded.files)) == (True, "Cấp mới", 1)
    found = report(concluded.files[0].content, pki_folder)
    assert found.indication is Indication.TOTAL_PASSED
    assert [signature.role for signature in found.signatures] == [Role.LEADER, Role.AGENCY]


@pytest.mark.parametrize(
    ("fault", "indication"),
    [("result-unsigned", Indication.NO_SIGNATURE), ("result-tampered", Indication.TOTAL_FAILED)],
)
async def test_bad_results_can_be_provoked(
    desk: Desk, intake: RecordingIntake, pki_folder: Path, fault: str, indication: Indication
) -> None:
    await desk.fault(fault, times=1)
    await desk.act("conclude")
    assert report(intake.bodies()[0].files[0].content, pki_folder).indication is indication


async def test_a_dossier_that_is_not_settled_ends_with_a_notice(desk: Desk, intake: RecordingIntake) -> None:
    await desk.act("conclude", approved=False, note="Thửa đất đang tranh chấp")
    [concluded] = intake.bodies()
    assert not concluded.approved
    assert concluded.files[0].name.endswith("-TB.pdf")


async def test_the_other_acts(desk: Desk, intake: RecordingIntake, context: Context) -> None:
    await desk.act("process", content="Thẩm tra")
    await desk.act("request_supplement", reason="Thiếu trích lục", pause="0")
    await CONNECTOR.consumes[sector.Supplemented](supplemented(), context)
    await desk.act("receive_supplement")
    await desk.act("send_fee", amount="1.250.000", name="Lệ phí trước bạ")
    kinds = [type(message) for message in intake.bodies()]
    assert kinds == [sector.Processing, sector.SupplementWanted, sector.Resumed, sector.FeeRaised]
    assert [message.dossier_code for message in intake.bodies()] == [CODE] * 4
    assert intake.bodies()[1].pauses_clock is False
    assert (intake.bodies()[3].amount, intake.bodies()[3].notice_number) == (1_250_000, "TBT-00001")


async def test_a_push_sent_twice_is_one_event(desk: Desk, intake: RecordingIntake) -> None:
    await desk.fault("push-twice", times=1)
    await desk.act("process")
    await desk.act("resend")
    assert len(intake.seen) == 1


async def test_an_act_that_the_hub_refuses_changes_nothing_there(desk: Desk, intake: RecordingIntake) -> None:
    intake._judge = lambda _: Answer(accepted=False, code="dossier.not-yours", vi="Không đúng lúc", en="Not now")
    answer = await desk.act("request_supplement", reason="Thiếu")
    assert (answer["Result"], answer["Message"]) == (0, "Không đúng lúc (dossier.not-yours)")
    assert await desk.effects() == [("received", CODE)]


async def test_acts_on_what_is_not_there_are_refused(desk: Desk) -> None:
    for given in ({"dossier": "H99"}, {"amount": "x"}, {}):
        response = await desk.http.post("/_sim/act/send_fee", json=given)
        assert response.status_code == 409
        assert response.json()["error"]


async def test_a_person_can_do_it_from_the_page(desk: Desk, intake: RecordingIntake) -> None:
    page = await desk.http.get("/_sim/")
    assert page.headers["content-type"].startswith("text/html")
    for button in ("Chuyển xử lý", "Yêu cầu bổ sung", "Nhận bổ sung", "Gửi thông báo thuế", "Kết thúc hồ sơ"):
        assert f"<button>{button}</button>" in page.text
    assert CODE in page.text
    done = await desk.http.post("/_sim/act/process", data={"dossier": CODE, "content": "Đo đạc"})
    assert "Đã nhận" in done.text
    assert intake.bodies()[0].content.startswith("Đo đạc")
    flipped = await desk.http.post("/_sim/fault", data={"name": "down", "on": "1"})
    assert flipped.status_code == 303
    assert (await desk.http.get("/_sim/faults")).json()["down"]["on"] is True
