"""Schemathesis on the hub's own OpenAPI: whatever is sent, by whomever, no answer is a 5xx (issue: bad input)."""

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import hypothesis
import msgspec
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from hub import identity
from hub.demo.processes import free_port
from tests.support.depth import ALWAYS_THE_SAME, DEPTH
from tests.support.house_keys import with_keys

pytestmark = pytest.mark.hypothesis
EXAMPLES = 3 * DEPTH
METHODS = {"get", "put", "post", "delete", "patch"}
OFFICERS = (identity.Role.COUNTER, identity.Role.SPECIALIST, identity.Role.LEADER, identity.Role.OPERATOR)
ROLES = ("nobody", "citizen", *(role.value for role in OFFICERS))


class Running(NamedTuple):
    """A hub with its catalogue and accounts, in a process of its own."""

    url: str
    accounts: Path
    log: Path

    def headers(self, role: str) -> dict[str, str]:
        """A fresh session: an earlier case may have closed the last one."""
        if role == "nobody":
            return {}
        password = msgspec.json.decode(self.accounts.read_bytes(), type=dict[str, str])[role]
        login = {"login": identity.LOGINS.get(role, identity.CITIZEN_LOGIN), "password": password}
        answer = httpx.post(f"{self.url}/api/v1/sessions", json=login, timeout=30)
        assert answer.status_code == 201, answer.text
        return {"Authorization": f"Bearer {answer.json()['token']}"}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("hub")
    port = free_port()
    running = Running(f"http://127.0.0.1:{port}", folder / "demo-accounts.json", folder / "log")
    environ = {
        **os.environ,
        "DATA_DIR": str(with_keys(folder)),
        "PORT": str(port),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    with running.log.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "hub", "run", "--no-journey"], env=environ, stdout=log, stderr=log
        )
    try:
        deadline = time.monotonic() + 240
        pause = threading.Event()
        while f":{port}/_partners" not in running.log.read_text():
            assert process.poll() is None, running.log.read_text()
            assert time.monotonic() < deadline, running.log.read_text()
            pause.wait(0.1)
        yield running
    finally:
        process.terminate()
        ended = process.wait(timeout=120)
    assert ended == 0, running.log.read_text()


@pytest.mark.long
def test_no_answer_is_a_server_error(hub: Running) -> None:
    schema = schemathesis.openapi.from_url(f"{hub.url}/api/openapi.json")
    callers = {role: Caller(hub, role) for role in ROLES}
    tried: dict[str, set[int]] = {}
    for result in schema.get_all_operations():
        operation = result.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            label = f"{operation.method.upper()} {operation.path} {mode.value}"
            tried[label] = answers(operation, mode, callers)
    described = {
        f"{method.upper()} {path} {mode.value}"
        for path, item in schema.raw_schema["paths"].items()
        for method in item.keys() & METHODS
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    }
    assert set(tried) == described
    assert len(described) > 60
    assert [fault for caller in callers.values() for fault in caller.faults] == []
    reached = {code for codes in tried.values() for code in codes}
    assert {200, 401, 403, 404, 422} <= reached


class Caller:
    """One connection of one role. Logs in again when a case has ended its session."""

    def __init__(self, hub: Running, role: str) -> None:
        self._hub = hub
        self._role = role
        self._connection = requests.Session()
        self._headers = hub.headers(role)
        self.faults: list[str] = []

    def code(self, case: Any) -> int:
        answer = self._call(case)
        if answer.status_code == 401 and self._role != "nobody":
            self._headers = self._hub.headers(self._role)
            answer = self._call(case)
        if answer.status_code >= 500:
            self.faults.append(f"{self._role}: {case.as_curl_command()} → {answer.text}")
        return int(answer.status_code)

    def _call(self, case: Any) -> Any:
        return case.call(session=self._connection, headers=self._headers, timeout=60)


def answers(operation: Any, mode: GenerationMode, callers: Mapping[str, Caller]) -> set[int]:
    """The status codes of some generated calls by each role in turn."""
    seen: set[int] = set()

    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=ALWAYS_THE_SAME,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode), role=st.sampled_from(ROLES))
    def call(case: Any, role: str) -> None:
        seen.add(callers[role].code(case))

    with contextlib.suppress(Unsatisfiable):  # nothing of it can be wrong
        call()
    return seen
