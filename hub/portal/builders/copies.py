"""Digitised results and certified copies, in words."""

from datetime import date

from hub.kernel.text import nfc
from hub.portal.forms.account import filled
from hub.portal.forms.field import Field, Option
from hub.portal.speech import Speech
from hub.portal.views.common import FactRow, FileLink
from hub.portal.views.copies import CopyPage, CopyRow, CopyStart
from hub.sealing import FINE_ENOUGH, Copy, CopyKind, Paper
from hub.vault import Entry

HERE = "/so-hoa"


def start_page(made: tuple[Copy, ...], t: Speech) -> CopyStart:
    """What can be made, and what was."""
    return CopyStart(
        digitise=f"{HERE}/ban-giay",
        extract=f"{HERE}/ban-sao",
        made=tuple(
            CopyRow(
                title=each.name,
                href=f"{HERE}/{each.id}",
                what=t(f"copy.{each.kind.value}", code=each.code),
                when=t.short_moment(each.made_at),
            )
            for each in made
        ),
    )


def paper_fields(t: Speech, given: dict[str, str], wrong: dict[str, str]) -> tuple[Field, ...]:
    """What stands on the paper, whose it is, and that somebody compared."""
    plain = [
        Field(name="case", label=t("copy.case"), hint=t("copy.case_hint"), required=False),
        Field(
            name="owner",
            label=t("copy.owner"),
            hint=t("copy.owner_hint"),
            required=False,
            inputmode="numeric",
            width="20",
        ),
        Field(name="file", label=t("copy.file"), hint=t("copy.file_hint", dpi=FINE_ENOUGH), kind="file", accept=".pdf"),
        Field(name="pages", label=t("copy.pages"), hint=t("copy.pages_hint"), inputmode="numeric", width="4"),
        Field(name="name", label=t("copy.name"), hint=t("copy.name_hint")),
        Field(name="symbol", label=t("copy.symbol"), width="20"),
        Field(name="issued_on", label=t("copy.issued_on"), kind="date", width="10"),
        Field(name="authority", label=t("copy.authority")),
        Field(name="signer", label=t("copy.signer")),
        Field(
            name="declared",
            label=t("copy.declared_label"),
            kind="checks",
            options=(Option(value="1", label=t("copy.declared")),),
        ),
    ]
    return tuple(filled(plain, given, wrong))


def extract_fields(t: Speech, given: dict[str, str], wrong: dict[str, str]) -> tuple[Field, ...]:
    """Of which result."""
    return tuple(filled([Field(name="code", label=t("copy.code"), hint=t("copy.code_hint"))], given, wrong))


def paper_of(given: dict[str, str]) -> Paper:
    """What was typed; what cannot be read as a date or a number is not there."""
    return Paper(
        name=nfc(given.get("name", "")),
        symbol=given.get("symbol", ""),
        issued_on=_date(given.get("issued_on", "")),
        authority=given.get("authority", ""),
        signer=given.get("signer", ""),
        pages=int(given.get("pages", "")) if given.get("pages", "").isdecimal() else 0,
        declared=given.get("declared") == "1",
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def copy_page(it: Copy, entry: Entry, t: Speech) -> CopyPage:
    """What was made, what it is worth, and how anybody checks it."""
    coarse = it.dpi is not None and it.dpi < FINE_ENOUGH
    return CopyPage(
        title=it.name,
        sentence=t(f"copy.{it.kind.value}_text"),
        facts=facts(it, t),
        file=FileLink(name=entry.name, href=f"{HERE}/{it.id}/tep", detail=f"PDF, {t.size(entry.size)}"),
        check=f"/xac-minh/{it.token}",
        warning=t("copy.coarse", dpi=it.dpi, least=FINE_ENOUGH) if coarse else "",
    )


def facts(it: Copy, t: Speech) -> tuple[FactRow, ...]:
    """What the paper or the original says; nothing about the owner."""
    digitised = it.kind is CopyKind.DIGITISED
    rows = (
        FactRow(label=t("copy.kind"), value=t(f"copy.{it.kind.value}", code=it.code)),
        FactRow(label=t("copy.result_code" if digitised else "copy.original_code"), value=it.original_code, code=True),
        FactRow(label=t("copy.symbol"), value=it.symbol),
        FactRow(label=t("copy.issued_on"), value=t.day(it.issued_on) if it.issued_on else ""),
        FactRow(label=t("copy.authority"), value=it.authority),
        FactRow(label=t("copy.signer"), value=it.signer),
        FactRow(label=t("copy.made"), value=t("copy.made_by", when=t.short_moment(it.made_at), unit=it.unit)),
        FactRow(
            label=t("copy.scan_print" if digitised else "copy.original_print"),
            value=f"{it.source_sha256[:16]}…",
            code=True,
        ),
    )
    return tuple(row for row in rows if row.value)
