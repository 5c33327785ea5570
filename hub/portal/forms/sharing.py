"""Fields of a share."""

from collections.abc import Mapping
from uuid import UUID

from msgspec.structs import replace

from hub.portal.forms.field import Field, Option
from hub.portal.speech import Speech
from hub.vault import Wish

_DAYS = (1, 7, 30, 90)


def fields(t: Speech, most: int, given: Mapping[str, str], errors: Mapping[str, str]) -> tuple[Field, ...]:
    """What for, how long, to whom. `most`: days that the province allows."""
    days = sorted({each for each in _DAYS if each < most} | {most})
    plain = (
        Field(name="purpose", label=t("share.purpose"), hint=t("share.purpose_hint")),
        Field(
            name="days",
            label=t("share.days"),
            kind="radios",
            value=str(min(7, most)),
            options=tuple(Option(value=str(each), label=t.count("time.day", each)) for each in days),
        ),
        Field(
            name="id_number",
            label=t("share.id_number"),
            hint=t("share.id_number_hint"),
            inputmode="numeric",
            width="20",
            required=False,
        ),
        Field(
            name="one_time",
            label=t("share.one_time_label"),
            kind="checks",
            options=(Option(value="1", label=t("share.one_time"), hint=t("share.one_time_hint")),),
        ),
    )
    return tuple(
        replace(each, value=given.get(each.name, "" if given else each.value), error=errors.get(each.name, ""))
        for each in plain
    )


def wish(entry_id: UUID, given: Mapping[str, str]) -> Wish:
    """What was typed; days that are no number are none."""
    days = given.get("days", "")
    return Wish(
        entry_id=entry_id,
        purpose=given.get("purpose", ""),
        days=int(days) if days.isdecimal() and len(days) < 5 else 0,
        one_time=given.get("one_time") == "1",
        id_number=given.get("id_number", ""),
    )
