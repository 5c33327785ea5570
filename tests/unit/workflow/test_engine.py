"""The step engine (WFL-03, WFL-07, WFL-08, WFL-09)."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.catalog import Action, Step, Workflow
from hub.catalog.local import workflow
from hub.workflow.engine import (
    Assignee,
    Doer,
    Opening,
    Outcome,
    Places,
    Proposal,
    Task,
    Work,
    act,
    allowed,
    begin,
    choices,
    faults,
)
from hub.workflow.errors import ActionUnknown, NeedMissing, NotYourTask, TaskClosed

FLOW = workflow("internal")
PLACES = Places("H01.03.01", "H01.12")
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PAPER = UUID(int=7)


def officer(role: str, name: str = "", agency: str = "H01.03.01") -> Doer:
    return Doer(id=name or role, name=name or role, roles=frozenset({role}), agencies=frozenset({agency}))


HEAD, LEADER, CLERK = officer("head"), officer("leader"), officer("clerk")
ANH, BINH = officer("specialist", "Anh"), officer("specialist", "Bình")
COUNTER = officer("counter", agency="H01.12")
ALL = {"head": HEAD, "leader": LEADER, "clerk": CLERK, "specialist": ANH, "counter": COUNTER}


def task(opening: Opening, number: int = 1) -> Task:
    who = opening.assignee
    return Task(
        id=uuid4(),
        dossier_id=UUID(int=1),
        number=number,
        step=opening.step,
        role=opening.role,
        unit=opening.unit,
        opened_at=AT,
        directions=opening.directions,
        assignee_id=who.id if who else None,
        assignee_name=who.name if who else None,
    )


class Run:
    """A dossier going through a flow."""

    def __init__(self, flow: Workflow = FLOW) -> None:
        self.flow = flow
        self.history = [task(begin(flow, PLACES))]
        self.triggers: list[str] = []

    @property
    def now(self) -> Task:
        return self.history[-1]

    def do(self, doer: Doer, action: str, **work) -> Outcome:
        outcome = act(self.flow, PLACES, self.history, doer, Work(action=action, **work))
        done = msgspec.structs.replace(
            self.now, done_at=AT, done_by_id=doer.id, done_by_name=doer.name, action=action,
            **{name: given for name, given in work.items() if name != "assignee"},
        )  # fmt: skip
        self.history[-1] = done
        self.triggers.append(outcome.trigger)
        if outcome.opening:
            self.history.append(task(outcome.opening, len(self.history) + 1))
        return outcome


def examined() -> Run:
    run = Run()
    run.do(HEAD, "assign", assignee=Assignee("Anh", "Anh"))
    return run


def test_wfl_03_the_head_assigns_and_only_that_person_examines():
    run = Run()
    assert (run.now.step, run.now.role, run.now.unit) == ("assign", "head", "H01.03.01")
    with pytest.raises(NeedMissing) as missing:
        run.do(HEAD, "assign")
    assert missing.value.code == "workflow.assignee-needed"
    run.do(HEAD, "assign", assignee=Assignee("Anh", "Anh"))
    assert run.now.assignee_id == "Anh"
    with pytest.raises(NotYourTask, match="another"):
        run.do(BINH, "propose", document_id=PAPER)


def test_wfl_03_the_head_may_examine_himself():
    run = Run()
    run.do(HEAD, "assign", assignee=Assignee(HEAD.id, HEAD.name))
    run.do(HEAD, "propose", document_id=PAPER)
    assert run.now.step == "leader"


def test_wfl_03_a_proposal_needs_its_draft():
    with pytest.raises(NeedMissing, match="draft"):
        examined().do(ANH, "propose")


def test_wfl_07_a_rejected_draft_goes_back_with_directions_to_the_same_person():
    run = examined()
    run.do(ANH, "propose", document_id=PAPER)
    with pytest.raises(NeedMissing, match="note"):
        run.do(LEADER, "reject", note="  ")
    run.do(LEADER, "reject", note="Làm rõ ranh giới thửa đất")
    assert (run.now.step, run.now.assignee_id) == ("examine", "Anh")
    assert run.now.directions == "Làm rõ ranh giới thửa đất"


def test_dos_11_after_a_supplement_the_same_person_goes_on():
    run = examined()
    run.do(ANH, "supplement", note="Thiếu trang 2 của bản vẽ", papers=("Bản vẽ",))
    assert (run.now.step, run.triggers[-1]) == ("notice", "progress")
    outcome = run.do(LEADER, "approve-notice")
    assert outcome.trigger == "request-supplement"
    assert (run.now.step, run.now.assignee_id) == ("examine", "Anh")
    assert outcome.proposal == Proposal(note="Thiếu trang 2 của bản vẽ", papers=("Bản vẽ",))


def test_dos_14_a_refusal_goes_the_way_of_a_result_with_its_reasons():
    run = examined()
    with pytest.raises(NeedMissing, match="note"):
        run.do(ANH, "refuse", document_id=PAPER)
    run.do(ANH, "refuse", document_id=PAPER, note="Thửa đất đang tranh chấp")
    run.do(LEADER, "approve", note="Đồng ý")
    run.do(CLERK, "back", note="Sai số văn bản")
    run.do(LEADER, "approve")
    issued = run.do(CLERK, "issue", document_id=UUID(int=8))
    assert issued.trigger == "resolve"
    assert issued.proposal == Proposal(note="Thửa đất đang tranh chấp", document_id=PAPER, refuses=True)


def test_a_draft_that_comes_after_a_refusal_is_what_counts():
    run = examined()
    run.do(ANH, "refuse", document_id=PAPER, note="Thửa đất đang tranh chấp")
    run.do(LEADER, "reject", note="Đã hòa giải xong, hãy giải quyết")
    run.do(ANH, "propose", document_id=UUID(int=8))
    assert run.do(LEADER, "approve").proposal == Proposal(document_id=UUID(int=8))


def test_wfl_08_the_clerk_issues_only_with_the_signed_document():
    run = examined()
    run.do(ANH, "propose", document_id=PAPER)
    run.do(LEADER, "approve")
    assert run.now.role == "clerk"
    with pytest.raises(NeedMissing) as missing:
        run.do(CLERK, "issue")
    assert missing.value.code == "workflow.signed-result-needed"
    assert run.do(CLERK, "issue", document_id=PAPER).trigger == "resolve"
    assert (run.now.role, run.now.unit) == ("counter", "H01.12")
    assert run.do(COUNTER, "hand-over").opening is None
    assert run.triggers == ["progress", "progress", "progress", "resolve", "return"]


def test_a_task_done_is_done():
    run = examined()
    with pytest.raises(TaskClosed):
        act(FLOW, PLACES, run.history[:1], HEAD, Work(action="assign", assignee=Assignee("Anh", "Anh")))


def test_an_unknown_action_names_those_that_there_are():
    with pytest.raises(ActionUnknown, match="propose, supplement, refuse, back"):
        examined().do(ANH, "sign")


def test_another_desk_may_not_act():
    run = Run()
    elsewhere = officer("head", agency="H01.15")
    assert not allowed(run.now, elsewhere)
    assert choices(FLOW, run.now, elsewhere) == ()
    assert [a.key for a in choices(FLOW, run.now, HEAD)] == ["assign"]


def test_a_sector_system_concludes_without_a_role():
    run = Run(workflow("sector"))
    machine = Doer(id="vbdlis", name="VBDLIS", machine=True)
    assert run.do(machine, "conclude", document_id=PAPER).trigger == "resolve"
    assert run.now.role == "counter"


@pytest.mark.parametrize("key", ["internal", "sector"])
def test_wfl_09_the_flows_that_we_ship_are_closed(key):
    assert faults(workflow(key)) == ()


def step(key: str, *actions: Action, share: int = 50) -> Step:
    return Step(key=key, name_vi=key, name_en=key, role="head", share=share, actions=actions)


def go(to: str) -> Action:
    return Action(key=f"to-{to}", name_vi=to, name_en=to, to=to)


@pytest.mark.parametrize(
    ("steps", "fault"),
    [
        ((), "no step"),
        ((step("a", go("b")),), "no such next step 'b'"),
        ((step("a"), step("b", go(""))), "step a: no action"),
        ((step("a", go("")), step("b", go(""))), "step b: never reached"),
        ((step("a", go("b"), go("")), step("b", go("b"))), "step b: no way to the end"),
        ((step("a", go("")),), "shares add up to 50"),
    ],
)
def test_wfl_09_a_flow_that_leaks_is_named(steps, fault):
    flow = Workflow(key="x", title_vi="x", title_en="x", steps=steps)
    assert any(fault in found for found in faults(flow))


@given(st.sampled_from(["internal", "sector"]), st.lists(st.integers(0, 9), max_size=60))
def test_wfl_09_whatever_officers_choose_one_task_is_open_until_the_end(key, picks):
    run = Run(workflow(key))
    for pick in picks:
        if not run.now.open:
            break
        doer = ALL[run.now.role]
        offered = choices(run.flow, run.now, doer)
        action = offered[pick % len(offered)]
        outcome = run.do(
            doer,
            action.key,
            note="chỉ đạo",
            document_id=PAPER,
            assignee=Assignee("Anh", "Anh") if action.to == "examine" else None,
        )
        assert (outcome.opening is None) == (action.to == "")
        assert sum(t.open for t in run.history) == (1 if outcome.opening else 0)
        assert [t.number for t in run.history] == list(range(1, len(run.history) + 1))
    assert run.triggers.count("return") <= 1
    assert run.triggers.count("return") == (0 if run.now.open else 1)


@given(st.sampled_from(list(ALL.values())), st.sampled_from(["H01.15", "H01.03", ""]))
def test_no_one_of_another_agency_is_ever_allowed(doer, agency):
    stranger = msgspec.structs.replace(doer, agencies=frozenset({agency}), id="lạ")
    for run in (Run(), examined()):
        assert not allowed(run.now, stranger)
