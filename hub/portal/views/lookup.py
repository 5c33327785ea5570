"""Public lookup by code (LOOK-02)."""

import msgspec

from hub.portal.forms.field import Field, FormError
from hub.portal.views.common import FactRow, State


class LookupPage(msgspec.Struct, frozen=True, kw_only=True):
    """`facts` empty before a search; a dossier that is not yet valid shows only a, b, đ, e."""

    field: Field
    errors: tuple[FormError, ...] = ()
    code: str = ""
    state: State | None = None
    sentence: str = ""
    facts: tuple[FactRow, ...] = ()
