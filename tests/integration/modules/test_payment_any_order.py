"""Any order of news about money, as hypothesis invents it: paid at most once, every đồng in the ledger."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from hub import payment
from hub.kernel.db import open_database
from hub.kernel.errors import Conflict
from hub.kernel.ids import uuid7
from schemas.messages.payment import Beneficiary, Confirmed, Initiated, Item, Payer, State
from tests.support.depth import DEPTH
from tests.support.files import folder_storage
from tests.support.modules import Clock, Everything, Hub

pytestmark = pytest.mark.hypothesis
T = TypeVar("T")
DUE = 50_000
NUMBERS = st.sampled_from(["GD1", "GD2", "GD3", ""])


class Desk:
    """One loop and one database for all runs of the machine."""

    def __init__(self, url: str, folder: Path) -> None:
        self.loop = asyncio.new_event_loop()
        self.clock, self.told = Clock(), Everything()
        self._open = open_database(url, folder_storage(folder), clock=self.clock, subscribers=self.told)
        self.hub = Hub(self.run(self._open.__aenter__()), self.clock, self.told)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def close(self) -> None:
        self.run(self._open.__aexit__(None, None, None))
        self.loop.close()


class Money(RuleBasedStateMachine):
    """The model: which transactions the bank has told, and whether one of them was enough."""

    desk: Desk

    def __init__(self) -> None:
        super().__init__()
        self.hub = self.desk.hub
        self.references: list[str] = []
        self.money: dict[tuple[str, str], int] = {}
        self.settled = False

    def run(self, verb: Any, *arguments: Any, **named: Any) -> Any:
        async def inside() -> Any:
            async with self.hub.begin() as uow:
                return await verb(uow, *arguments, **named)

        return self.desk.run(inside())

    @initialize()
    def raise_fee(self) -> None:
        self.dossier = uuid7()
        self.obligation = self.run(
            payment.require, dossier_id=self.dossier, dossier_code="H01.05-261123-0007", owner_id=uuid7(),
            items=(Item(code="LP", name="Lệ phí", amount=DUE),), procedure_code="1", procedure_name="A",
            agency_code="H01.05", agency_name="A", payer=Payer(name="A", id_number="1", address=""),
            beneficiary=Beneficiary(account="1", bank_code="1", name="A"),
        ).id  # fmt: skip
        self.open_order(again=False)

    @rule(again=st.booleans())
    def open_order(self, again: bool) -> None:
        try:
            order = self.run(payment.open_order, self.obligation, client_ip="", again=again)
        except Conflict:
            assert self.settled
            return
        assert not self.settled
        if order.reference not in self.references:
            self.references.append(order.reference)

    @rule(data=st.data(), amount=st.sampled_from([DUE, DUE, DUE, 1, DUE + 1, 0]), number=NUMBERS)
    def hear_of_money(self, data: st.DataObject, amount: int, number: str) -> None:
        self.hear(data, State.PAID, amount, number)

    @rule(data=st.data(), number=NUMBERS)
    def hear_of_the_money_again(self, data: st.DataObject, number: str) -> None:
        self.hear(data, State.PAID, DUE, number)

    @rule(data=st.data(), state=st.sampled_from([State.PENDING, State.FAILED, State.UNKNOWN]), number=NUMBERS)
    def hear_other_news(self, data: st.DataObject, state: State, number: str) -> None:
        self.hear(data, state, DUE, number)

    def hear(self, data: st.DataObject, state: State, amount: int, number: str) -> None:
        reference = data.draw(st.sampled_from(self.references))
        said = Confirmed(
            reference=reference, state=state, amount=amount, transaction_id=number, bank_code="B",
            at=self.hub.clock.now, via="ipn",
        )  # fmt: skip
        order = self.run(payment.order_of, reference)
        code = self.run(payment.confirmed, said).code
        if state is not State.PAID:
            assert code in {"payment.pending", "payment.noted", "payment.failed", "payment.duplicate",
                            "payment.contradiction"}  # fmt: skip
            return
        unnamed = order.status == "paid" and amount == DUE and (not number or not order.transaction_id)
        key = (reference, number)
        if key in self.money:
            assert code == ("payment.duplicate" if self.money[key] == amount else "payment.contradiction")
        elif unnamed:
            assert code == "payment.duplicate"
        else:
            expected = "payment.paid" if amount == DUE else "payment.wrong-amount"
            assert code == ("payment.double-payment" if self.settled else expected)
            if amount > 0:
                self.money[key] = amount
            self.settled = self.settled or amount == DUE

    @rule(data=st.data())
    def hear_where_to_pay(self, data: st.DataObject) -> None:
        reference = data.draw(st.sampled_from(self.references))
        self.run(payment.initiated, Initiated(reference=reference, pay_url="https://bank.example/"))

    @rule(now=st.sampled_from([False, False, False, False, False, True]))
    def collect_at_the_counter(self, now: bool) -> None:
        if not now:
            return
        try:
            self.run(payment.collect_at_counter, self.obligation, receipt_number="1")
        except Conflict:
            assert self.settled
            return
        assert not self.settled
        self.settled = True

    @rule(hours=st.sampled_from([1, 30, 100]))
    def wait_and_ask(self, hours: int) -> None:
        self.hub.clock.now += timedelta(hours=hours)
        self.run(payment.pending_for_query)

    @rule()
    def refund_what_is_held(self) -> None:
        for incident in self.run(payment.incidents_of, self.dossier):
            if incident.resolved_at is None and "refunded" in payment.ENDINGS[incident.code]:
                self.run(payment.resolve_incident, incident.id, resolution=payment.Resolution.REFUNDED, note="")
                self.money_back = True

    @invariant()
    def paid_is_told_exactly_when_settled_and_once(self) -> None:
        if not hasattr(self, "obligation"):
            return
        told = [f for f in self.hub.told(payment.Paid) if f.obligation_id == self.obligation]
        assert len(told) == int(self.settled)
        assert self.run(payment.obligation, self.obligation).paid is self.settled

    @invariant()
    def every_dong_is_in_the_ledger(self) -> None:
        if not hasattr(self, "obligation"):
            return
        sql = """
            select account, sum(p.amount)::bigint as amount from payment.posting p
            join payment.journal j on j.id = p.journal_id where j.obligation_id = $1 group by account
        """
        rows = self.desk.run(self.hub.db.pool.fetch(sql, self.obligation))
        held = {row["account"]: row["amount"] for row in rows}
        assert sum(held.values()) == 0
        assert held.get("fees") == -DUE
        assert held.get("receivable", 0) == (0 if self.settled else DUE)
        if not hasattr(self, "money_back"):
            assert held.get("clearing", 0) == sum(self.money.values())


def test_any_order_of_news_pays_at_most_once_and_balances(database_url: str, tmp_path: Path) -> None:
    """PAY-04, PAY-08."""
    Money.desk = Desk(database_url, tmp_path)
    try:
        run_state_machine_as_test(
            Money,
            settings=settings(
                max_examples=40 * DEPTH, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )
    finally:
        Money.desk.close()
