"""A department that works inside the one-stop core: its people, and what each of them does with a dossier."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from connectors.vbdlis.paper import LandOffice, Paper
from hub import identity
from hub.demo import papers
from hub.demo.journey import filled, uploads
from hub.demo.people import Person, log_in
from hub.demo.world import World

WELL = "1.001662"
"""Đăng ký khai thác nước dưới đất: decided by the department of agriculture and environment, in no sector system."""


_HOME = {
    "name": "Nguyễn Thị Mẫu",
    "phone": "0912345678",
    "address": "12 đường Tôn Đức Thắng, phường Long Xuyên",
    "province_code": "91",
}


class Department:
    """One citizen, the counter, and a department's head, specialists, leader and clerk."""

    def __init__(self, world: World, people: Mapping[str, Person]) -> None:
        self.world = world
        self.people = people
        self.id = ""

    @classmethod
    async def open(cls, world: World, passwords: Mapping[str, str]) -> "Department":
        """Everybody logs in; the procedure has been read from the national portal."""
        role = identity.Role
        logins = {
            "citizen": (identity.CITIZEN_LOGIN, "citizen"),
            "counter": (identity.LOGINS[role.COUNTER], role.COUNTER),
            "operator": (identity.LOGINS[role.OPERATOR], role.OPERATOR),
            "one-stop head": (identity.LOGINS[role.HEAD], role.HEAD),
            "head": (identity.DEPARTMENT_HEAD_LOGIN, role.HEAD),
            "specialist": (identity.LOGINS[role.SPECIALIST], role.SPECIALIST),
            "colleague": (identity.SECOND_SPECIALIST_LOGIN, role.SPECIALIST),
            "leader": (identity.LOGINS[role.LEADER], role.LEADER),
            "clerk": (identity.LOGINS[role.CLERK], role.CLERK),
        }
        people = {name: await log_in(world, login, passwords[key]) for name, (login, key) in logins.items()}
        path = f"/api/v1/procedures/{WELL}"
        await world.until("danh mục", lambda: people["citizen"].try_call("GET", path), lambda answer: answer.is_success)
        return cls(world, people)

    async def submit(self, *, way: str = "counter") -> str:
        """The dossier's id."""
        me = self.people["citizen"]
        procedure = await me.get(f"/api/v1/procedures/{WELL}")
        body = {
            "procedure_code": WELL,
            "form": filled(procedure["form"]),
            "files": await uploads(me, procedure["components"]),
            "return_way": way,
            "return_address": _HOME if way == "postal" else None,
            "declared": True,
        }
        self.id = (await me.post("/api/v1/dossiers", body))["id"]
        return self.id

    async def counter(self, verb: str, **body: Any) -> dict[str, Any]:
        """A verb of the one-stop desk."""
        row: dict[str, Any] = await self.people["counter"].post(f"/api/v1/desk/dossiers/{self.id}/{verb}", body)
        return row

    async def handed_over(self, *, way: str = "counter") -> str:
        """Submitted, accepted, with the department; its code."""
        await self.submit(way=way)
        await self.counter("accept")
        return str((await self.counter("hand-over"))["code"])

    async def lines(self, who: str) -> list[dict[str, Any]]:
        """What this person's list says of the dossier."""
        lines = await self.people[who].get("/api/v1/tasks")
        return [line for line in lines if line["dossier"]["id"] == self.id]

    async def task(self, who: str) -> dict[str, Any]:
        """The one thing that this person has to do for the dossier."""
        [mine] = await self.lines(who)
        task: dict[str, Any] = await self.people[who].get(f"/api/v1/tasks/{mine['waiting']['task']['id']}")
        return task

    async def waits_for(self) -> set[str]:
        """In whose list the dossier stands."""
        everybody = ("head", "specialist", "colleague", "leader", "clerk", "one-stop head")
        return {name for name in everybody if await self.lines(name)}

    async def attach(self, who: str, name: str, data: bytes) -> str:
        """A file for this person's task."""
        task = (await self.task(who))["assignment"]["task"]["id"]
        path = f"/api/v1/tasks/{task}/files"
        answer = await self.people[who].call("POST", path, params={"name": name}, content=data)
        return str(answer.json()["id"])

    async def try_to(self, who: str, action: str, **deed: Any) -> httpx.Response:
        """Do one's task, whatever the answer."""
        it = await self.task(who)
        body = {"action": action, "version": it["dossier"]["version"], **deed}
        return await self.people[who].try_call(
            "POST", f"/api/v1/tasks/{it['assignment']['task']['id']}/deed", json=body
        )

    async def does(self, who: str, action: str, **deed: Any) -> dict[str, Any]:
        """Do one's task."""
        answer = await self.try_to(who, action, **deed)
        assert answer.is_success, answer.text
        row: dict[str, Any] = answer.json()
        return row

    async def assigns(self, name: str) -> dict[str, Any]:
        """The head gives the dossier to the officer of this name."""
        task = (await self.task("head"))["assignment"]["task"]["id"]
        officers = await self.people["head"].get(f"/api/v1/tasks/{task}/colleagues")
        [chosen] = [each["id"] for each in officers if each["name"] == name]
        return await self.does("head", "assign", assignee=chosen)

    async def drafts(self, **deed: Any) -> dict[str, Any]:
        """The specialist proposes with a draft."""
        draft = await self.attach("specialist", "du-thao.pdf", papers.pdf("Du thao"))
        return await self.does("specialist", "propose", document=draft, **deed)

    async def told(self) -> list[dict[str, Any]]:
        """The dossier's story as its owner reads it."""
        story = await self.people["citizen"].get(f"/api/v1/dossiers/{self.id}")
        log: list[dict[str, Any]] = story["log"]
        return log


async def issued(folder: Path, at: datetime, *, signed: bool = True) -> bytes:
    """The department's decision, signed by its leader and by the agency."""
    office = LandOffice(folder, lambda: at)
    paper = Paper(title="Giấy xác nhận đăng ký", number="12/GXN", lines=("Công trình khai thác nước dưới đất.",))
    return await office.issue(paper, signed=signed)
