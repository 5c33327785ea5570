"""The steps of a submission: the e-form's groups, the papers, the way back, the last look."""

from collections.abc import Mapping

import msgspec

from hub.catalog import Component, FormField, Need, Procedure
from hub.dossier import Draft
from hub.portal.builders.dossier import file_link
from hub.portal.forms.account import filled, summary
from hub.portal.forms.field import Field, Option
from hub.portal.speech import Speech, tidy
from hub.portal.views.common import FactRow, FileLink, Link, State
from hub.portal.views.form import (
    CheckGroup,
    CheckPage,
    CheckRow,
    FormPage,
    Progress,
    TaskGroup,
    TaskPage,
    TaskRow,
)

ACCEPTED = ".pdf,.jpg,.jpeg,.png"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the flow."""

    kind: str
    path: str
    title: str
    done: bool
    optional: bool = False
    fields: tuple[FormField, ...] = ()
    component: Component | None = None


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """A draft against its procedure."""

    draft: Draft
    procedure: Procedure
    steps: tuple[Step, ...]

    @property
    def here(self) -> str:
        return f"/nop/ban/{self.draft.id}"

    def step(self, path: str) -> Step | None:
        """The page of this address."""
        return next((step for step in self.steps if step.path == path), None)

    def after(self, path: str) -> str:
        """Where one goes when a page is done."""
        paths = [step.path for step in self.steps]
        place = paths.index(path) + 1
        return f"{self.here}/{paths[place]}" if place < len(paths) else f"{self.here}/xem-lai"

    def before(self, path: str) -> str:
        """The page before, or the list of parts."""
        paths = [step.path for step in self.steps]
        place = paths.index(path) if path in paths else len(paths)
        return f"{self.here}/{paths[place - 1]}" if place else self.here


def flow(draft: Draft, procedure: Procedure, t: Speech) -> Flow:
    """All pages, with what is done."""
    english = t.language == "en"
    steps = [
        Step(
            kind="form",
            path=f"thong-tin/{n}",
            title=title,
            fields=fields,
            done=all(draft.form.get(field.name) or not field.required for field in fields) and _touched(draft, fields),
        )
        for n, (title, fields) in enumerate(_groups(procedure, english=english, t=t), start=1)
    ]
    steps += [
        Step(
            kind="paper",
            path=f"giay-to/{n}",
            title=tidy(each.name),
            component=each,
            done=each.code in draft.files,
            optional=not each.required,
        )
        for n, each in enumerate(papers(procedure), start=1)
    ]
    steps.append(
        Step(kind="way", path="nhan-ket-qua", title=t("submit.return"), done=draft.return_way in procedure.return_ways)
    )
    if draft.return_way == "postal":
        steps.append(
            Step(kind="address", path="dia-chi", title=t("submit.address_title"), done=draft.return_address is not None)
        )
    return Flow(draft=draft, procedure=procedure, steps=tuple(steps))


def component_of(step: Step) -> Component:
    """The paper of a paper's page."""
    if step.component is None:
        raise TypeError(f"{step.path} is no page of a paper")
    return step.component


def papers(procedure: Procedure) -> tuple[Component, ...]:
    """Those that may be attached; required ones first."""
    found = [each for each in procedure.components if each.uploadable]
    return tuple(sorted(found, key=lambda each: each.need is not Need.REQUIRED))


def _groups(procedure: Procedure, *, english: bool, t: Speech) -> list[tuple[str, tuple[FormField, ...]]]:
    known = {group.key for group in procedure.groups}
    found = [
        (
            group.title_en if english else group.title_vi,
            tuple(field for field in procedure.form if field.group == group.key),
        )
        for group in procedure.groups
    ]
    rest = tuple(field for field in procedure.form if field.group not in known)
    if rest:
        found.append((t("submit.groups"), rest))
    return [(title, fields) for title, fields in found if fields]


def _touched(draft: Draft, fields: tuple[FormField, ...]) -> bool:
    """A group of optional questions counts as done once it has been answered or passed."""
    return any(field.name in draft.form for field in fields)


def task_page(it: Flow, t: Speech) -> TaskPage:
    """What is done and what is not."""
    needed = [step for step in it.steps if not step.optional]
    done = sum(step.done for step in needed)
    first = next((step for step in needed if not step.done), None)
    go_on = f"{it.here}/{first.path}" if first else f"{it.here}/xem-lai"
    groups = [
        TaskGroup(title=t(title), rows=tuple(_task(step, it, t) for step in it.steps if step.kind in kinds))
        for title, kinds in (
            ("submit.groups", ("form",)),
            ("submit.papers", ("paper",)),
            ("submit.return", ("way", "address")),
        )
    ]
    return TaskPage(
        title=tidy(it.procedure.name),
        caption=t("procedure.start_title"),
        said=t("submit.tasks_said", done=done, all=len(needed)),
        groups=tuple(group for group in groups if group.rows),
        go_on=Link(text=t("submit.continue") if first else t("submit.check"), href=go_on),
        discard=f"{it.here}/bo",
    )


def _task(step: Step, it: Flow, t: Speech) -> TaskRow:
    if step.done:
        state = State(word=t("submit.ready"), tone="done")
    elif step.optional:
        state = State(word=t("submit.optional"))
    else:
        state = State(word=t("submit.to_do"), tone="waiting")
    code = step.component.code if step.component else ""
    file = it.draft.files.get(code)
    return TaskRow(name=step.title, href=f"{it.here}/{step.path}", state=state, hint=file.name if file else "")


def form_page(it: Flow, step: Step, t: Speech, given: Mapping[str, str], errors: Mapping[str, str]) -> FormPage:
    """One group of questions."""
    fields = tuple(filled([_field(field, t) for field in step.fields], given, errors))
    return _page(it, step, t, fields=fields, errors=errors)


def _field(field: FormField, t: Speech) -> Field:
    english = t.language == "en"
    options = tuple(
        Option(value=each.value, label=each.label_en if english else each.label_vi) for each in field.options
    )
    if field.kind == "select":
        options = (Option(value="", label="–"), *options)
    return Field(
        name=field.name,
        label=field.label_en if english else field.label_vi,
        kind=field.kind,
        hint=(field.hint_en if english else field.hint) or "",
        required=field.required,
        inputmode=field.inputmode,
        options=options,
    )


def upload_page(it: Flow, step: Step, t: Speech, limit: int, error: str = "") -> FormPage:
    """One paper, one page."""
    file = it.draft.files.get(component_of(step).code)
    field = Field(
        name="file",
        label=t("submit.upload_file"),
        kind="file",
        hint=t("submit.upload_hint", size=t.size(limit)),
        accept=ACCEPTED,
        error=error,
        required=not step.optional,
    )
    present = file_link(file.name, file.media_type, file.size, f"{it.here}/tep/{file.entry_id}", t) if file else None
    skip = None
    if file:
        skip = Link(text=t("submit.keep"), href=it.after(step.path))
    elif step.optional:
        skip = Link(text=t("submit.skip"), href=it.after(step.path))
    return _page(
        it,
        step,
        t,
        fields=(field,),
        errors={"file": error} if error else {},
        uploads=True,
        present=present,
        skip=skip,
        button=t("submit.upload"),
    )


def way_page(it: Flow, step: Step, t: Speech, error: str = "") -> FormPage:
    """How the result goes out (RES-03)."""
    options = tuple(
        Option(value=way, label=t(f"submit.way_{way}"), hint=t(f"submit.way_{way}_hint"))
        for way in ("online", "postal", "counter")
        if way in it.procedure.return_ways
    )
    field = Field(
        name="way",
        label=t("submit.way_title"),
        kind="radios",
        value=it.draft.return_way,
        options=options,
        error=error,
    )
    return _page(it, step, t, fields=(field,), errors={"way": error} if error else {})


def address_page(it: Flow, step: Step, t: Speech, given: Mapping[str, str], errors: Mapping[str, str]) -> FormPage:
    """Where the post brings it."""
    plain = [
        Field(name="receiver", label=t("submit.receiver"), autocomplete="name"),
        Field(name="phone", label=t("account.phone"), kind="tel", width="20", autocomplete="tel"),
        Field(name="address", label=t("submit.address_title"), kind="area", rows=3, autocomplete="street-address"),
    ]
    return _page(it, step, t, fields=tuple(filled(plain, given, errors)), errors=errors)


def _page(
    it: Flow,
    step: Step,
    t: Speech,
    *,
    fields: tuple[Field, ...],
    errors: Mapping[str, str],
    uploads: bool = False,
    present: FileLink | None = None,
    skip: Link | None = None,
    button: str = "",
) -> FormPage:
    return FormPage(
        title=step.title,
        caption=tidy(it.procedure.name),
        action=f"{it.here}/{step.path}",
        fields=fields,
        errors=summary(errors),
        button=button or t("form.continue"),
        back=Link(text=t("error.back"), href=it.before(step.path)),
        progress=Progress(step=it.steps.index(step) + 1, steps=len(it.steps) + 1),
        uploads=uploads,
        present=present,
        skip=skip,
    )


def check_page(it: Flow, t: Speech, errors: Mapping[str, str], fees: str) -> CheckPage:
    """Everything once more, then the declaration (ACC-08)."""
    groups = [_check_form(it, step, t) for step in it.steps if step.kind == "form"]
    groups.append(
        CheckGroup(
            title=t("submit.papers"),
            rows=tuple(_check_paper(it, step, t) for step in it.steps if step.kind == "paper"),
            papers=True,
        )
    )
    groups.append(CheckGroup(title=t("submit.return"), rows=tuple(_check_return(it, t))))
    return CheckPage(
        title=t("submit.check_title"),
        caption=tidy(it.procedure.name),
        groups=tuple(group for group in groups if group.rows),
        action=f"{it.here}/xem-lai",
        back=Link(text=t("error.back"), href=it.before("xem-lai")),
        declaration=t("submit.declaration"),
        errors=summary(errors),
        summary=(FactRow(label=t("procedure.fee"), value=fees),),
    )


def _check_form(it: Flow, step: Step, t: Speech) -> CheckGroup:
    english = t.language == "en"
    rows = []
    for field in step.fields:
        value = it.draft.form.get(field.name, "")
        names = {each.value: each.label_en if english else each.label_vi for each in field.options}
        rows.append(
            CheckRow(
                label=field.label_en if english else field.label_vi,
                value=names.get(value, value) or t("submit.none"),
                change=f"{it.here}/{step.path}#{field.name}",
            )
        )
    return CheckGroup(title=step.title, rows=tuple(rows))


def _check_paper(it: Flow, step: Step, t: Speech) -> CheckRow:
    file = it.draft.files.get(component_of(step).code)
    link = file_link(file.name, file.media_type, file.size, f"{it.here}/tep/{file.entry_id}", t) if file else None
    return CheckRow(label=step.title, value=t("submit.no_file"), change=f"{it.here}/{step.path}", file=link)


def _check_return(it: Flow, t: Speech) -> list[CheckRow]:
    draft = it.draft
    way = t(f"submit.way_{draft.return_way}") if draft.return_way else t("submit.none")
    rows = [CheckRow(label=t("submit.way_title"), value=way, change=f"{it.here}/nhan-ket-qua")]
    if draft.return_way == "postal":
        place = draft.return_address
        value = f"{place.name}, {place.phone}\n{place.address}" if place else t("submit.none")
        rows.append(CheckRow(label=t("submit.address_title"), value=value, change=f"{it.here}/dia-chi"))
    return rows
