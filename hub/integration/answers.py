"""Verbs whose outcome is a word for the partner rather than an error: what does not fit is kept, and said."""

from hub import payment, postal
from hub.kernel.db import UnitOfWork
from hub.kernel.signatures import Checker
from schemas.envelope import Answer
from schemas.messages import payment as money
from schemas.messages import post

_REFUSED = frozenset(
    {"payment.unknown-reference", "payment.wrong-amount", "payment.contradiction", "payment.voucher-invalid"}
)


async def initiated(uow: UnitOfWork, said: money.Initiated) -> None:
    """The platform's address for the payer."""
    await payment.initiated(uow, said)


async def confirmed(uow: UnitOfWork, said: money.Confirmed) -> Answer | None:
    """An IPN or the answer to a query; money that does not fit becomes an incident and a refusal (PAY-08)."""
    return _answer(await payment.confirm(uow, said))


async def voucher(uow: UnitOfWork, said: money.Voucher, *, checker: Checker) -> Answer | None:
    """The bank-signed voucher (PAY-04)."""
    return _answer(await payment.keep_voucher(uow, said, checker))


async def ordered(uow: UnitOfWork, said: post.Ordered) -> None:
    """The post has taken the order."""
    await postal.ordered(uow, said)


async def tracked(uow: UnitOfWork, said: post.Tracked) -> None:
    """A scan of a parcel (POST-06)."""
    await postal.tracked(uow, said)


def _answer(outcome: payment.Confirmation) -> Answer | None:
    if outcome.code not in payment.WORDS:
        return None
    vi, en = payment.WORDS[outcome.code]
    return Answer(accepted=outcome.code not in _REFUSED, code=outcome.code, vi=vi, en=en)
