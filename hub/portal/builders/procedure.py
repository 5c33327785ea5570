"""Procedures in words."""

from collections.abc import Sequence
from itertools import groupby
from urllib.parse import urlencode

from hub.catalog import Component, Fee, FieldCount, Found, Hit, Limit, Procedure
from hub.portal.speech import Speech, tidy
from hub.portal.views.common import FactRow, Link, Pages
from hub.portal.views.procedure import (
    ChannelRow,
    ComponentGroup,
    ComponentRow,
    FieldChip,
    ProcedurePage,
    ProcedureRow,
    SearchPage,
)

WAYS = ("online", "postal", "counter")
_FIELDS_SHOWN = 14


def search_page(found: Found, fields: Sequence[FieldCount], asked: str, field: str, t: Speech) -> SearchPage:
    """What was found."""
    pages = max(1, -(-found.total // found.size))
    return SearchPage(
        asked=asked,
        found=found.total,
        said=t.count("search.found", found.total),
        rows=tuple(row(hit, t) for hit in found.hits),
        fields=chips(fields, asked, field, t),
        pages=Pages(
            page=found.page,
            pages=pages,
            previous=_address(asked, field, found.page - 1) if found.page > 1 else "",
            next=_address(asked, field, found.page + 1) if found.page < pages else "",
        ),
    )


def chips(fields: Sequence[FieldCount], asked: str, field: str, t: Speech) -> tuple[FieldChip, ...]:
    """The fullest fields, the chosen one always among them."""
    shown = sorted(fields, key=lambda each: (each.code != field, -each.count))[:_FIELDS_SHOWN]
    every = FieldChip(name=t("search.every_field"), href=_address(asked, "", 1), current=not field)
    return (
        every,
        *(
            FieldChip(
                name=f"{each.name} ({each.count})", href=_address(asked, each.code, 1), current=each.code == field
            )
            for each in shown
        ),
    )


def _address(asked: str, field: str, page: int) -> str:
    return "/thu-tuc?" + urlencode({"q": asked, "linh-vuc": field, "trang": page})


def row(hit: Hit, t: Speech) -> ProcedureRow:
    """One line."""
    return ProcedureRow(
        name=tidy(hit.name),
        href=f"/thu-tuc/{hit.code}",
        field=hit.field_name,
        time=time_words(hit.limit_amount, hit.limit_unit, t) if hit.limit_amount else "",
        fee=_fee_range(hit, t),
        online=hit.online,
    )


def _fee_range(hit: Hit, t: Speech) -> str:
    if hit.fee_low is None or hit.fee_high is None:
        return ""
    if hit.fee_high == 0:
        return t("procedure.free")
    if hit.fee_low == hit.fee_high:
        return t.money(hit.fee_low)
    return f"{t.money(hit.fee_low)} – {t.money(hit.fee_high)}"


def time_words(amount: int, unit: str, t: Speech) -> str:
    """10 ngày làm việc."""
    return f"{amount}\u00a0{t(f'why.unit.{unit}')}"


def page(it: Procedure, t: Speech) -> ProcedurePage:
    """All that the procedure is (PRO-02)."""
    firm = it.limit("online")
    return ProcedurePage(
        name=tidy(it.name),
        code=it.code,
        field=it.field_name,
        online=it.online and it.in_use,
        start=f"/nop/{it.code}",
        summary=(
            FactRow(label=t("procedure.limit"), value=_limit(firm, t)),
            FactRow(label=t("procedure.fee"), value=fees_words(it, "online", t)),
            FactRow(label=t("procedure.agency"), value=it.route.unit_name or it.agency),
        ),
        components=_components(it.components, t),
        channels=tuple(_channel(it, way, t) for way in WAYS if _offered(it, way)),
        steps=tuple(line.lstrip("-+ ").strip() for line in it.steps.splitlines() if line.strip(" -+")),
        results=it.results,
        bases=tuple(FactRow(label=each.number, value=each.title) for each in it.legal_bases),
        conditions=it.conditions,
        facts=(
            FactRow(label=t("procedure.audience"), value=", ".join(it.audience) or "–"),
            FactRow(label=t("procedure.decision"), value=it.decision or "–"),
        ),
    )


def _offered(it: Procedure, way: str) -> bool:
    return any(each.channel == way for each in it.limits) or any(each.channel == way for each in it.fees)


def _channel(it: Procedure, way: str, t: Speech) -> ChannelRow:
    limit = it.limit(way)
    return ChannelRow(
        way=t(f"procedure.channel_{way}"), time=_limit(limit, t), fee=fees_words(it, way, t), note=limit.note
    )


def _limit(limit: Limit, t: Speech) -> str:
    return time_words(limit.amount, limit.unit, t)


def fees_words(it: Procedure, way: str, t: Speech) -> str:
    """Every rate of this way; the published words where no amount is fixed."""
    own = [fee for fee in it.fees if fee.channel == way] or list(it.fees)
    words = list(dict.fromkeys(_fee(fee, t) for fee in own))
    return "\n".join(words) or t("procedure.free")


def _fee(fee: Fee, t: Speech) -> str:
    if fee.amount is None:
        return fee.text or fee.name
    if fee.amount == 0:
        return t("procedure.free")
    return f"{t.money(fee.amount)} ({fee.name})" if fee.name else t.money(fee.amount)


def _components(components: Sequence[Component], t: Speech) -> tuple[ComponentGroup, ...]:
    return tuple(
        ComponentGroup(case=case.strip(" *:"), rows=tuple(_component(each, t) for each in group))
        for case, group in groupby(components, key=lambda each: each.case)
    )


def _component(each: Component, t: Speech) -> ComponentRow:
    counts = [t("procedure.originals", n=each.originals)] if each.originals else []
    if each.copies:
        counts.append(t("procedure.copies", n=each.copies))
    form = Link(text=t("procedure.form", name=each.form_name), href=each.form_url) if each.form_url else None
    return ComponentRow(name=tidy(each.name), copies=", ".join(counts), form=form)
