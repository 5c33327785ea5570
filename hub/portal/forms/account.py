"""Fields of accounts."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from hub.kernel.errors import Problem
from hub.portal.forms.field import Field, FormError, Option
from hub.portal.speech import Speech


def log_in(t: Speech, login: str = "", error: str = "") -> tuple[Field, ...]:
    """Login and password."""
    return (
        Field(
            name="login",
            label=t("account.login"),
            hint=t("account.login_hint"),
            value=login,
            error=error,
            autocomplete="username",
        ),
        Field(name="password", label=t("account.password"), kind="password", autocomplete="current-password"),
    )


def registration(t: Speech, given: Mapping[str, str], errors: Mapping[str, str]) -> tuple[Field, ...]:
    """What a person types to get an account."""
    plain = [
        Field(name="name", label=t("account.name"), hint=t("account.name_hint"), autocomplete="name"),
        Field(
            name="id_number",
            label=t("account.id_number"),
            hint=t("account.id_number_hint"),
            inputmode="numeric",
            width="20",
        ),
        Field(
            name="phone",
            label=t("account.phone"),
            hint=t("account.phone_hint"),
            kind="tel",
            width="20",
            autocomplete="tel",
        ),
        Field(name="email", label=t("account.email"), kind="email", required=False, autocomplete="email"),
        Field(name="address", label=t("account.address"), required=False, autocomplete="street-address"),
        Field(
            name="password",
            label=t("account.password"),
            hint=t("account.password_hint"),
            kind="password",
            autocomplete="new-password",
        ),
        Field(
            name="declared",
            label=t("account.declared_label"),
            kind="checks",
            options=(Option(value="1", label=t("account.declared")),),
        ),
    ]
    return tuple(filled(plain, given, errors))


def change(t: Speech, errors: Mapping[str, str]) -> tuple[Field, ...]:
    """Both passwords."""
    plain = [
        Field(name="old", label=t("account.old_password"), kind="password", autocomplete="current-password"),
        Field(
            name="new",
            label=t("account.new_password"),
            hint=t("account.password_hint"),
            kind="password",
            autocomplete="new-password",
        ),
    ]
    return tuple(filled(plain, {}, errors))


def filled(fields: Sequence[Field], given: Mapping[str, str], errors: Mapping[str, str]) -> list[Field]:
    """The same fields with what was typed and what is wrong; passwords are never given back."""
    return [
        replace(
            field,
            value="" if field.kind in ("password", "file") else given.get(field.name, field.value),
            error=errors.get(field.name, ""),
        )
        for field in fields
    ]


def said(problem: Problem, t: Speech) -> str:
    """A problem in this language."""
    return problem.en if t.language == "en" else problem.vi


def errors_of(problems: Sequence[Problem], t: Speech) -> dict[str, str]:
    """Field → what is wrong."""
    return {problem.field: said(problem, t) for problem in problems}


def summary(errors: Mapping[str, str]) -> tuple[FormError, ...]:
    """The list on top of the page."""
    return tuple(FormError(text=text, field=field) for field, text in errors.items())
