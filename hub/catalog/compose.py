"""Nation + province → one version. Pure."""

import re

from hub.catalog import local
from hub.catalog.errors import longer_than_statutory
from hub.catalog.local import Local, LocalLimit, PaperRule
from hub.catalog.model import Component, Content, Evidence, Fee, LegalBasis, Limit, Need
from hub.kernel.text import fold
from schemas.messages.catalog import ComponentSpec, FeeRate, Published, TimeLimit

CHANNELS = ("counter", "online", "postal")

# Folded beginnings and parts of the catalogue's own words; a file in forms/ overrules them paper by paper.
FORM_WORDS = (
    "don ",
    "to khai",
    "giay de nghi",
    "phieu khai",
    "phieu dang ky",
    "mau ho tich dien tu",
    "van ban de nghi",
)
SHARED_WORDS = (
    "the can cuoc",
    "can cuoc cong dan",
    "giay chung minh nhan dan",
    "chung minh nhan dan",
    "ho chieu/chung minh",
)
CONDITIONAL_WORDS = ("(neu co)", "truong hop", "neu co yeu cau", "doi voi ")
NOTE_CASES = ("luu y", "ghi chu")
PLAIN_CASES = ("phai nop", "thanh phan ho so", "ho so gom", "ho so bao gom")

ASSUMED = Limit(
    channel="",
    amount=5,
    unit="working-day",
    text="",
    assumed=True,
    basis="Thủ tục chưa công bố thời hạn bằng số; tạm tính 5 ngày làm việc",
)


def compose(source: Published, own: Local) -> Content:
    """Raises Invalid when the province's limit is longer than the nation's."""
    route = local.route(source.field_code, source.issuer_code)
    limits = _limits(source, own)
    return Content(
        code=source.code,
        name=source.name,
        field_code=source.field_code,
        field_name=source.field_name,
        decision=source.decision,
        issuer_code=source.issuer_code,
        levels=source.levels,
        audience=source.audience,
        agency=source.agency,
        responsible=local.responsible(source.issuer_code) or route.unit_name,
        steps=source.steps,
        conditions=source.conditions,
        limits=limits,
        fees=_fees(source.fees, own),
        components=tuple(_component(spec, own.papers) for spec in source.components),
        results=source.results,
        legal_bases=tuple(
            LegalBasis(number=basis.number, title=basis.title, issued_on=basis.issued_on)
            for basis in source.legal_bases
        ),
        groups=own.groups,
        form=own.fields,
        route=route,
        workflow=local.workflow(route.kind),
        return_ways=own.return_ways,
        online=any(limit.channel == "online" for limit in source.time_limits),
    )


def _limits(source: Published, own: Local) -> tuple[Limit, ...]:
    """For each channel that the nation offers: the province's limit where it has one, else the published ones."""
    offered = [channel for channel in CHANNELS if any(limit.channel == channel for limit in source.time_limits)]
    found: list[Limit] = []
    for channel in offered or CHANNELS:
        published = [_limit(limit) for limit in source.time_limits if limit.channel == channel]
        shorter = next((limit for limit in own.limits if channel in limit.channels), None)
        if shorter:
            found.append(_shorter(source.code, channel, shorter, [p for p in published if p and not p.assumed]))
        else:
            found += [limit for limit in published if limit] or [_assumed(channel)]
    return tuple(found)


def _limit(source: TimeLimit) -> Limit | None:
    """A number without a known unit is meant in working days (seen: "1" for "within the working day")."""
    if source.amount is not None:
        return Limit(channel=source.channel, amount=source.amount, unit=source.unit, text=source.text, note=source.note)
    if source.text.isdigit() and int(source.text) > 0:
        return Limit(
            channel=source.channel,
            amount=int(source.text),
            unit="working-day",
            text=source.text,
            note=source.note,
            assumed=True,
            basis="Nguồn công bố số mà không ghi đơn vị; tính theo ngày làm việc",
        )
    return None


def _assumed(channel: str) -> Limit:
    return Limit(
        channel=channel,
        amount=ASSUMED.amount,
        unit=ASSUMED.unit,
        text=ASSUMED.text,
        assumed=True,
        basis=ASSUMED.basis,
    )


def _shorter(code: str, channel: str, ours: LocalLimit, published: list[Limit | None]) -> Limit:
    """PRO-15: shorter, never longer, as far as the units can be compared."""
    text = f"{ours.amount} {_UNIT_VI[ours.unit]}"
    for limit in published:
        if limit and limit.unit == ours.unit and limit.amount < ours.amount:
            raise longer_than_statutory(code, text, limit.text)
    return Limit(channel=channel, amount=ours.amount, unit=ours.unit, text=text, basis=ours.basis)


_UNIT_VI = {"working-day": "ngày làm việc", "day": "ngày", "hour": "giờ", "working-hour": "giờ làm việc"}


def _fees(rates: tuple[FeeRate, ...], own: Local) -> tuple[Fee, ...]:
    """The province's rates take the place of the nation's for their channels."""
    replaced = {channel for fee in own.fees for channel in fee.channels}
    national = [
        Fee(code=rate.code, name=rate.name, channel=rate.channel, amount=rate.amount, text=rate.text)
        for rate in dict.fromkeys(rates)
        if rate.channel not in replaced
    ]
    ours = [
        Fee(
            code=fee.code,
            name=fee.name,
            channel=channel,
            amount=fee.amount,
            when=fee.when,
            local=True,
            basis=fee.basis,
        )
        for fee in own.fees
        for channel in fee.channels
    ]
    return (*ours, *national)


def _component(spec: ComponentSpec, rules: tuple[PaperRule, ...]) -> Component:
    name = fold(spec.name)
    rule = next((rule for rule in rules if fold(rule.contains) in name), None)
    return Component(
        code=spec.code,
        name=spec.name,
        case=spec.case,
        form_name=spec.form_name,
        form_url=spec.form_url,
        originals=spec.originals,
        copies=spec.copies,
        result_replacing=spec.result_replacing,
        need=(rule and rule.need) or _need(spec, name),
        evidence=(rule and rule.evidence) or _evidence(name),
    )


def _need(spec: ComponentSpec, name: str) -> Need:
    case = fold(spec.case)
    if spec.originals + spec.copies == 0 or any(words in case for words in NOTE_CASES):
        return Need.NOTE
    if any(words in name for words in CONDITIONAL_WORDS):
        return Need.CONDITIONAL
    if case and not any(words in case for words in PLAIN_CASES):
        return Need.CONDITIONAL
    return Need.REQUIRED


def _evidence(name: str) -> Evidence:
    plain = _ENUMERATOR.sub("", name, count=1)
    if plain.startswith(FORM_WORDS):
        return Evidence.FORM
    return Evidence.SHARED if plain.startswith(SHARED_WORDS) else Evidence.UPLOAD


_ENUMERATOR = re.compile(r"[\s\-+*•]*(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s*)?[\s\-+*•]*")
