"""Verbs whose outcome is a word for the partner rather than an error: what does not fit is kept, and said."""

from hub import payment
from hub.kernel.db import UnitOfWork
from hub.kernel.signatures import Checker
from schemas.envelope import Answer
from schemas.messages import payment as money


async def confirmed(uow: UnitOfWork, said: money.Confirmed) -> Answer | None:
    """An IPN or the answer to a query; money that does not fit becomes an incident and a refusal (PAY-08)."""
    return _answer(await payment.confirmed(uow, said))


async def voucher(uow: UnitOfWork, said: money.Voucher, *, checker: Checker) -> Answer | None:
    """The bank-signed voucher (PAY-04)."""
    return _answer(await payment.voucher(uow, said, checker=checker))


def _answer(outcome: payment.Confirmation) -> Answer | None:
    if not outcome.vi:
        return None
    return Answer(accepted=False, code=outcome.code, vi=outcome.vi, en=outcome.en)
