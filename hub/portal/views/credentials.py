"""Certificates that an officer signs with in an app."""

import msgspec

from hub.portal.views.common import FactRow, State
from hub.portal.views.form import FormPage


class CredentialRow(msgspec.Struct, frozen=True, kw_only=True):
    """One certificate in use; the addresses are of what can be done with it."""

    title: str
    state: State
    facts: tuple[FactRow, ...]
    check: str
    change: str
    remove: str
    hint: str = ""


class ChoicePage(FormPage, frozen=True, kw_only=True):
    """A form; `refused`: what cannot be chosen, and why."""

    refused: tuple[str, ...]


class CredentialsPage(msgspec.Struct, frozen=True, kw_only=True):
    """`add` is empty where no service is set up."""

    add: str
    rows: tuple[CredentialRow, ...]
