"""An officer enters the certificate that they sign with, changes and removes it, through the pages (RES-01, WFL-08)."""

import re
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from hub.demo.world import World
from tests.journeys.houses import standing
from tests.journeys.phone import in_the_app
from tests.journeys.test_signing import sent, session
from tests.support.run import fresh_database

HERE = "/van-ban-cho-ky/chung-thu"
PERSONAL = "089185000123"


class Officer(msgspec.Struct, frozen=True):
    """Who is logged in, and where."""

    world: World
    headers: dict[str, str]

    async def page(self, path: str = HERE) -> str:
        return (await self.world.hub.get(path, headers=self.headers)).text

    async def send(self, path: str, **given: str) -> tuple[int, str]:
        answer = await self.world.hub.post(path, headers=self.headers, data=given)
        return answer.status_code, answer.text

    async def found(self, account: str, **more: str) -> tuple[int, str]:
        return await self.send(f"{HERE}/moi", **({"service": "smartca", "account": account} | more))

    async def chosen(self, text: str) -> tuple[int, str]:
        """The first of the page."""
        hidden = dict(re.findall(r'<input type="hidden" name="(service|account|provider|thay)" value="([^"]*)"', text))
        (key,) = re.findall(r'name="key" type="radio" value="([^"]+)"', text)
        return await self.send(f"{HERE}/chon", key=key, **hidden)


@pytest.fixture(scope="module")
async def stage(cheap_hashes: None, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Any]:
    """One house for the file: nobody enters the same certificate twice."""
    with fresh_database() as dsn:
        async with standing("embedded", "in-process", tmp_path_factory.mktemp("house"), dsn) as made:
            yield made


async def officer(stage: Any, login: str, role: str) -> Officer:
    return Officer(stage.world, await session(stage.world, login, stage.passwords[role]))


@pytest.mark.parametrize("service", ["smartca", "csc1", "csc2", "neac"])
async def test_a_leader_enters_a_certificate_and_signs_with_it(stage: Any, service: str) -> None:
    """The one that has ended is shown with its reason and cannot be chosen."""
    leader = await officer(stage, "lanhdao", "leader")
    before = await leader.page()
    assert "Chưa đọc chứng thư" in before
    status, text = await leader.found(PERSONAL, service=service, provider="CA")
    assert status == 200
    assert "Chứng thư không còn hiệu lực (hạn đến" in text
    status, text = await leader.chosen(text)
    assert status == 200
    assert "Đã lưu chứng thư" in text
    assert "Đang dùng" in text
    (new,) = checks(text) - checks(before)
    assert "còn dùng được" in (await leader.send(new))[1]
    specialist = await session(stage.world, "chuyenvien", stage.passwords["specialist"])
    page = await sent(stage.world, specialist, f"Lê Thị Lãnh Đạo {NAMES[service]}", "leader")
    await in_the_app(stage.world, "confirm")

    async def shown() -> str:
        return (await stage.world.hub.get(page, headers=specialist)).text

    await stage.world.until("the signature", shown, lambda text: "đã được kiểm tra" in text)


def checks(page: str) -> set[str]:
    """Where each certificate of the page is checked."""
    return set(re.findall(rf'action="({HERE}/[0-9a-f-]+/kiem-tra)"', page))


NAMES = {"smartca": "(VNPT SmartCA) …0123", "csc1": "(MySign)", "csc2": "(CSC v2)", "neac": "(NEAC)"}
"""Two of the leader's at SmartCA are told apart."""


async def test_a_certificate_is_changed_and_removed(stage: Any) -> None:
    clerk = await officer(stage, "vanthu", "clerk")
    _, text = await clerk.found("089186000456")
    _, text = await clerk.chosen(text)
    assert text.count("Võ Thị Văn Thư") >= 2
    (before,) = re.findall(rf'href="({HERE}/moi\?thay=[0-9a-f-]+)" aria-label="[^"]*Võ Thị Văn Thư"', text)[:1]
    form = await clerk.page(before)
    assert "Đổi chứng thư ký từ xa" in form
    _, text = await clerk.found("so-nnmt", service="csc2", thay=before.partition("=")[2])
    status, text = await clerk.chosen(text)
    assert status == 200
    assert "Sở Nông nghiệp và Môi trường tỉnh An Giang" in text
    assert before.partition("=")[2] not in text
    (gone,) = re.findall(
        rf'action="({HERE}/[0-9a-f-]+/go)"(?:(?!action=).)*aria-label="Gỡ: Sở Nông nghiệp', text, re.DOTALL
    )
    leader = await officer(stage, "lanhdao", "leader")
    assert (await leader.send(gone))[0] == 422
    assert "Đã gỡ chứng thư" in (await clerk.send(gone))[1]
    assert "Sở Nông nghiệp và Môi trường tỉnh An Giang" not in await clerk.page()


async def test_what_cannot_be_entered_says_why(stage: Any) -> None:
    leader = await officer(stage, "lanhdao", "leader")
    before = await leader.page()
    for given, status, words in (
        ({"account": ""}, 422, "Hãy nhập mã tài khoản"),
        ({"account": "nobody"}, 422, "không có chứng thư nào của tài khoản này"),
        ({"account": "lanhdao"}, 422, "cấp cho Nguyễn Văn Minh, không phải cho bạn"),
        ({"account": "so-nnmt"}, 422, "cấp cho Sở Nông nghiệp và Môi trường tỉnh An Giang, không phải cho bạn"),
        ({"account": PERSONAL, "service": "neac"}, 422, "Hãy nhập tên nhà cung cấp"),
    ):
        answered, text = await leader.found(**given)
        assert answered == status, words
        assert words in text
    await stage.world.hub.put("/_partners/signing/_sim/faults", json={"down": {"times": 1}})
    answered, text = await leader.found(PERSONAL)
    assert answered == 503
    assert "tạm thời không trả lời nên chưa lưu gì" in text
    assert PERSONAL in text
    status, text = await leader.send(f"{HERE}/chon", service="smartca", account=PERSONAL, key="00")
    assert status == 422
    assert "không còn chứng thư này" in text
    status, text = await leader.send(f"{HERE}/chon", service="smartca", account="lanhdao", key=await serial(leader))
    assert status == 422
    assert await leader.page() == before


async def serial(leader: Officer) -> str:
    """Another person's certificate, by the number that the refusal names."""
    _, text = await leader.found("lanhdao")
    (found,) = re.findall(r"Nguyễn Văn Minh, số ([0-9a-f]+):", text)
    return str(found)
