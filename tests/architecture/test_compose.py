"""compose.yaml: valid, complete, without secrets, and each of our services really starts by its command."""

import asyncio
import os
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from check_jsonschema import main as check_jsonschema
from click.testing import CliRunner

from connectors import registry
from connectors.runtime.rabbit import consumers_of
from connectors.runtime.topology import queues
from hub.demo.processes import free_port
from tests.support.house_keys import with_keys

FILE = Path(__file__).parents[2] / "compose.yaml"
COMPOSE: dict[str, Any] = yaml.safe_load(FILE.read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = sorted(name for name, service in SERVICES.items() if "build" in service)
LONG_RUNNING = [name for name in OURS if SERVICES[name].get("restart") != "no"]
SECRET = re.compile(r"PASS|SECRET|TOKEN|(^|_)KEY$|USER(NAME)?$")
GIVEN = {"RABBITMQ_DEFAULT_USER": "hub", "POSTGRES_USER": "hub"}


def commands() -> dict[str, list[str]]:
    return {name: SERVICES[name]["command"] for name in OURS}


def test_it_holds_against_the_compose_specification() -> None:
    result = CliRunner().invoke(check_jsonschema, ["--builtin-schema", "vendor.compose-spec", str(FILE)])
    assert result.exit_code == 0, result.output


def test_it_has_every_part() -> None:
    images = {name: service.get("image", "").partition(":") for name, service in SERVICES.items()}
    assert images["postgres"][::2] == ("postgres", "18")
    assert images["rabbit"][0] == "rabbitmq"
    assert images["rabbit"][2].startswith("4.")
    assert {"clamd", "proxy"} <= set(SERVICES)
    assert SERVICES["serve"]["deploy"]["replicas"] == 2
    assert SERVICES["work"]["deploy"]["replicas"] == 2
    assert {c[-1] for c in commands().values() if c[-2] == "run"} == set(registry.NAMES)


def test_every_queue_is_consumed() -> None:
    lines = [" ".join(command) for command in commands().values()]
    for queue in queues(registry.NAMES):
        words = queue.consumer.split()
        taken = [line for line in lines if all(word in line.split() for word in words)]
        assert taken, f"{queue.name}: no service runs `{queue.consumer}`"


def test_every_long_running_service_says_whether_it_is_well() -> None:
    assert [name for name, s in SERVICES.items() if s.get("restart") != "no" and "healthcheck" not in s] == []


def test_no_secret_is_written_down() -> None:
    for service in SERVICES.values():
        for name, value in (service.get("environment") or {}).items():
            if SECRET.search(name) and GIVEN.get(name) != value:
                assert re.fullmatch(r"\$\{\w+:(\?[^}]*|-)\}", value), name
            for password in re.findall(r"://[^:/]*:([^@]*)@", value):
                assert re.fullmatch(r"\$\{\w+:\?[^}]*\}", password), name


@pytest.mark.parametrize("name", LONG_RUNNING)
async def test_each_service_starts_here_by_its_command(
    name: str, database_url: str, amqp_url: str, tmp_path: Path
) -> None:
    port = free_port()
    environment = by_hand(SERVICES[name]["environment"], database_url, amqp_url, tmp_path, port)
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *program(SERVICES[name]["command"]), env=environment, cwd=FILE.parent, stdout=output, stderr=output
        )
    try:
        async with asyncio.timeout(180):
            while not await well(SERVICES[name]["healthcheck"]["test"], amqp_url, port):
                assert process.returncode is None, log.read_text()
                await asyncio.sleep(0.2)
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(60):
            ended = await process.wait()
    assert ended in (0, -15), log.read_text()


def by_hand(given: Mapping[str, str], database_url: str, amqp_url: str, folder: Path, port: int) -> dict[str, str]:
    """The service's environment with this machine's addresses, and words of the right shape for the secrets."""
    here = {"DATABASE_URL": database_url, "AMQP_URL": amqp_url, "DATA_DIR": str(folder / "data"), "PORT": str(port)}
    here |= {"HUB_URL": f"http://127.0.0.1:{port}", "HOST": "127.0.0.1", "CLAMD_ADDRESS": "", **house_keys(folder)}
    filled = {}
    for name, value in given.items():
        default = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)
        asked = "http://127.0.0.1:9" if name.endswith("_URL") else "mot-cua@example.vn"
        filled[name] = here.get(name) or re.sub(r"\$\{\w+:\?[^}]*\}", asked, default)
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(FILE.parent), **filled}


def house_keys(folder: Path) -> dict[str, str]:
    """As an operator lays them beside compose.yaml."""
    keys = with_keys(folder) / "pki"
    names = {"RECEIVER_KEY": "receiver", "AGENCY_KEY": "center", "HUB_KEY": "hub"}
    return {variable: f"{keys / name}.key.pem?chain={keys / name}.cert.pem" for variable, name in names.items()}


def program(command: list[str]) -> list[str]:
    if command[0] == "python":
        return [sys.executable, *command[1:]]
    found = shutil.which(command[0], path=str(Path(sys.executable).parent))
    assert found, f"{command[0]} is no program of this project"
    return [found, *command[1:]]


async def well(test: list[str], amqp_url: str, port: int) -> bool:
    """What the service's own health check asks, asked from here."""
    if "connectors.runtime.health" in test:
        return await consumers_of(amqp_url, test[-1]) > 0
    asked = re.search(r"http://127\.0\.0\.1:8000(/[^']*)'", test[-1])
    assert asked, test
    async with httpx.AsyncClient() as client:
        try:
            return (await client.get(f"http://127.0.0.1:{port}{asked[1]}", timeout=5)).is_success
        except httpx.TransportError:
            return False
