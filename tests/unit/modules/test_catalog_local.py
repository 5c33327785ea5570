"""The province's data beside the catalogue: whole, matching the nation's, and loud when wrong (PRO-06, PRO-15)."""

import re
from pathlib import Path

import msgspec
import pytest

from connectors.national_portal import catalogue, wire
from connectors.national_portal.simulated import published as shipped
from hub import profiles
from hub.catalog import Evidence, LocalDataError, Need, local
from hub.catalog.compose import compose
from hub.catalog.local import Local, LocalLimit
from hub.dossier.lifecycle import Trigger
from hub.kernel.errors import Invalid
from hub.kernel.text import fold
from schemas.messages.catalog import ComponentSpec, FeeRate, Published, TimeLimit

LAND = "1.012784"


def national(code: str = LAND, **changes: object) -> Published:
    return msgspec.structs.replace(catalogue.published(wire.as_procedure(shipped()[code])), **changes)


@pytest.mark.parametrize("code", local.codes())
def test_each_file_fits_its_procedure(code: str) -> None:
    own, source = local.of(code), national(code)
    papers = [fold(paper.name) for paper in source.components]
    for rule in own.papers:
        assert any(fold(rule.contains) in paper for paper in papers), rule.contains
    for field in own.fields:
        re.compile(field.pattern)
        assert field.label_vi
        assert field.label_en
        assert not field.pattern or field.hint, f"{field.name}: a pattern needs a hint, it is the error's text"
    assert any(field.name == "noi_dung" for field in own.fields)
    assert {fee.channels for fee in own.fees} <= {("counter", "online", "postal")}
    compose(source, own)


@pytest.mark.parametrize("key", ["internal", "sector"])
def test_workflows_lead_from_the_first_step_to_an_end(key: str) -> None:
    """PRO-06, WFL-07, WFL-09: every step is reached, every trigger is one of the life cycle's, the shares are whole."""
    workflow = local.workflow(key)
    steps = {step.key: step for step in workflow.steps}
    reached, todo = set(), [workflow.steps[0].key]
    while todo:
        key = todo.pop()
        if key not in reached:
            reached.add(key)
            todo += [action.to for action in steps[key].actions if action.to]
    assert reached == set(steps)
    assert sum(step.share for step in workflow.steps) == 100
    triggers = [action.trigger for step in workflow.steps for action in step.actions]
    assert all(Trigger(trigger) for trigger in triggers)
    assert {"resolve", "return"} <= set(triggers)


def test_units_of_routes_are_in_the_demonstration_province() -> None:
    names = {unit.name for unit in profiles.load("an_giang").terms[-1].units}
    assert local.route("G13-TN02", "G10").unit_name in names
    assert local.route("G15-TP07", "G15").unit_name in names


def test_a_shorter_limit_of_the_province_counts() -> None:
    own = Local(code=LAND, limits=(LocalLimit(amount=10, unit="working-day", basis="QĐ mẫu", channels=("online",)),))
    content = compose(national(), own)
    assert [(limit.channel, limit.amount) for limit in content.limits] == [
        ("counter", 22),
        ("online", 10),
        ("postal", 12),
    ]
    assert content.limit("online").basis == "QĐ mẫu"


def test_a_longer_limit_of_the_province_is_refused() -> None:
    """PRO-15: never longer."""
    own = Local(code=LAND, limits=(LocalLimit(amount=13, unit="working-day", basis="QĐ mẫu", channels=("online",)),))
    with pytest.raises(Invalid, match=r"catalog\.limit-too-long"):
        compose(national(), own)


def limits(*given: tuple[int | None, str, str]) -> Published:
    rows = tuple(TimeLimit(channel="online", amount=amount, unit=unit, text=text) for amount, unit, text in given)
    return national("1.001686", time_limits=rows)


@pytest.mark.parametrize(
    ("given", "amount", "unit", "assumed"),
    [
        ([(7, "working-day", "7 Ngày làm việc"), (15, "working-day", "15 Ngày làm việc")], 15, "working-day", False),
        ([(12, "hour", "12 Giờ"), (1, "working-day", "1 Ngày làm việc")], 12, "hour", False),
        ([(None, "working-day", "3")], 3, "working-day", True),
        ([(None, "working-day", "")], 5, "working-day", True),
        ([(None, "working-day", "3"), (10, "day", "10 Ngày")], 10, "day", False),
    ],
)
def test_the_limit_of_a_dossier(
    given: list[tuple[int | None, str, str]], amount: int, unit: str, *, assumed: bool
) -> None:
    """The longest published one; where the texts give no usable number, that is told."""
    limit = compose(limits(*given), local.generic()).limit("online")
    assert (limit.amount, limit.unit, limit.assumed) == (amount, unit, assumed)
    assert bool(limit.basis) is assumed


def test_a_channel_that_is_not_offered_takes_another_one_s_limit() -> None:
    content = compose(limits((7, "working-day", "7 Ngày làm việc")), local.generic())
    assert content.limit("postal").amount == 7


def test_several_rates_are_a_choice_that_nobody_has_made() -> None:
    rates = tuple(
        FeeRate(code=f"LP-{n}", name=f"mức {n}", channel="online", amount=n * 1000, text=f"{n}.000") for n in (1, 2)
    )
    content = compose(national("1.001686", fees=rates), local.generic())
    assert content.fees_due("online", local.When.BEFORE) == ()
    assert [fee.amount for fee in content.fees] == [1000, 2000]


@pytest.mark.parametrize(
    ("name", "case", "counts", "need", "evidence"),
    [
        ("(1) Đơn đề nghị cấp giấy phép theo Mẫu số 1", "", (1, 0), Need.REQUIRED, Evidence.FORM),
        ("- Tờ khai theo mẫu", "", (1, 0), Need.REQUIRED, Evidence.FORM),
        ("a) Giấy đề nghị đăng ký hộ kinh doanh;", "", (1, 0), Need.REQUIRED, Evidence.FORM),
        ("Đơn đề nghị", "* Lưu ý:", (1, 0), Need.NOTE, Evidence.FORM),
        ("Bản vẽ kỹ thuật", "", (0, 1), Need.REQUIRED, Evidence.UPLOAD),
        ("Bản vẽ kỹ thuật (nếu có)", "", (0, 1), Need.CONDITIONAL, Evidence.UPLOAD),
        ("Trường hợp ủy quyền: văn bản ủy quyền", "", (0, 1), Need.CONDITIONAL, Evidence.UPLOAD),
        ("Bản vẽ kỹ thuật", "Đối với công trình theo tuyến", (0, 1), Need.CONDITIONAL, Evidence.UPLOAD),
        ("Bản vẽ kỹ thuật", "* Giấy tờ phải nộp:", (0, 1), Need.REQUIRED, Evidence.UPLOAD),
        ("Người nộp chịu trách nhiệm về hồ sơ", "", (0, 0), Need.NOTE, Evidence.UPLOAD),
        ("Thẻ căn cước của người đề nghị", "", (0, 1), Need.REQUIRED, Evidence.SHARED),
        ("Dự án đầu tư", "", (0, 1), Need.REQUIRED, Evidence.UPLOAD),
    ],
)
def test_what_must_come_and_where_from(
    name: str, case: str, counts: tuple[int, int], need: Need, evidence: Evidence
) -> None:
    """PRO-12: the e-form stands for its paper form; what shared data tell is not asked; a note is no paper."""
    spec = ComponentSpec(code="x", name=name, case=case, originals=counts[0], copies=counts[1])
    [paper] = compose(national(components=(spec,)), Local()).components
    assert (paper.need, paper.evidence) == (need, evidence)
    assert paper.required is (need is Need.REQUIRED and evidence is Evidence.UPLOAD)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = [", "Invalid value"),
        ('code = "1"\ncolour = "red"', "colour"),
        ('[[fields]]\nname = "a"\nlabel_vi = "A"\nlabel_en = "A"\ngroup = "g"', "no group"),
        ('[[fees]]\ncode = "a"\nname = "A"\namount = -1\nbasis = "x"', ">= 0"),
        (
            (
                '[[groups]]\nkey = "g"\ntitle_vi = "G"\ntitle_en = "G"\n'
                '[[fields]]\nname = "a"\nlabel_vi = "A"\nlabel_en = "A"\ngroup = "g"\nkind = "select"'
            ),
            "choose",
        ),
    ],
)
def test_a_mistake_in_a_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "9.999999.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LocalDataError, match=said) as caught:
        local._read(path, Local)
    assert "9.999999.toml" in str(caught.value)
