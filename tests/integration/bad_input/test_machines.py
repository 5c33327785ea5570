"""What no form can send but a program can: each refused with its place, in two languages, and nothing stored."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.integration.bad_input.place import LIMIT, Place, problem

JSON = {"content-type": "application/json"}
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))
    + b"]><l>&j;</l>"
)
"""Nine tenfold levels: ten thousand million letters out of half a kilobyte."""


@pytest.mark.parametrize(
    ("content", "status", "code", "field"),
    [
        (b'{"procedure_code": ', 400, "http.malformed-json", "body"),
        (b"{'procedure_code': 1}", 400, "http.malformed-json", "body"),
        (b'{"procedure_code": "\\ud800"}', 400, "http.malformed-json", "body"),
        (b'{"procedure_code": "\xff\xfe"}', 400, "http.not-utf8", "body"),
        ('{"procedure_code": "đ"}'.encode("utf-16"), 400, "http.malformed-json", "body"),
        (b"[" * 100_000, 400, "http.json-too-deep", "body"),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, 400, "http.json-too-deep", "body"),
        (b"", 422, "http.invalid", "body"),
        (b"null", 422, "http.invalid", "body"),
        (b"[]", 422, "http.invalid", "body"),
        (b'"text"', 422, "http.invalid", "body"),
        (b" " * 2 * LIMIT + b"{}", 413, "http.413", "body"),
    ],
    ids=lambda value: repr(value)[:24],
)
async def test_a_body_that_is_no_submission(place: Place, content: bytes, status: int, code: str, field: str) -> None:
    async with place.nothing_changes():
        answer = await place.citizen.try_call("POST", "/api/v1/dossiers", content=content, headers=JSON)
        problem(answer, status, code, field)


async def test_a_null_character_is_refused_where_it_would_be_stored(place: Place) -> None:
    """PostgreSQL keeps every character but U+0000."""
    body = await place.submission()
    body["form"]["parcel_address"] = "Khóm 1\x00"
    async with place.nothing_changes():
        problem(await place.send(body), 422, "http.unstorable-character", "body")
        problem(await place.bare.get("/api/v1/lookup/a%00b"), 422, "http.unstorable-character", "body")


async def test_a_body_without_an_announced_length_is_bounded_too(place: Place) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(2 * LIMIT // 10_000 + 2):
            yield b" " * 10_000

    async with place.nothing_changes():
        answer = await place.citizen.try_call("POST", "/api/v1/files", params={"name": "a.pdf"}, content=chunks())
        told = problem(answer, 413, "http.413", "body")
    assert told["data"]["limit"] == 2 * LIMIT


@pytest.mark.parametrize(
    "kind",
    ["application/xml", "text/plain", "multipart/form-data; boundary=b", "application/x-www-form-urlencoded",
     "application/msgpack", "application/jsonx", "application/json/x", "nonsense"],
)  # fmt: skip
async def test_a_content_type_that_is_not_taken(place: Place, kind: str) -> None:
    headers = {"content-type": kind}
    async with place.nothing_changes():
        answer = await place.citizen.try_call("POST", "/api/v1/dossiers", content=b"{}", headers=headers)
        told = problem(answer, 415, "http.content-type", "Content-Type")
    assert "application/json" in told["detail"]


@pytest.mark.parametrize("kind", ["application/json", "Application/JSON; charset=utf-8", "application/vnd.x+json", ""])
async def test_every_way_to_say_json_is_json(place: Place, kind: str) -> None:
    answer = await place.citizen.try_call("POST", "/api/v1/dossiers", content=b"{}", headers={"content-type": kind})
    problem(answer, 422, "http.invalid", "procedure_code")


async def test_a_coding_that_is_not_taken(place: Place) -> None:
    headers = {**JSON, "content-encoding": "gzip"}
    answer = await place.citizen.try_call("POST", "/api/v1/dossiers", content=b"\x1f\x8b", headers=headers)
    problem(answer, 415, "http.content-encoding", "Content-Encoding")


@pytest.mark.parametrize(
    ("method", "path", "taken"),
    [
        ("PUT", "/api/v1/dossiers", {"GET", "POST"}),
        ("DELETE", "/api/v1/procedures/1.012784", {"GET"}),
        ("GET", "/api/v1/verify", {"POST"}),
        ("GET", "/partners/payment_platform/DvcPayment/Confirm", {"POST"}),
    ],
)
async def test_a_method_that_is_not_taken(place: Place, method: str, path: str, taken: set[str]) -> None:
    """RFC 9110 §15.5.6: the answer names those that are."""
    answer = await place.citizen.try_call(method, path)
    problem(answer, 405, "http.405", "method")
    assert set(answer.headers["allow"].split(", ")) - {"OPTIONS", "HEAD"} == taken


@pytest.mark.parametrize(
    ("name", "data", "status", "code", "field"),
    [
        ("giay.pdf", b"", 422, "upload.empty", "file"),
        ("giay.pdf", b"MZ\x90\x00 a program", 422, "upload.type", "file"),
        ("giay.exe", b"%PDF-1.7\nstartxref\n0\n%%EOF", 422, "upload.wrong-name", "file"),
        ("giay.pdf", b"%PDF-1.7" + b" " * LIMIT, 422, "upload.too-large", "file"),
        ("giay.pdf", b"%PDF-1.7\n1 0 obj", 422, "upload.damaged", "file"),
        ("giay.docx", b"PK\x03\x04", 422, "upload.damaged", "file"),
    ],
    ids=["empty", "program", "wrong suffix", "over the limit", "cut off", "no archive"],
)
async def test_a_bad_file(place: Place, name: str, data: bytes, status: int, code: str, field: str) -> None:
    """SUB-02, SUB-03: by content, whatever the name says."""
    async with place.nothing_changes():
        answer = await place.citizen.try_call("POST", "/api/v1/files", params={"name": name}, content=data)
        told = problem(answer, status, code, field)
    assert told["data"]["file"] == name


async def test_a_file_without_a_name(place: Place) -> None:
    answer = await place.citizen.try_call("POST", "/api/v1/files", content=b"%PDF-1.7")
    problem(answer, 422, "http.invalid", "name")


@pytest.mark.parametrize(
    "content",
    [
        b"<a>",
        b"<a/>",
        BOMB,
        b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:/etc/passwd">]><l>&a;</l>',
        b'<?xml version="1.0"?><!DOCTYPE l SYSTEM "http://127.0.0.1:1/x.dtd"><l/>',
        b"<a>" * 100_000,
        b'<?xml version="1.0" encoding="nonsense"?><a/>',
        "<a>đ</a>".encode("utf-16-le"),
        b"%PDF-1.7\ngarbage",
        b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80",
        b"\x00",
    ],
    ids=["cut off", "unsigned", "bomb", "file", "network", "deep", "encoding", "utf-16", "pdf", "cms", "nul"],
)
async def test_a_file_to_check_is_never_an_error(place: Place, content: bytes) -> None:
    """A verdict in two languages, whatever is in it: nothing is fetched, nothing unfolds, the house goes on at once."""
    async with asyncio.timeout(20), place.nothing_changes():
        answer = await place.bare.post("/api/v1/verify", content=content)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["indication"] != "TOTAL-PASSED"
    assert told["sentence_vi"] != told["sentence_en"]
    assert "root:" not in answer.text


async def test_nothing_to_check_is_said(place: Place) -> None:
    problem(await place.bare.post("/api/v1/verify"), 422, "verify.empty", "file")


@pytest.mark.parametrize(
    "authorization", [b"Bearer", b"Bearer made-up", b"Basic YTpi", b"Bearer \xff\xfe", b"Bearer " + b"x" * 9000]
)
async def test_a_session_that_is_none(place: Place, authorization: bytes) -> None:
    answer = await place.bare.get("/api/v1/dossiers", headers=[(b"authorization", authorization)])
    problem(answer, 401, "auth.log-in", "")


async def test_an_account_that_may_not(place: Place) -> None:
    """403 only where the address itself is no secret: the desk of officers."""
    problem(await place.citizen.try_call("GET", "/api/v1/desk/queue"), 403, "auth.not-allowed", "")


async def test_what_is_no_http_is_hung_up_on(place: Place) -> None:
    """And the next caller is served."""
    settings = place.home.parts.settings
    for said in (b"GARBAGE\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n"):
        reader, writer = await asyncio.open_connection(settings.host, settings.port)
        writer.write(said)
        writer.write_eof()
        assert b" 400 " in (await reader.read(200)).split(b"\r\n")[0]
        writer.close()
        await writer.wait_closed()
    answer: httpx.Response = await place.bare.get("/api/v1/procedures")
    assert answer.status_code == 200
