"""The same faults where a person meets them: the page says it in words, keeps what was typed, and stores nothing."""

import re
from collections.abc import AsyncIterator
from html import unescape
from typing import Any

import httpx
import pytest

from hub import identity
from hub.demo.journey import PROCEDURE
from hub.demo.papers import jpeg
from hub.kernel.auth import COOKIE
from tests.integration.bad_input.place import LIMIT, Place

HIDDEN = re.compile(r'name="_csrf_token" value="([^"]+)"')
ENDED = tuple(
    f"update identity.session set {column} = now() - interval '1 day'"  # noqa: S608
    " where account_id = (select id from identity.account where login = $1)"
    for column in ("seen_at", "expires_at")
)
"""A session ends when it idles and when it is too old."""
MAIN = re.compile(r"<main.*?</main>", re.DOTALL)


class Visitor:
    """A browser without scripts."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self._token = ""

    async def get(self, path: str) -> httpx.Response:
        return await self._seen(await self.http.get(path))

    async def post(self, path: str, data: dict[str, str] | None = None, **more: Any) -> httpx.Response:
        return await self._seen(await self.http.post(path, data={"_csrf_token": self._token, **(data or {})}, **more))

    async def _seen(self, answer: httpx.Response) -> httpx.Response:
        if found := HIDDEN.search(answer.text):
            self._token = found[1]
        return answer

    async def log_in(self, login: str, password: str) -> None:
        await self.get("/dang-nhap")
        answer = await self.post("/dang-nhap", {"login": login, "password": password})
        assert answer.status_code == 303, words(answer)


def words(answer: httpx.Response) -> str:
    """What a person reads; a page, never JSON."""
    assert answer.headers["content-type"].startswith("text/html"), answer.headers["content-type"]
    main = MAIN.search(answer.text)
    assert main, answer.text
    text = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main[0])))
    assert "urn:mot-cua" not in text
    assert '{"' not in text
    return text


@pytest.fixture
async def visitor(place: Place) -> AsyncIterator[Visitor]:
    async with httpx.AsyncClient(
        base_url=place.home.parts.settings.hub_url, timeout=30, headers={"Accept": "text/html"}
    ) as http:
        yield Visitor(http)


@pytest.fixture
async def at_home(place: Place, visitor: Visitor) -> Visitor:
    await visitor.log_in(identity.CITIZEN_LOGIN, place.passwords["citizen"])
    return visitor


@pytest.fixture
async def draft(at_home: Visitor) -> AsyncIterator[str]:
    begun = await at_home.get(f"/nop/{PROCEDURE}")
    yield begun.headers["location"]
    await at_home.post(f"{begun.headers['location']}/bo")


@pytest.mark.parametrize(
    ("name", "data", "status", "said"),
    [
        ("giay.pdf", b"", 422, "rỗng"),
        ("giay.pdf", b"MZ\x90\x00 a program", 422, "không phải loại được nhận"),
        ("giay.pdf", b"\x89PNG\r\n\x1a\n", 422, "thực ra là PNG"),
        ("giay.pdf", b"%PDF-1.7" + b" " * LIMIT, 422, "quá giới hạn"),
        ("giay.pdf", b"%PDF-1.7" + b" " * 2 * LIMIT, 413, "vượt giới hạn"),
        ("giay.pdf", b"%PDF-1.7\n1 0 obj", 422, "bị hỏng hoặc thiếu phần cuối"),
    ],
    ids=["empty", "program", "wrong suffix", "over the limit", "far over the limit", "cut off"],
)
async def test_a_bad_file_is_explained_on_its_page(
    place: Place, at_home: Visitor, draft: str, name: str, data: bytes, status: int, said: str
) -> None:
    async with place.nothing_changes():
        answer = await at_home.post(f"{draft}/giay-to/1", files={"file": (name, data)})
    assert answer.status_code == status
    assert said in words(answer)


async def test_sending_without_the_papers_lists_each_of_them(place: Place, at_home: Visitor, draft: str) -> None:
    async with place.nothing_changes():
        answer = await at_home.post(f"{draft}/xem-lai", {"declared": "1"})
    assert answer.status_code == 422
    assert "chỗ cần sửa" in words(answer)
    assert "Còn thiếu giấy tờ" in words(answer)


async def test_sending_the_last_page_twice_is_one_dossier(place: Place, at_home: Visitor, draft: str) -> None:
    """The button pressed twice, or the page reloaded: the draft is locked, and knows what it became."""
    sent = await place.submission()
    procedure = await place.citizen.get(f"/api/v1/procedures/{PROCEDURE}")
    for number in range(1, 4):
        await at_home.post(f"{draft}/thong-tin/{number}", sent["form"])
    for number in range(1, len(procedure["components"]) + 1):
        await at_home.post(f"{draft}/giay-to/{number}", files={"file": ("giay.jpg", jpeg("Giay to"))})
    await at_home.post(f"{draft}/nhan-ket-qua", {"way": "counter"})
    before = await place.value("select count(*) from dossier.dossier")
    for _ in range(2):
        answer = await at_home.post(f"{draft}/xem-lai", {"declared": "1"})
        assert answer.headers.get("location", "") == f"{draft}/xong", words(answer)
    assert await place.value("select count(*) from dossier.dossier") == before + 1


async def test_a_form_without_its_token_does_nothing(place: Place, at_home: Visitor, draft: str) -> None:
    """CSRF: another site makes the browser post with our cookie."""
    async with place.nothing_changes():
        answer = await at_home.http.post(f"{draft}/xem-lai", data={"declared": "1"})
        machine = await at_home.http.post("/api/v1/dossiers", json={})
    assert answer.status_code == 403
    assert "Chưa có gì được gửi" in words(answer)
    assert (machine.status_code, machine.json()["type"]) == (403, "urn:mot-cua:http.form-expired")
    assert machine.json()["field"] == "_csrf_token"
    assert machine.json()["detail_en"]


async def test_an_expired_session_leads_back_here_after_logging_in(place: Place, at_home: Visitor, draft: str) -> None:
    """Both ways of ending (idle, too old); what was saved is there afterwards."""
    for ended in ENDED:
        await place.home.parts.db.pool.execute(ended, identity.CITIZEN_LOGIN)
        async with place.nothing_changes():
            shown = await at_home.get(draft)
            posted = await at_home.post(f"{draft}/thong-tin/1", {"parcel_sheet": "12"})
            api = await at_home.http.get("/api/v1/dossiers")
        assert (shown.status_code, shown.headers["location"]) == (303, f"/dang-nhap?ve={draft}")
        assert posted.status_code == 401
        assert "đăng nhập" in words(posted)
        assert (api.status_code, api.json()["type"]) == (401, "urn:mot-cua:auth.log-in")
        assert api.json()["detail_en"]
        await at_home.log_in(identity.CITIZEN_LOGIN, place.passwords["citizen"])
        assert (await at_home.get(draft)).status_code == 200
    place.citizen.headers.update(await _fresh(place))


async def _fresh(place: Place) -> dict[str, str]:
    """The other tests' citizen, whose session ended too."""
    login = {"login": identity.CITIZEN_LOGIN, "password": place.passwords["citizen"]}
    answer = await place.bare.post("/api/v1/sessions", json=login)
    return {"Authorization": f"Bearer {answer.json()['token']}"}


async def test_a_session_that_never_was_is_none(visitor: Visitor) -> None:
    visitor.http.cookies.set(COOKIE, "made-up")
    assert (await visitor.get("/ho-so")).status_code == 303


@pytest.mark.parametrize(
    ("method", "path", "status", "said"),
    [
        ("GET", "/khong-co-trang-nay", 404, "Địa chỉ có thể đã gõ nhầm"),
        ("PUT", "/thu-tuc", 405, "không nhận thao tác"),
        ("GET", "/tra-cuu?ma=H01.12-261126-9999", 404, "Không tìm thấy hồ sơ này"),
        ("GET", "/tra-cuu?ma=%00", 422, "ký tự rỗng"),
        ("GET", "/thu-tuc/%ff%fe", 404, "Không có thủ tục"),
        ("GET", "/xac-minh/khong-co-ma-nay", 404, "Không"),
    ],
)
async def test_a_wrong_address_is_answered_in_words(
    visitor: Visitor, method: str, path: str, status: int, said: str
) -> None:
    answer = await visitor.http.request(method, path, headers=await _token(visitor) if method != "GET" else {})
    assert answer.status_code == status
    assert said in words(answer)


async def _token(visitor: Visitor) -> dict[str, str]:
    found = HIDDEN.search((await visitor.get("/dang-nhap")).text)
    assert found
    return {"x-csrftoken": found[1]}


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"login=%ff%fe&password=x", "application/x-www-form-urlencoded", 401),
        (b"login=a%00&password=x", "application/x-www-form-urlencoded", 422),
        (b"not a form at all", "multipart/form-data; boundary=b", 400),
        (b"no boundary", "multipart/form-data", 422),
        (b'{"login": "a"}', "application/json", 401),
    ],
    ids=["bad UTF-8", "NUL", "broken multipart", "no boundary", "JSON"],
)
async def test_a_broken_form_is_answered_in_words(visitor: Visitor, content: bytes, kind: str, status: int) -> None:
    headers = {**await _token(visitor), "content-type": kind}
    answer = await visitor.http.post("/dang-nhap", content=content, headers=headers)
    assert answer.status_code == status
    assert len(words(answer)) > 40


async def test_somebody_elses_dossier_has_no_page(place: Place, visitor: Visitor) -> None:
    theirs = await place.submitted()
    await visitor.log_in("091190000077", place.passwords["citizen"])
    answer = await visitor.get(f"/ho-so/{theirs}")
    assert answer.status_code == 404
    assert "Không tìm thấy hồ sơ này" in words(answer)
