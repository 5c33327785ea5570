"""Parcels: one function per verb."""

from datetime import datetime
from uuid import UUID

from hub import profiles
from hub.kernel.clock import VN
from hub.kernel.db import UnitOfWork
from hub.kernel.ids import uuid7
from hub.postal import repository
from hub.postal.errors import changed_meanwhile, no_such_parcel
from hub.postal.events import ParcelDelivered, ParcelOrdered, ParcelReturned
from hub.postal.lifecycle import OF_STAGE, Trigger, edge
from hub.postal.model import Parcel, Person, Scan, Status
from schemas.messages import post


async def order_return(
    uow: UnitOfWork, *, dossier_id: UUID, dossier_code: str, receiver: Person, content: str, number: int = 1
) -> Parcel:
    """A dossier's n-th parcel to the citizen; asked again, it is the same parcel (POST-01)."""
    order_number = f"{dossier_code}-T{number}"
    made = await repository.insert(
        uow.conn,
        Parcel(
            id=uuid7(),
            order_number=order_number,
            dossier_id=dossier_id,
            dossier_code=dossier_code,
            direction="return",
            status=Status.REQUESTED,
            version=1,
            sender=_counter(uow),
            receiver=_address(receiver),
            content=content,
            item_code="",
            ordered_at=uow.now,
            collected_at=None,
            delivered_at=None,
            updated_at=uow.now,
        ),
        uow.actor,
    )
    if made is None:
        return await _known(uow, order_number)
    order = post.Order(
        order_number=order_number,
        dossier_code=dossier_code,
        direction="return",
        sender=made.sender,
        receiver=made.receiver,
        content=content,
    )
    await uow.emit(ParcelOrdered(parcel_id=made.id, dossier_id=dossier_id, order=order))
    return made


async def ordered(uow: UnitOfWork, said: post.Ordered) -> None:
    """The post has taken the order; raises NotFound."""
    parcel = await _known(uow, said.order_number)
    if edge(parcel.status, Trigger.ORDER) is not None:
        await _move(uow, parcel, Trigger.ORDER, "Bưu điện đã nhận đơn", said.item_code, uow.now)


async def tracked(uow: UnitOfWork, said: post.Tracked) -> None:
    """One scan: kept always, applied when it leads forward (POST-06). Raises NotFound for an unknown order."""
    parcel = await _known(uow, said.order_number)
    trigger = OF_STAGE.get(said.stage)
    applies = trigger is not None and edge(parcel.status, trigger) is not None
    scan = Scan(
        id=uuid7(),
        stage=said.stage.value,
        partner_status=said.partner_status,
        message=said.message,
        item_code=said.item_code,
        at=said.at,
        told_at=uow.now,
        applied=applies,
    )
    await repository.add_scan(uow.conn, parcel.id, scan)
    if applies and trigger is not None:
        await _move(uow, parcel, trigger, said.message, said.item_code, said.at)


async def of_dossier(uow: UnitOfWork, dossier_id: UUID) -> tuple[Parcel, ...]:
    """Oldest first."""
    return await repository.of_dossier(uow.conn, dossier_id)


async def custody(uow: UnitOfWork, parcel_id: UUID) -> tuple[Scan, ...]:
    """Who had it when, in the order in which it happened."""
    return await repository.scans(uow.conn, parcel_id)


async def _known(uow: UnitOfWork, order_number: str) -> Parcel:
    parcel = await repository.by_number(uow.conn, order_number)
    if parcel is None:
        raise no_such_parcel(order_number)
    return parcel


async def _move(
    uow: UnitOfWork, parcel: Parcel, trigger: Trigger, cause: str, item_code: str, at: datetime
) -> None:
    step = edge(parcel.status, trigger)
    if step is None:
        return
    moved = await repository.write(
        uow.conn, parcel, step.target, trigger, cause=cause, item_code=item_code, at=at, actor=uow.actor, now=uow.now
    )
    if moved is None:
        raise changed_meanwhile()
    await _tell(uow, moved)


async def _tell(uow: UnitOfWork, parcel: Parcel) -> None:
    if parcel.status is Status.DELIVERED and parcel.delivered_at is not None:
        await uow.emit(
            ParcelDelivered(
                parcel_id=parcel.id,
                dossier_id=parcel.dossier_id,
                order_number=parcel.order_number,
                item_code=parcel.item_code,
                at=parcel.delivered_at,
            )
        )
    elif parcel.status is Status.RETURNED:
        await uow.emit(
            ParcelReturned(
                parcel_id=parcel.id,
                dossier_id=parcel.dossier_id,
                order_number=parcel.order_number,
                at=uow.now,
            )
        )


def _counter(uow: UnitOfWork) -> post.Address:
    terms = profiles.active().at(uow.now.astimezone(VN).date())
    return post.Address(
        name=f"Bộ phận Trả kết quả, {terms.names.place}",
        phone=terms.contact.phone,
        address=terms.contact.address,
        province_code=int(terms.codes.province),
        email=terms.contact.email,
    )


def _address(person: Person) -> post.Address:
    return post.Address(
        name=person.name,
        phone=person.phone,
        address=person.address,
        province_code=int(person.province_code),
        email=person.email,
    )
