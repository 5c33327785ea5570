"""Where a payment stands, in words."""

from collections.abc import Sequence

from hub.dossier import Dossier
from hub.payment import Obligation, Order, Status
from hub.portal.speech import Speech, tidy
from hub.portal.views.common import FactRow, Link
from hub.portal.views.payment import PaymentPage, Stage


def payment_page(
    dossier: Dossier, owed: Sequence[Obligation], order: Order | None, t: Speech, *, returned: bool
) -> PaymentPage | None:
    """The open obligation, or the last one paid; None when nothing was ever owed. `returned`: back from the bank."""
    due = next((each for each in owed if not each.paid), owed[-1] if owed else None)
    if due is None:
        return None
    here = f"/ho-so/{dossier.id}/thanh-toan"
    stage = _stage(due, order, returned=returned)
    when = t.moment(due.settled_at) if due.settled_at else ""
    waits = stage in ("preparing", "pending")
    return PaymentPage(
        title=tidy(dossier.procedure_name),
        code=dossier.code or dossier.reference,
        stage=stage,
        heading=t(f"payment.{stage}_title"),
        sentence=t(f"payment.{stage}_text", when=when) if stage == "paid" else t(f"payment.{stage}_text"),
        rows=tuple(FactRow(label=item.name, value=t.money(item.amount)) for item in due.items),
        total=t.money(due.amount),
        back=Link(text=t("payment.back"), href=f"/ho-so/{dossier.id}"),
        pay=order.pay_url if order and stage == "ready" else "",
        start=here if stage in ("open", "failed") else "",
        poll=(f"{here}?ve=1" if returned else here) if waits else "",
        reference=order.reference if order else "",
        voucher=f"/ho-so/{dossier.id}/tep/{due.voucher_entry}" if due.voucher_entry else "",
        service_fee=t("payment.service_fee"),
    )


def _stage(due: Obligation, order: Order | None, *, returned: bool) -> Stage:
    if due.paid:
        return "paid"
    if order is None or order.status is Status.EXPIRED:
        return "open"
    if order.status is Status.FAILED:
        return "failed"
    if order.status is Status.OPENED:
        return "preparing"
    if order.status is Status.INITIATED and not returned:
        return "ready"
    return "pending"
