"""A task's page while its document is signed in the app: the leader's, then the clerk's (WFL-07, WFL-08)."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from hub.dossier import Certificate, Offer, Signature, Signatures
from hub.portal.builders import task_signing
from hub.portal.examples import department
from hub.portal.forms.field import Field
from hub.portal.speech import Speech
from hub.portal.views.common import FileLink
from hub.portal.views.desk import Decision, DeskPage, Proposed
from hub.sealing import Face, Service, Status

_HERE = "/viec/0"
_VI = Speech("vi")
_LEADER = UUID(int=1)
_SEAL = Certificate(id=UUID(int=3), holder="Dấu của cơ quan (Văn thư)", service=Service.CSC2)
_OWN = Certificate(id=UUID(int=4), holder="Võ Thị Văn Thư", service=Service.SMARTCA)
_LEADERS = Certificate(id=UUID(int=5), holder="Lê Thị Lãnh Đạo", service=Service.SMARTCA)


def leader_may_sign() -> DeskPage:
    """Signing in the app first, the plain approval beside it."""
    return _leader(Status.CANCELLED, offered=True)


def leader_waits() -> DeskPage:
    """Nothing to decide but to cancel."""
    return _leader(Status.WAITING, offered=False)


def leader_declined() -> DeskPage:
    """Said in words; every decision is open again."""
    return _leader(Status.DECLINED, offered=True)


def clerk_may_seal() -> DeskPage:
    """Number, date and seal in the app; a document that was signed elsewhere may still be attached."""
    offers = (
        Offer(face=Face.AGENCY, certificates=(_SEAL, _OWN)),
        Offer(face=Face.NUMBER, certificates=(_OWN, _SEAL)),
        Offer(face=Face.DATE, certificates=(_OWN, _SEAL)),
    )
    before = _clerk()
    return msgspec.structs.replace(before, decisions=_opened(offers, before.decisions))


def clerk_may_issue() -> DeskPage:
    """Signed and sealed: issued without any upload."""
    before = _clerk()
    name = _VI("task.issue_sealed")
    hint = _VI("task.sealed", name="giay-xac-nhan.pdf")
    file = Field(name="issue-file", label=_VI("task.field_signed_result"), kind="file", accept=".pdf", hint=hint)
    issue = msgspec.structs.replace(
        before.decisions[0], title=name, button=name, text=_VI("task.text_issue"), fields=(file,), open=True,
        hidden=(("issue-document", "7"),),
    )  # fmt: skip
    return msgspec.structs.replace(before, decisions=(issue, *before.decisions[1:]))


def _leader(status: Status, *, offered: bool) -> DeskPage:
    have, before = _asked(status), department.leader()
    draft = FileLink(name="giay-xac-nhan.pdf", href="/viec/0/tep/9", detail="PDF, 48\u00a0kB")
    offers = (Offer(face=Face.LEADER, certificates=(_LEADERS,)),)
    return msgspec.structs.replace(
        before,
        proposed=Proposed(title=_VI("task.proposed_draft"), note="Đủ điều kiện, kính trình.", file=draft),
        decisions=_opened(offers, before.decisions) if offered else (),
        warnings=task_signing.missed(have, _VI),
        awaited=task_signing.awaited(have, str(_LEADER), _HERE, _VI, holds=True),
    )


def _clerk() -> DeskPage:
    signed = FileLink(name="giay-xac-nhan.pdf", href="/viec/0/tep/10", detail="PDF, 71\u00a0kB")
    before = department.clerk()
    file = msgspec.structs.replace(before.decisions[0].fields[0], error="")
    issue = msgspec.structs.replace(before.decisions[0], fields=(file,), open=False)
    return msgspec.structs.replace(
        before,
        errors=(),
        proposed=Proposed(title=_VI("task.proposed_signed"), note="Đủ điều kiện, kính trình.", file=signed),
        decisions=(issue, *before.decisions[1:]),
    )


def _asked(status: Status) -> Signatures:
    one = Signature(
        id=UUID(int=6),
        face=Face.LEADER,
        status=status,
        holder="Lê Thị Lãnh Đạo",
        words="",
        officer_id=_LEADER,
        asked_at=datetime(2026, 11, 25, 2, 0, tzinfo=UTC),
        until=datetime(2026, 11, 26, 2, 0, tzinfo=UTC),
        cause="DECLINED" if status is Status.DECLINED else "",
        signed_entry=None,
    )
    return Signatures(document_id=UUID(int=8), entry=UUID(int=9), asked=(one,))


def _opened(offers: tuple[Offer, ...], others: tuple[Decision, ...]) -> tuple[Decision, ...]:
    found = (*task_signing.decisions(offers, _HERE, _VI), *others)
    return tuple(msgspec.structs.replace(each, open=n == 0) for n, each in enumerate(found))
