"""The order's table of transitions."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.kernel.ids import uuid7
from hub.kernel.lifecycle import IllegalTransition
from hub.payment import TRANSITIONS, Order, Status, Trigger, lifecycle

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def an_order(status: Status, queries: int = 0) -> Order:
    return Order(
        id=uuid7(), obligation_id=uuid7(), reference="DVC00000001", amount=1, status=status, version=1, client_ip="",
        pay_url="", transaction_id="", bank_code="", opened_at=NOW, updated_at=NOW, paid_at=None, queries=queries,
        next_query_at=NOW,
    )  # fmt: skip


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("trigger", Trigger)
def test_each_trigger_has_one_edge_or_is_refused(status: Status, trigger: Trigger) -> None:
    edges = [edge for edge in TRANSITIONS if edge.source is status and edge.trigger is trigger]
    if edges:
        change = lifecycle.transition(an_order(status), trigger, at=NOW, cause="")
        assert [change.target] == [edge.target for edge in edges]
    else:
        with pytest.raises(IllegalTransition):
            lifecycle.transition(an_order(status), trigger, at=NOW, cause="")


def test_nothing_leaves_paid() -> None:
    assert not [edge for edge in TRANSITIONS if edge.source is Status.PAID]


def test_every_status_is_reached() -> None:
    assert {edge.target for edge in TRANSITIONS} | {Status.OPENED} == set(Status)


def test_only_paid_tells_paid() -> None:
    assert all((edge.fact == "Paid") == (edge.target is Status.PAID) for edge in TRANSITIONS)


def test_the_pauses_between_questions_grow_to_six_hours() -> None:
    pauses = [lifecycle.next_query(an_order(Status.PENDING, n), NOW) for n in range(8)]
    minutes = [(at - NOW) / timedelta(minutes=1) for at in pauses if at]
    assert minutes == [20, 40, 80, 160, 320, 360, 360, 360]
    assert lifecycle.next_query(an_order(Status.PAID), NOW) is None
