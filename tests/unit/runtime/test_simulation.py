"""The book, the faults and the desk that every simulated partner shares."""

import asyncio
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from litestar import post

from connectors.runtime.book import Book, FaultChange
from connectors.runtime.simulation import COMMON_FAULTS, Act, ActRefused, Field, SimulatorTransport, Twin

AT = datetime(2026, 11, 23, 7, tzinfo=UTC)
FAULTS = (*COMMON_FAULTS, "odd")


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    book = Book(tmp_path / "twin" / "book.sqlite", faults=FAULTS)
    yield book
    book.close()


@pytest.fixture
def twin(book: Book) -> Any:
    @post("/do", status_code=200, sync_to_thread=False)
    def do() -> dict[str, int]:
        return {"n": book.effect("done", "k", "H1", AT)}

    async def shout(given: dict[str, Any]) -> dict[str, Any]:
        if given["text"] == "no":
            raise ActRefused("không được")
        return {"said": given["text"]}

    act = Act(name="shout", title="Kêu <to>", fields=(Field(name="text", label="Lời", required=True),), run=shout)
    return Twin(book, title="Đối tác & bạn", base_url="http://twin.example/p/", wire=[do], acts=[act])


def client(twin: Any, **options: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=SimulatorTransport(twin.app), base_url="http://twin.example", **options)


def test_effects_are_in_order_and_repeats_apart(book: Book) -> None:
    book.effect("a", "1", "H1", AT, {"chữ": "Đ"})
    book.duplicate("1", "H1", AT)
    book.effect("b", "2", "", AT)
    assert [(effect.n, effect.kind) for effect in book.effects()] == [(1, "a"), (3, "b")]
    assert [effect.kind for effect in book.effects(everything=True)] == ["a", "duplicate", "b"]
    assert (book.effects()[0].detail, book.effects()[0].at) == ({"chữ": "Đ"}, AT)


def test_records_counters_and_all_or_nothing(book: Book) -> None:
    def both() -> None:
        with book.together():
            book.put("case", "1", {"x": 2})
            book.effect("a", "1", "", AT)
            raise ValueError("half-way")

    book.put("case", "1", {"x": 1})
    book.put("case", "0", {"x": 0})
    with pytest.raises(ValueError, match="half-way"):
        both()
    assert book.get("case", "1", dict[str, int]) == {"x": 1}
    assert list(book.every("case", dict[str, int])) == ["1", "0"]
    assert book.effects() == []
    assert [book.next_number("n") for _ in range(3)] == [1, 2, 3]
    book.drop("case", "1")
    assert book.get("case", "1", dict[str, int]) is None


def test_faults_count_down_stay_on_and_must_exist(book: Book) -> None:
    book.switch("odd", FaultChange(times=2))
    assert [bool(book.strikes("odd")) for _ in range(4)] == [True, True, False, False]
    book.switch("odd", FaultChange(on=True))
    assert [bool(book.strikes("odd")) for _ in range(3)] == [True, True, True]
    book.switch("odd", FaultChange(on=False))
    assert book.strikes("odd") is None
    with pytest.raises(KeyError):
        book.switch("unknown", FaultChange(on=True))


def test_a_twin_that_is_killed_remembers_what_it_answered(tmp_path: Path) -> None:
    path = tmp_path / "book.sqlite"
    program = (
        "import sys\nfrom datetime import datetime, UTC\nfrom pathlib import Path\nfrom connectors.runtime.book import Book\n"
        "book = Book(Path(sys.argv[1]), faults=())\nn = 0\n"
        "while True:\n    n = book.effect('a', str(n), '', datetime.now(UTC))\n    print(n, flush=True)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, cwd=Path.cwd())
    assert process.stdout
    answered = [int(process.stdout.readline()) for _ in range(50)][-1]
    process.send_signal(signal.SIGKILL)
    rest = process.stdout.read().split()
    process.wait()
    process.stdout.close()
    book = Book(path, faults=())
    assert len(book.effects()) >= (int(rest[-1]) if rest else answered)
    book.close()


@pytest.mark.parametrize(("fault", "status"), [("http500", 500), ("down", 503)])
async def test_a_fault_before_the_work_leaves_no_effect(twin: Any, book: Book, fault: str, status: int) -> None:
    book.switch(fault, FaultChange(times=1))
    async with client(twin) as http:
        assert (await http.post("/do")).status_code == status
        assert book.effects() == []
        assert (await http.post("/do")).status_code == 200


async def test_a_lost_reply_comes_after_the_work(twin: Any, book: Book) -> None:
    book.switch("commit-then-timeout", FaultChange(times=1))
    async with client(twin) as http:
        with pytest.raises(httpx.RemoteProtocolError):
            await http.post("/do")
        assert len(book.effects()) == 1


async def test_in_process_too_a_read_timeout_is_kept(twin: Any, book: Book) -> None:
    book.switch("slow", FaultChange(times=1, seconds=30))
    async with client(twin, timeout=0.05) as http:
        with pytest.raises(httpx.ReadTimeout):
            await http.post("/do")
        assert (await http.post("/do", timeout=5)).status_code == 200


async def test_a_served_twin_cuts_the_connection_of_a_lost_reply(twin: Any, book: Book) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(twin.app, lifespan="off", log_config=None))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        book.switch("commit-then-timeout", FaultChange(times=1))
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}") as http:
            with pytest.raises(httpx.RemoteProtocolError):
                await http.post("/do")
            assert len(book.effects()) == 1
            assert (await http.post("/do")).json() == {"n": 2}
        server.should_exit = True
        await serving


async def test_the_desk_in_json(twin: Any, book: Book) -> None:
    book.effect("a", "1", "H1", AT)
    book.duplicate("1", "H1", AT)
    async with client(twin) as http:
        assert [each["kind"] for each in (await http.get("/_sim/effects")).json()] == ["a"]
        assert len((await http.get("/_sim/effects?all=1")).json()) == 2
        changed = (await http.put("/_sim/faults", json={"odd": {"times": 2}, "down": {"on": True}})).json()
        assert (changed["odd"]["times"], changed["down"]["on"]) == (2, True)
        assert (await http.get("/_sim/effects")).status_code == 200, "the desk works while the partner is down"
        for wrong in ({"nothing": {"on": True}}, {"odd": {"often": 3}}, []):
            refused = await http.put("/_sim/faults", json=wrong)
            assert refused.status_code == 400
            assert refused.json()["error"]
        assert (await http.post("/_sim/act/shout", json={"text": "a"})).json() == {"said": "a"}
        assert (await http.post("/_sim/act/shout", json={"text": "no"})).status_code == 409
        assert (await http.post("/_sim/act/shout", json={})).status_code == 409
        assert (await http.post("/_sim/act/shout", content=b"{")).status_code == 409
        assert (await http.post("/_sim/act/whisper", json={})).status_code == 404


async def test_the_desks_page_escapes_and_works_without_scripts(twin: Any, book: Book) -> None:
    book.effect("a", "<script>alert(1)</script>", "H<1>", AT)
    async with client(twin) as http:
        for address in ("/_sim", "/_sim/"):
            page = (await http.get(address)).text
            assert "<script" not in page
            assert "Đối tác &amp; bạn" in page
            assert "action='http://twin.example/p/_sim/act/shout'" in page
        answer = await http.post("/_sim/act/shout", data={"text": "<b>Đ</b>"})
        assert "&lt;b&gt;Đ&lt;/b&gt;" in answer.text
