"""Which fact reaches which partner: one table."""

from collections.abc import Awaitable, Callable, Sequence

from hub import dossier, notification, payment, postal, workflow
from hub.dossier import DossierFact
from hub.integration import events
from hub.kernel.db import UnitOfWork
from hub.kernel.events import Fact, Parcel, Route, Routes
from hub.kernel.links import Links
from schemas.messages import catalog, mail, post, sector
from schemas.messages import dossier as wire
from schemas.messages import payment as money

Build = Callable[[UnitOfWork, DossierFact], Awaitable[Sequence[Parcel]]]


def routes(links: Links, hub_url: str) -> Routes:
    """`links` signs file addresses; `hub_url` is where a payer's browser comes back to."""
    told = Route(connector="national_portal", build=_national(links.given_to("national_portal")))
    table: dict[type[Fact], tuple[Route, ...]] = {
        dossier.Accepted: (told,),
        dossier.HandedOver: (told, Route(connector="vbdlis", build=_forwarded(links.given_to("vbdlis")))),
        dossier.Progressed: (Route(connector="national_portal", build=_progress),),
        dossier.SupplementRequested: (told,),
        dossier.Supplemented: (told, Route(connector="vbdlis", build=_supplemented(links.given_to("vbdlis")))),
        dossier.PaymentRequired: (told,),
        dossier.PaymentMet: (told,),
        dossier.Resolved: (told,),
        dossier.Returned: (told, Route(connector="vbdlis", build=_returned)),
        dossier.WithdrawalRequested: (told,),
        dossier.Stopped: (told,),
        workflow.DueMoved: (Route(connector="national_portal", build=_redated(links)),),
        payment.PaymentOpened: (Route(connector="payment_platform", build=_payment(hub_url)),),
        payment.Paid: (Route(connector="payment_platform", build=_voucher_wanted),),
        payment.VoucherReceived: (
            Route(connector="national_portal", build=_voucher(links.given_to("national_portal"))),
        ),
        postal.ParcelOrdered: (Route(connector="vnpost", build=_parcel),),
        notification.MailWanted: (Route(connector="mail", build=_mail),),
        events.CatalogSyncDue: (Route(connector="national_portal", build=_list),),
        events.ProcedureNeeded: (Route(connector="national_portal", build=_procedure),),
        events.TrackingDue: (Route(connector="vnpost", build=_tracking),),
        events.PaymentCheckDue: (Route(connector="payment_platform", build=_query),),
        events.ParityCheckDue: (Route(connector="national_portal", build=_view),),
    }
    return table


def _national(links: Links) -> Build:
    """The dossier as it now is, then the step: DongBoHoSoMC before CapNhatTienDoHoSoMC (INT-02)."""

    async def build(uow: UnitOfWork, fact: DossierFact) -> Sequence[Parcel]:
        view = await dossier.for_partners(uow, fact.dossier_id, links)
        if view.received_at is None:  # the national portal learns of a dossier when it is accepted
            return ()
        return (Parcel(lane=view.code, message=wire.Sync(dossier=view)), *await _progress(uow, fact))

    return build


async def _progress(uow: UnitOfWork, fact: DossierFact) -> Sequence[Parcel]:
    step = await dossier.step_for_partners(uow, fact.dossier_id, fact.revision)
    return (Parcel(lane=step.dossier_code, message=step),)


def _redated(links: Links) -> Callable[[UnitOfWork, workflow.DueMoved], Awaitable[Sequence[Parcel]]]:
    """A date that moved by itself (DOS-15, a decreed day): the dossier as it now is, no step (INT-02).

    One that a resumed clock moved goes with the step that resumed it.
    """

    async def build(uow: UnitOfWork, fact: workflow.DueMoved) -> Sequence[Parcel]:
        if fact.resumed or fact.kind != workflow.ClockKind.PROCESSING:
            return ()
        view = await dossier.for_partners(uow, fact.dossier_id, links)
        return (Parcel(lane=view.code, message=wire.Sync(dossier=view)),)

    return build


def _forwarded(links: Links) -> Build:
    async def build(uow: UnitOfWork, fact: DossierFact) -> Sequence[Parcel]:
        if not await _of_sector(uow, fact, "vbdlis"):
            return ()
        view = await dossier.for_partners(uow, fact.dossier_id, links)
        message = sector.Forwarded(dossier=view, process_code=view.procedure_code, process_name=view.procedure_name)
        return (Parcel(lane=view.code, message=message),)

    return build


def _supplemented(links: Links) -> Build:
    async def build(uow: UnitOfWork, fact: DossierFact) -> Sequence[Parcel]:
        if not await _of_sector(uow, fact, "vbdlis"):
            return ()
        view = await dossier.for_partners(uow, fact.dossier_id, links)
        if view.received_at is None:
            return ()
        message = sector.Supplemented(dossier=view, answered_at=fact.at, new_due_at=view.due_at)
        return (Parcel(lane=view.code, message=message),)

    return build


async def _returned(uow: UnitOfWork, fact: DossierFact) -> Sequence[Parcel]:
    if not await _of_sector(uow, fact, "vbdlis"):
        return ()
    row = await dossier.get(uow, fact.dossier_id)
    message = sector.Returned(dossier_code=row.lane, returned_at=fact.at, way=row.return_way.value)
    return (Parcel(lane=row.lane, message=message),)


async def _of_sector(uow: UnitOfWork, fact: DossierFact, connector: str) -> bool:
    return (await dossier.get(uow, fact.dossier_id)).connector == connector


def _payment(hub_url: str) -> Callable[[UnitOfWork, payment.PaymentOpened], Awaitable[Sequence[Parcel]]]:
    async def build(uow: UnitOfWork, fact: payment.PaymentOpened) -> Sequence[Parcel]:
        row = await dossier.get(uow, fact.dossier_id)
        message = money.Init(
            reference=fact.reference,
            dossier_code=row.lane,
            procedure_code=row.procedure_code,
            procedure_name=row.procedure_name,
            agency_code=row.agency_code,
            agency_name=row.agency_name,
            amount=fact.amount,
            items=tuple(money.Item(code=i.code, name=i.name, amount=i.amount) for i in fact.items),
            payer=money.Payer(
                name=row.applicant.name,
                id_number=row.applicant.id_number,
                address=row.applicant.address,
            ),
            beneficiary=fact.beneficiary,
            description=f"Nop phi le phi ho so {row.lane}",
            return_url=f"{hub_url}/partners/payment_platform/return",
            client_ip=fact.client_ip,
            at=uow.now,
        )
        return (Parcel(lane=fact.reference, message=message),)

    return build


async def _voucher_wanted(uow: UnitOfWork, fact: payment.Paid) -> Sequence[Parcel]:
    if not fact.reference:  # paid at the counter: no bank has a voucher
        return ()
    return (Parcel(lane=fact.reference, message=money.VoucherWanted(reference=fact.reference, at=uow.now)),)


def _voucher(links: Links) -> Callable[[UnitOfWork, payment.VoucherReceived], Awaitable[Sequence[Parcel]]]:
    """The voucher reaches the national portal with the dossier (PAY-04); payer and agency have it in the vault."""

    async def build(uow: UnitOfWork, fact: payment.VoucherReceived) -> Sequence[Parcel]:
        view = await dossier.for_partners(uow, fact.dossier_id, links)
        return (Parcel(lane=view.code, message=wire.Sync(dossier=view)),) if view.received_at else ()

    return build


async def _parcel(_: UnitOfWork, fact: postal.ParcelOrdered) -> Sequence[Parcel]:
    return (Parcel(lane=fact.order.dossier_code, message=fact.order),)


async def _mail(_: UnitOfWork, fact: notification.MailWanted) -> Sequence[Parcel]:
    message = mail.Send(key=fact.key, to=fact.to, subject=fact.subject, text=fact.text)
    return (Parcel(lane=fact.to, message=message),)


async def _list(_: UnitOfWork, __: events.CatalogSyncDue) -> Sequence[Parcel]:
    return (Parcel(lane="catalog", message=catalog.ListWanted()),)


async def _procedure(_: UnitOfWork, fact: events.ProcedureNeeded) -> Sequence[Parcel]:
    return (Parcel(lane=f"procedure:{fact.code}", message=catalog.ProcedureWanted(code=fact.code)),)


async def _tracking(_: UnitOfWork, fact: events.TrackingDue) -> Sequence[Parcel]:
    return (Parcel(lane="tracking", message=post.TrackingWanted(after=fact.after)),)


async def _query(uow: UnitOfWork, fact: events.PaymentCheckDue) -> Sequence[Parcel]:
    return (Parcel(lane=fact.reference, message=money.Query(reference=fact.reference, at=uow.now)),)


async def _view(_: UnitOfWork, fact: events.ParityCheckDue) -> Sequence[Parcel]:
    return (Parcel(lane=fact.code, message=wire.ViewWanted(dossier_code=fact.code)),)
