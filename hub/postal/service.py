"""The post carries a result: ordered once, tracked scan by scan, delivered once at the real time."""

from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from hub import profiles
from hub.kernel.clock import VN
from hub.kernel.db import UnitOfWork
from hub.kernel.ids import uuid7
from hub.kernel.lifecycle import LogRow
from hub.kernel.text import nfc
from hub.postal import errors, lifecycle, repository
from hub.postal.events import ENDS, ParcelOrdered
from hub.postal.lifecycle import Trigger
from hub.postal.model import Parcel, Person, Scan, Status
from schemas.messages.post import Address, Order, Ordered, Tracked


async def order_return(
    uow: UnitOfWork,
    *,
    dossier_id: UUID,
    dossier_code: str,
    receiver: Person,
    content: str,
    cod_amount: int = 0,
    attempt: int = 1,
) -> Parcel:
    """Send a result home (POST-01, POST-04). The number makes a second call the same order; another `attempt` is another."""
    parcel = Parcel(
        id=uuid7(),
        order_number=f"{dossier_code}-T{attempt}",
        dossier_id=dossier_id,
        dossier_code=dossier_code,
        direction="return",
        status=Status.ORDERED,
        version=1,
        sender=_one_stop(uow.now),
        receiver=_address(receiver),
        content=nfc(content),
        cod_amount=cod_amount,
        item_code="",
        ordered_at=uow.now,
        accepted_at=None,
        updated_at=uow.now,
        delivered_at=None,
    )
    if not await repository.add(uow.conn, parcel, uow.actor):
        return await parcel_of(uow, parcel.order_number)
    await uow.audit("postal:parcel:order", parcel.order_number)
    await uow.emit(ParcelOrdered(parcel_id=parcel.id, dossier_id=dossier_id, order=_order(parcel)))
    return parcel


def _one_stop(now: datetime) -> Address:
    """Results leave from the province's one-stop centre."""
    terms = profiles.active().at(now.astimezone(VN).date())
    centre = next((unit for unit in terms.units if unit.kind == "centre"), None)
    return Address(
        name=centre.name if centre else terms.names.portal,
        phone=(centre.phone if centre else "") or terms.contact.phone,
        address=(centre.address if centre else "") or terms.contact.address,
        province_code=int((centre.admin_unit if centre else "") or terms.codes.province),
    )


def _address(person: Person) -> Address:
    for field in ("name", "phone", "address"):
        if not getattr(person, field).strip():
            raise errors.bad_address(f"receiver.{field}")
    if not person.province_code.isdecimal():
        raise errors.bad_address("receiver.province_code")
    return Address(
        name=nfc(person.name),
        phone=person.phone,
        address=nfc(person.address),
        province_code=int(person.province_code),
        email=person.email,
    )


def _order(parcel: Parcel) -> Order:
    return Order(
        order_number=parcel.order_number,
        dossier_code=parcel.dossier_code,
        direction=parcel.direction,
        sender=parcel.sender,
        receiver=parcel.receiver,
        content=parcel.content,
        cod_amount=parcel.cod_amount,
    )


async def ordered(uow: UnitOfWork, said: Ordered) -> None:
    """The post has taken the order; said again, it changes nothing. Raises NotFound."""
    if not await repository.accepted(uow.conn, said.order_number, said.item_code, uow.now):
        raise errors.no_such_parcel(said.order_number)


async def tracked(uow: UnitOfWork, said: Tracked) -> None:
    """One scan of the chain of custody: kept once, applied only forwards. Raises NotFound."""
    parcel = await repository.by_number(uow.conn, said.order_number, lock=True)
    if parcel is None:
        raise errors.no_such_parcel(said.order_number)
    key = _key(said)
    if await repository.known(uow.conn, key):
        return
    effect, trigger = lifecycle.weigh(parcel, said.stage)
    await repository.add_scan(
        uow.conn,
        Scan(
            id=uuid7(),
            parcel_id=parcel.id,
            event_key=key,
            stage=said.stage,
            partner_status=said.partner_status,
            message=nfc(said.message),
            item_code=said.item_code,
            at=said.at,
            told_at=uow.now,
            effect=effect,
        ),
    )
    if trigger is not None:
        await _move(uow, parcel, trigger, at=said.at, cause=nfc(said.message), item_code=said.item_code)


def _key(said: Tracked) -> str:
    """A scan has no number of its own on the wire: what it says is what it is."""
    parts = (said.order_number, said.item_code, said.stage, said.partner_status, said.message, said.at.isoformat())
    return sha256("\x1f".join(parts).encode()).hexdigest()


async def _move(
    uow: UnitOfWork, parcel: Parcel, trigger: Trigger, *, at: datetime, cause: str, item_code: str = ""
) -> Parcel:
    columns = {"delivered_at": at} if trigger is Trigger.DELIVER else {}
    change = lifecycle.transition(parcel, trigger, at=at, cause=cause, item_code=item_code, **columns)
    moved = await repository.write(uow.conn, change, uow.actor, uow.now)
    if change.fact:
        await uow.emit(
            ENDS[change.fact](
                parcel_id=moved.id,
                dossier_id=moved.dossier_id,
                dossier_code=moved.dossier_code,
                order_number=moved.order_number,
                item_code=moved.item_code,
                at=at,
            )
        )
    return moved


async def mark_lost(uow: UnitOfWork, order_number: str, *, cause: str) -> Parcel:
    """An officer opens the loss case (POST-05). Raises NotFound, IllegalTransition when it has arrived."""
    parcel = await repository.by_number(uow.conn, order_number, lock=True)
    if parcel is None:
        raise errors.no_such_parcel(order_number)
    await uow.audit("counter:parcel:lose", order_number, {"cause": cause})
    return await _move(uow, parcel, Trigger.LOSE, at=uow.now, cause=nfc(cause))


async def parcel_of(uow: UnitOfWork, order_number: str) -> Parcel:
    """Raises NotFound."""
    found = await repository.by_number(uow.conn, order_number)
    if found is None:
        raise errors.no_such_parcel(order_number)
    return found


async def parcels_of(uow: UnitOfWork, dossier_id: UUID) -> tuple[Parcel, ...]:
    """A dossier's parcels, oldest first."""
    return await repository.of_dossier(uow.conn, dossier_id)


async def custody(uow: UnitOfWork, parcel_id: UUID) -> tuple[Scan, ...]:
    """Every scan, in the order in which it happened."""
    return await repository.scans(uow.conn, parcel_id)


async def story(uow: UnitOfWork, parcel_id: UUID) -> tuple[LogRow[Status], ...]:
    """Every change of status, oldest first."""
    return await repository.log(uow.conn, parcel_id)


async def late(uow: UnitOfWork, *, limit: int = 200) -> tuple[Parcel, ...]:
    """Longer on their way than the province's terms allow (POST-04)."""
    hours = profiles.active().at(uow.now.astimezone(VN).date()).results.postal_hours
    return await repository.late(uow.conn, uow.now - timedelta(hours=hours), limit)
