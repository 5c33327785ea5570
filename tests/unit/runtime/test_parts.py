"""Settings, inbound builders, topology, registry and the command line."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from connectors import registry
from connectors.__main__ import main
from connectors.runtime import topology
from connectors.runtime.inbound import fingerprint, inbound
from connectors.runtime.settings import Environment, Secret, SettingError
from schemas.messages import BY_NAME, sector


def test_a_secret_never_shows_itself() -> None:
    secret = Secret("hunter2")
    for shown in (repr(secret), str(secret), f"{secret}", f"{[secret]}"):
        assert "hunter2" not in shown
    assert secret.reveal() == "hunter2"
    assert (secret == Secret("hunter2"), secret == "hunter2", bool(Secret(""))) == (True, False, False)


def test_the_environment_is_read_with_defaults() -> None:
    env = Environment({"P_URL": "https://x/ ", "P_N": "7", "P_S": "0.5", "P_F": "true", "P_EMPTY": ""}, "P")
    assert env.address("URL", "http://d") == "https://x"
    assert (env.number("N", 1), env.number("M", 1), env.seconds("S", 1), env.flag("F", False)) == (7, 1, 0.5, True)
    assert (env.text("EMPTY", "d"), env.flag("G", True), env.secret("K", "k").reveal()) == ("d", True, "k")


@pytest.mark.parametrize(
    ("verb", "value"),
    [("address", "ftp://x"), ("number", "-1"), ("number", "x"), ("seconds", "0"), ("seconds", "nan"), ("flag", "yes")],
)
def test_a_wrong_setting_is_named(verb: str, value: str) -> None:
    env = Environment({"P_X": value}, "P")
    with pytest.raises(SettingError, match="P_X"):
        getattr(env, verb)("X", {"address": "http://d", "number": 1, "seconds": 1.0, "flag": True}[verb])


def test_an_inbound_names_its_message() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    told = inbound("p", "e", "H1", at, sector.Resumed(dossier_code="H1", at=at))
    assert (told.source, told.external_id, told.lane, told.occurred_at) == ("p", "e", "H1", at)
    assert BY_NAME[told.type] is sector.Resumed


def test_a_fingerprint_minds_what_is_said_and_not_its_order() -> None:
    same = fingerprint("Op", {"a": 1, "b": [1, {"c": 2, "d": 3}]})
    assert fingerprint("Op", {"b": [1, {"d": 3, "c": 2}], "a": 1}) == same
    assert len({same, fingerprint("Op2", {"a": 1}), fingerprint("Op", {"a": 1}), fingerprint("Op", {"a": 2})}) == 4


def test_every_queue_is_named_once_and_has_a_consumer() -> None:
    queues = topology.queues(registry.NAMES)
    names = [queue.name for queue in queues]
    assert len(set(names)) == len(names) == len(registry.NAMES) + 2
    assert all(queue.consumer and name.endswith(".v1") for queue, name in zip(queues, names, strict=True))
    for queue in queues[1:]:
        assert queue.arguments == {
            "x-queue-type": "quorum",
            "x-delivery-limit": 5,
            "x-dead-letter-exchange": "dead.v1",
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        }
    assert "x-dead-letter-exchange" not in queues[0].arguments, "what is dead does not circle"


def test_every_connector_is_whole() -> None:
    for name, connector in registry.connectors().items():
        assert connector.name == name
        assert connector.title_vi
        assert connector.title_en
        assert set(connector.consumes) <= set(BY_NAME.values())
        assert set(connector.produces) <= set(BY_NAME.values())
        assert connector.settings({}) is not None, "nothing must be set for a first run"


def test_the_command_line_lists_and_names_what_is_wrong() -> None:
    command = CliRunner()
    listed = command.invoke(main, ["list"])
    assert [line.split()[0] for line in listed.output.splitlines()] == list(registry.NAMES)
    for verb in (["run"], ["probe"], ["simulate", "--port", "1"]):
        wrong = command.invoke(main, [*verb, "nobody"])
        assert wrong.exit_code == 2
        assert all(name in wrong.output for name in registry.NAMES)
    unset = command.invoke(main, ["run", registry.NAMES[0]], env={"AMQP_URL": ""})
    assert unset.exit_code == 1
    assert "AMQP_URL" in unset.output


def test_a_wrong_setting_stops_the_command_with_its_name() -> None:
    name = registry.NAMES[0]
    wrong = CliRunner().invoke(main, ["probe", name], env={f"{name.upper()}_BASE_URL": "ftp://x"})
    assert wrong.exit_code == 1
    assert f"{name.upper()}_BASE_URL" in wrong.output
