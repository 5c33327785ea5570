"""The automatic technical check at submission (SUB-01, SUB-05). Pure."""

import re
from collections.abc import Mapping, Sequence

from hub.catalog import FormField, Procedure
from hub.dossier.errors import bad_field, missing_component, unknown_component
from hub.kernel.errors import Invalid, Problem
from hub.kernel.text import nfc

LONGEST = 4000
"""Characters in one field of an e-form."""


def clean(form: Mapping[str, str]) -> dict[str, str]:
    """Every value in NFC, without stray blanks."""
    return {name: nfc(value).strip() for name, value in form.items()}


def problems(procedure: Procedure, form: Mapping[str, str], files: Mapping[str, object]) -> tuple[Problem, ...]:
    """All that is wrong, at once: one full guidance, not one error at a time (DOS-07)."""
    known = {field.name for field in procedure.form}
    found: list[Problem] = [
        bad_field(name, name, "biểu mẫu không có mục này.", "the form has no such field.")
        for name in form
        if name not in known
    ]
    for field in procedure.form:
        problem = field_problem(field, form.get(field.name, ""))
        if problem is not None:
            found.append(problem)
    return (*found, *_papers(procedure, files))


def field_problem(field: FormField, value: str) -> Invalid | None:
    """What is wrong with one answer, if anything."""
    if not value:
        if not field.required:
            return None
        return bad_field(field.name, field.label_vi, "cần điền mục này.", "this must be filled in.")
    if len(value) > LONGEST:
        return bad_field(field.name, field.label_vi, f"dài quá {LONGEST} ký tự.", f"over {LONGEST} characters.")
    if field.options and value not in {option.value for option in field.options}:
        return bad_field(field.name, field.label_vi, "hãy chọn một mục trong danh sách.", "choose from the list.")
    if field.pattern and re.fullmatch(field.pattern, value) is None:
        return bad_field(field.name, field.label_vi, field.hint or "chưa đúng định dạng.", "wrong format.")
    return None


def _papers(procedure: Procedure, files: Mapping[str, object]) -> Sequence[Invalid]:
    known = {component.code for component in procedure.components}
    unknown = [unknown_component(code) for code in files if code not in known]
    missing = [
        missing_component(component.code, component.name)
        for component in procedure.components
        if component.required and component.code not in files
    ]
    return [*unknown, *missing]
