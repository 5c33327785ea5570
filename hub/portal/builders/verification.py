"""A signature report in a sentence, people and, folded, its whole."""

from datetime import datetime

import msgspec

from hub.portal.builders.copies import facts as copy_facts
from hub.portal.forms.field import Field, FormError
from hub.portal.speech import Speech
from hub.portal.views.common import FactRow, Link
from hub.portal.views.form import FormPage
from hub.portal.views.verification import ReportPart, Signer, Verdict, VerdictBand, VerificationPage
from hub.portfolio import Asked
from hub.result import PublicVerification, Status
from hub.sealing import Copy
from hub.vault import Conversion, Entry
from signing import Indication, Report, Role, SignatureReport

_TONES: dict[Indication, Verdict] = {
    Indication.TOTAL_PASSED: "valid",
    Indication.INDETERMINATE: "doubtful",
    Indication.TOTAL_FAILED: "invalid",
}


class Renewal(msgspec.Struct, frozen=True, kw_only=True):
    """When the long-term data were renewed, and where the file lies as it was issued."""

    at: datetime
    issued_sha256: str
    issued: str


def renewal_of(issued: Entry, stands: Entry, address: str) -> Renewal | None:
    """None for a file that stands as it was issued."""
    if issued.id == stands.id:
        return None
    return Renewal(at=stands.stored_at, issued_sha256=issued.sha256, issued=address)


def unknown(t: Speech) -> VerificationPage:
    """Nobody made a paper with this code."""
    band = VerdictBand(tone="invalid", sentence=t("verify.unknown"), detail=t("verify.unknown_detail"))
    return VerificationPage(verdict=band, title=t("verify.title"), facts=())


def verification_page(
    report: Report,
    entry: Entry,
    t: Speech,
    *,
    known: PublicVerification | None = None,
    conversion: Conversion | None = None,
    copy: Copy | None = None,
    download: str = "",
    renewal: Renewal | None = None,
) -> VerificationPage:
    """What anyone sees: nothing that the paper itself does not show."""
    tone = _TONES.get(report.indication, "doubtful")
    facts = [FactRow(label=t("verify.result_code"), value=known.code, code=True)] if known and copy is None else []
    facts += copy_facts(copy, t) if copy else ()
    if conversion is not None:
        facts += _printed(conversion.number, conversion.converted_at, conversion.unit, t)
    if known is not None and known.converted_at is not None:
        facts += _printed(known.paper_number, known.converted_at, known.converted_by, t)
        facts.append(FactRow(label=t("verify.copies"), value=str(known.paper_copies)))
    facts.append(FactRow(label=t("verify.fingerprint"), value=report.sha256, code=True))
    if renewal is not None:
        facts.append(FactRow(label=t("verify.renewed"), value=t("verify.renewed_at", when=t.day(renewal.at))))
        facts.append(FactRow(label=t("verify.issued_fingerprint"), value=renewal.issued_sha256, code=True))
    return VerificationPage(
        verdict=_ended(known, t) or _band(tone, report, t),
        title=entry.name.removesuffix(".pdf"),
        facts=tuple(facts),
        signers=tuple(_signer(each, t) for each in report.signatures if not each.empty_field),
        report=tuple(_part(n, each, t) for n, each in enumerate(report.signatures, start=1)),
        raw=msgspec.json.format(report.to_json(), indent=2).decode(),
        download=download,
        downloads=(Link(text=t("verify.issued_file"), href=renewal.issued),) if renewal else (),
        checked=t("verify.checked", when=t.moment(report.at)),
    )


def _printed(number: str, at: datetime, unit: str, t: Speech) -> list[FactRow]:
    """When and by which unit; a citizen who prints is nobody's business."""
    return [
        FactRow(label=t("verify.number"), value=number),
        FactRow(label=t("verify.converted_at"), value=t.short_moment(at)),
        FactRow(label=t("verify.converted_by"), value=unit or t("verify.converted_by_owner")),
    ]


def upload_form(t: Speech, error: str = "") -> FormPage:
    """A file, and its password if it has one."""
    return FormPage(
        title=t("verify.file_title"),
        lead=t("verify.file_lead"),
        action="/kiem-tra-chu-ky",
        button=t("verify.file_button"),
        fields=(
            Field(name="file", label=t("verify.file"), kind="file", error=error),
            Field(name="password", label=t("verify.password"), kind="password", required=False),
        ),
        errors=(FormError(text=error, field="file"),) if error else (),
        uploads=True,
    )


def strangers_page(it: Asked, token: str, t: Speech) -> VerificationPage:
    """The report on anybody's file, or how long it still takes."""
    report, title = it.report, it.name.removesuffix(".pdf") or t("verify.file")
    if report is None:
        band = VerdictBand(tone="doubtful", sentence=t("verify.running"), detail=t("verify.running_detail", n=it.ahead))
        return VerificationPage(verdict=band, title=title, facts=(), poll=f"/kiem-tra-chu-ky/{token}")
    address = f"/api/v1/verifications/{token}/report?format="
    return VerificationPage(
        verdict=VerdictBand(
            tone=_TONES.get(report.indication, "doubtful"),
            sentence=t(f"verify.file_{_TONES.get(report.indication, 'unsigned')}"),
            detail=report.sentence_en if t.language == "en" else report.sentence_vi,
        ),
        title=title,
        facts=(FactRow(label=t("verify.fingerprint"), value=f"{report.sha256[:16]}…", code=True),),
        signers=tuple(_signer(each, t) for each in report.signatures if not each.empty_field),
        report=tuple(_part(n, each, t) for n, each in enumerate(report.signatures, start=1)),
        raw=msgspec.json.format(report.to_json(), indent=2).decode(),
        downloads=tuple(Link(text=t(f"verify.as_{kind}"), href=f"{address}{kind}") for kind in ("pdf", "xml", "json")),
        checked=t("verify.checked", when=t.moment(report.at)),
    )


def _band(tone: Verdict, report: Report, t: Speech) -> VerdictBand:
    detail = report.sentence_en if t.language == "en" else report.sentence_vi
    return VerdictBand(tone=tone, sentence=t(f"verify.{tone}"), detail=detail)


def _ended(known: PublicVerification | None, t: Speech) -> VerdictBand | None:
    """Signed well, but it no longer counts."""
    if known is None or known.status is Status.ISSUED:
        return None
    tone: Verdict = "invalid" if known.status is Status.REVOKED else "doubtful"
    when = t.moment(known.ended_at) if known.ended_at else ""
    by = known.replaced_by
    return VerdictBand(
        tone=tone,
        sentence=t(f"verify.{known.status.value}"),
        detail=t(f"verify.{known.status.value}_detail", when=when, why=known.ended_because, by=by),
    )


def _signer(it: SignatureReport, t: Speech) -> Signer:
    agency = it.role is Role.AGENCY
    office = it.organisation if it.organisation != it.signer else ""
    when = it.best_time or it.signing_time
    stamp = t("verify.stamped") if it.timestamp else t("verify.claimed")
    english = t.language == "en"
    return Signer(
        kind="agency" if agency else "person",
        name=it.signer or it.organisation or "–",
        role=", ".join(part for part in (t("verify.agency_role") if agency else "", office) if part),
        when=f"{t('verify.signed_at', when=t.moment(when))} · {stamp}" if when else "",
        finding=it.sentence_en if english else it.sentence_vi,
    )


def _part(number: int, it: SignatureReport, t: Speech) -> ReportPart:
    pairs = (
        ("verify.r_level", it.level.value),
        ("verify.r_algorithm", it.algorithm),
        ("verify.r_issuer", it.issuer),
        ("verify.r_serial", it.serial),
        ("verify.r_verdict", it.indication.value),
        ("verify.r_why", it.sub_indication.value if it.sub_indication else ""),
    )
    return ReportPart(
        title=t("verify.signature", n=number),
        rows=tuple(FactRow(label=t(key), value=value) for key, value in pairs if value),
    )
