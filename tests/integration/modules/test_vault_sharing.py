"""A holder shows one document to somebody, for a time and a purpose, and sees each use (RES-06, OPS-07)."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from typing import Any

import asyncpg
import httpx
import pytest

from hub import identity, vault
from hub.install import installed
from hub.kernel.actor import system
from hub.kernel.db import Database
from hub.main import create_app
from hub.settings import load
from hub.vault import Entry, Kind, Wish
from tests.support.modules import Clock
from tests.support.run import fresh_database

pytestmark = pytest.mark.anyio
PURPOSE = "Nộp hồ sơ vay vốn"
CONTENT = b"%PDF-1.7 giay chung nhan"


class Person:
    """A citizen with an account and a session; `api` calls as them."""

    def __init__(self, citizen: identity.Citizen, token: str, client: httpx.AsyncClient) -> None:
        self.citizen = citizen
        self._headers = {"authorization": f"Bearer {token}"}
        self._client = client

    async def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        accept = {"accept": "application/json" if path.startswith("/api") else "text/html"}
        return await self._client.request(method, path, headers=self._headers | accept, **more)

    async def share(self, entry: Entry, **more: Any) -> httpx.Response:
        wish = {"entry_id": str(entry.id), "purpose": PURPOSE, "days": 7}
        return await self.call("POST", "/api/v1/shares", json=wish | more)


class House:
    """One for the file: every test brings its own people, and time only goes forward."""

    def __init__(self, db: Database, clock: Clock, client: httpx.AsyncClient) -> None:
        self.db = db
        self.clock = clock
        self.client = client
        self._numbers = (f"089090{n:06d}" for n in count(1))

    def number(self) -> str:
        """A personal number that nobody has yet."""
        return next(self._numbers)

    async def person(self, name: str, number: str = "") -> Person:
        given = identity.Registration(
            name=name,
            id_number=number or self.number(),
            phone="0912345678",
            password="Mat-khau-2026-dai",
            declared=True,
        )
        async with self.db.begin(system("test")) as uow:
            citizen = await identity.register(uow, given)
            principal = await identity.log_in(uow, citizen.login, given.password)
            token = await identity.open_session(uow, principal)
        return Person(citizen, token, self.client)

    async def document(self, owner: Person, data: bytes = CONTENT) -> Entry:
        async with self.db.begin(system("test")) as uow:
            return await vault.store(
                uow, data, owner_id=owner.citizen.id, kind=Kind.RESULT, name="Giấy chứng nhận.pdf",
                media_type="application/pdf",
            )  # fmt: skip

    async def seen(self, owner: Person) -> list[tuple[str, str, str]]:
        async with self.db.read() as uow:
            return [(a.actor_name, a.what, a.purpose) for a in await vault.seen(uow, owner_id=owner.citizen.id)]

    async def look(self, url: str) -> httpx.Response:
        return await self.client.get(url, headers={"accept": "text/html"})

    async def take(self, url: str) -> httpx.Response:
        """As a person without an account: the page, then its button."""
        await self.look(url)
        form = {"_csrf_token": self.client.cookies["bieu_mau"]}
        return await self.client.post(f"{url}/tep", data=form, headers={"accept": "text/html"})


@pytest.fixture(scope="module")
async def house(cheap_hashes: None, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = str(tmp_path_factory.mktemp("house"))
    with fresh_database() as dsn:
        environ = {"DATABASE_URL": dsn, "DATA_DIR": folder, "HUB_URL": "http://hub.example"}
        clock = Clock()
        async with installed(load(environ), clock) as parts:
            app = httpx.ASGITransport(create_app(parts, environ=environ), raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=app, base_url="http://hub.example") as client:
                yield House(parts.db, clock, client)


@pytest.fixture
async def owner(house: House) -> Person:
    return await house.person("Lê Thị Mẩu")


@pytest.fixture
async def friend(house: House) -> Person:
    return await house.person("Trần Văn Bạn")


async def test_a_link_opens_that_document_and_each_use_is_told(house: House, owner: Person) -> None:
    entry = await house.document(owner)
    made = (await owner.share(entry)).json()
    page = await house.look(made["url"])
    assert page.status_code == 200
    assert all(words in page.text for words in ("Giấy chứng nhận.pdf", PURPOSE, "Lê Thị Mẩu"))
    assert page.headers["cache-control"] == "private, no-store"
    assert await house.seen(owner) == []
    for _ in range(2):
        file = await house.take(made["url"])
        assert (file.content, file.headers["content-length"]) == (CONTENT, str(len(CONTENT)))
        assert file.headers["content-disposition"].startswith("attachment")
    assert await house.seen(owner) == [
        ("Người có đường dẫn chia sẻ", "Giấy chứng nhận.pdf", f"Chủ tài liệu chia sẻ: {PURPOSE}")
    ] * 2  # fmt: skip
    mine = await owner.call("GET", "/kho-du-lieu")
    assert "Người có đường dẫn chia sẻ" in mine.text


async def test_a_one_time_link_opens_once_whoever_is_first(house: House, owner: Person) -> None:
    entry = await house.document(owner)
    url = (await owner.share(entry, one_time=True)).json()["url"]
    assert (await house.look(url)).status_code == 200
    assert (await house.look(url)).status_code == 200
    assert (await house.take(url)).content == CONTENT
    for answer in (await house.look(url), await house.take(url)):
        assert answer.status_code == 404
    assert "chỉ mở được một lần và đã được dùng" in (await house.look(url)).text
    assert len(await house.seen(owner)) == 1


async def test_two_uses_of_a_one_time_share_at_once_are_one(house: House, owner: Person) -> None:
    entry = await house.document(owner)
    async with house.db.begin(system("test")) as uow:
        made, _ = await vault.share(
            uow, owner.citizen.id, Wish(entry_id=entry.id, purpose=PURPOSE, days=1, one_time=True)
        )
    async with house.db.begin(system("test")) as uow:
        await vault.use(uow, made)
    with pytest.raises(vault.ShareEnded):
        async with house.db.begin(system("test")) as uow:
            await vault.use(uow, made)


async def lapse(house: House, owner: Person, share: str) -> None:
    house.clock.forward(days=7)


async def revoke(house: House, owner: Person, share: str) -> None:
    assert (await owner.call("DELETE", f"/api/v1/shares/{share}")).status_code == 204
    assert (await owner.call("DELETE", f"/api/v1/shares/{share}")).status_code == 204


@pytest.mark.parametrize(
    ("end", "word", "told"), [(lapse, "lapsed", "đã hết hạn"), (revoke, "revoked", "đã thu hồi chia sẻ này")]
)
async def test_a_share_that_ended_says_so_and_opens_nothing(
    house: House, owner: Person, end: Callable[[House, Person, str], Awaitable[None]], word: str, told: str
) -> None:
    entry = await house.document(owner)
    made = (await owner.share(entry)).json()
    await end(house, owner, made["id"])
    token = made["url"].rsplit("/", 1)[-1]
    page = await house.look(made["url"])
    assert (page.status_code, told in page.text, "Giấy chứng nhận" in page.text) == (404, True, False)
    assert (await house.take(made["url"])).status_code == 404
    async with house.db.read() as uow:
        with pytest.raises(vault.ShareEnded) as ended:
            await vault.by_link(uow, token)
    assert ended.value.code == f"vault.share-{word}"
    assert await house.seen(owner) == []


async def test_a_named_citizen_and_nobody_else_opens_it(house: House, owner: Person, friend: Person) -> None:
    entry = await house.document(owner)
    made = (await owner.share(entry, id_number=friend.citizen.id_number)).json()
    assert made["url"] == ""
    stranger = await house.person("Phạm Thị Lạ")
    received = (await friend.call("GET", "/api/v1/shares/received")).json()
    assert [each["id"] for each in received] == [made["id"]]
    assert (await stranger.call("GET", "/api/v1/shares/received")).json() == []
    api, pages = f"/api/v1/shares/received/{made['id']}/file", f"/kho-du-lieu/duoc-chia-se/{made['id']}"
    for person, status in ((stranger, 404), (owner, 404), (friend, 200)):
        assert (await person.call("POST", api)).status_code == status
        assert (await person.call("GET", pages)).status_code == status
        assert (await person.call("POST", f"{pages}/tep")).status_code == status
    assert (await friend.call("POST", api)).content == CONTENT
    assert {who for who, _, _ in await house.seen(owner)} == {"Trần Văn Bạn"}
    assert "Được chia sẻ với bạn" in (await friend.call("GET", "/kho-du-lieu")).text
    assert (await friend.call("GET", f"/kho-du-lieu/{entry.id}")).status_code == 404
    assert (await friend.call("GET", f"/api/v1/files/{entry.id}")).status_code == 404


async def test_a_number_without_an_account_is_not_told_apart(house: House, owner: Person, friend: Person) -> None:
    entry = await house.document(owner)
    nobodys = house.number()
    answers = [await owner.share(entry, id_number=number) for number in (friend.citizen.id_number, nobodys)]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].json().keys() == answers[1].json().keys()
    late = await house.person("Người Đến Sau", nobodys)
    assert len((await late.call("GET", "/api/v1/shares/received")).json()) == 1


async def test_nobody_shares_or_revokes_what_is_not_theirs(house: House, owner: Person, friend: Person) -> None:
    entry = await house.document(owner)
    assert (await friend.share(entry)).status_code == 404
    assert (await friend.call("GET", f"/kho-du-lieu/{entry.id}/chia-se")).status_code == 404
    made = (await owner.share(entry)).json()
    assert (await friend.call("DELETE", f"/api/v1/shares/{made['id']}")).status_code == 404
    assert (await house.look(made["url"])).status_code == 200
    assert (await house.look("http://hub.example/chia-se/khong-co")).status_code == 404


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"purpose": " "}, "purpose"),
    ({"purpose": "x" * 201}, "purpose"),
    ({"days": 0}, "days"),
    ({"days": 31}, "days"),
    ({"id_number": "0912"}, "id_number"),
]


async def test_what_cannot_be_shared_like_this_is_said_at_its_field(house: House, owner: Person) -> None:
    entry = await house.document(owner)
    to_oneself = ({"id_number": owner.citizen.id_number}, "id_number")
    for wrong, field in (*WRONG, to_oneself):
        answer = await owner.share(entry, **wrong)
        assert (answer.status_code, answer.json()["field"]) == (422, field)
        form = {"purpose": PURPOSE, "days": "7"} | {name: str(value) for name, value in wrong.items()}
        page = await owner.call("POST", f"/kho-du-lieu/{entry.id}/chia-se", data=form)
        assert page.status_code == 422
        assert f'href="#{field}"' in page.text
    assert (await owner.call("GET", "/api/v1/shares")).json() == []


HOSTILE: list[dict[str, Any]] = [
    {"purpose": "a\x00b"},
    {"days": 10**30},
    {"days": -(10**30)},
    {"days": "bảy"},
    {"id_number": "０８９０９００００００９"},
    {"id_number": "089090000018\n"},
    {"entry_id": "x"},
]


async def test_whatever_is_sent_is_refused_and_never_a_defect(house: House, owner: Person) -> None:
    entry = await house.document(owner)
    for sent in HOSTILE:
        assert (await owner.share(entry, **sent)).status_code in (400, 422), sent
    for token in ("%00", "%F0%9F%92%A9", "x" * 3000, "..%2f"):
        assert (await house.look(f"http://hub.example/chia-se/{token}")).status_code == 404


async def test_the_pages_make_show_and_revoke_a_share(house: House, owner: Person) -> None:
    entry = await house.document(owner)
    assert (await owner.call("GET", f"/kho-du-lieu/{entry.id}/chia-se")).status_code == 200
    form = {"purpose": PURPOSE, "days": "1", "one_time": "1"}
    made = await owner.call("POST", f"/kho-du-lieu/{entry.id}/chia-se", data=form)
    link = re.findall(r"http://hub\.example/chia-se/[\w-]{40,}", made.text)[0]
    assert (await house.look(link)).status_code == 200
    listed = (await owner.call("GET", "/kho-du-lieu")).text
    assert link not in listed
    action = re.findall(r"/kho-du-lieu/chia-se/[0-9a-f-]+/thu-hoi", listed)[0]
    assert (await owner.call("POST", action)).status_code == 303
    assert (await house.look(link)).status_code == 404
    assert "Đã thu hồi" in (await owner.call("GET", "/kho-du-lieu")).text


async def test_a_token_is_nowhere_in_the_database(house: House, owner: Person) -> None:
    entry = await house.document(owner)
    token = (await owner.share(entry)).json()["url"].rsplit("/", 1)[-1]
    rows = await house.db.pool.fetch("select s::text from vault.share s union all select a::text from kernel.audit a")
    assert len(rows) > 1
    assert not [row for row in rows if token in row[0] or token.encode().hex() in row[0]]


async def test_what_was_shared_cannot_be_rewritten(house: House, owner: Person) -> None:
    made = (await owner.share(await house.document(owner))).json()
    await owner.call("DELETE", f"/api/v1/shares/{made['id']}")
    for sql in ("update vault.share set expires_at = now()", "delete from vault.share_end", "delete from vault.share"):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await house.db.pool.execute(sql)


async def test_a_document_that_is_damaged_is_said_and_not_given(house: House, owner: Person) -> None:
    async with house.db.read() as uow:
        storage: Any = uow.storage
    before = {each.path async for each in storage.objects.list("c/")}
    entry = await house.document(owner, b"%PDF-1.7 chi co mot ban nay")
    (kept,) = [each async for each in storage.objects.list("c/") if each.path not in before]
    await storage.objects.replace(kept.path, b"x" * kept.size)
    answer = await owner.call("GET", f"/api/v1/files/{entry.id}")
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:mot-cua:storage.damaged")
    assert await house.seen(owner) == []
