"""A unit's seal is registered on the page by two persons (RES-01), as the refusal `result.not-competent` says."""

import re
from pathlib import Path

from hub.demo.world import World
from tests.journeys.houses import standing

HERE = "/con-dau"


async def session(world: World, login: str, password: str) -> dict[str, str]:
    answer = await world.hub.post("/api/v1/sessions", json={"login": login, "password": password})
    return {"authorization": f"Bearer {answer.json()['token']}"}


async def test_one_proposes_another_approves_and_strangers_see_nothing(tmp_path: Path, database_url: str) -> None:
    async with standing("embedded", "in-process", tmp_path, database_url) as stage:
        world = stage.world
        clerk = await session(world, "vanthu", stage.passwords["clerk"])
        leader = await session(world, "lanhdao", stage.passwords["leader"])
        counter = await session(world, "tiepnhan", stage.passwords["counter"])
        assert (await world.hub.get(HERE, headers=counter)).status_code == 403
        form = (await world.hub.get(f"{HERE}/moi", headers=clerk)).text
        (unit,) = re.findall(r'<option value="([^"]+)"', form)
        certificate = next(tmp_path.rglob("clerk.cert.pem")).read_bytes()

        async def proposed(**given: object) -> str:
            answer = await world.hub.post(
                f"{HERE}/moi",
                headers=clerk,
                data={"unit": given.get("unit", unit), "basis": given.get("basis", "Quyết định 99/QĐ-UBND")},
                files={"certificate": ("dau.pem", given.get("content", certificate), "application/x-pem-file")},
            )
            return answer.text

        assert "Không đọc được chứng thư số" in await proposed(content=b"khong phai")
        assert "Chưa có căn cứ" in await proposed(basis="")
        assert "Không có đơn vị mã" in await proposed(unit="H01"), "another agency's"
        listed = await proposed()
        assert "Chờ người thứ hai duyệt" in listed
        assert "Bạn đã đề nghị con dấu này" in listed
        (seal,) = re.findall(rf"{HERE}/([0-9a-f-]+)/ket-thuc", _card(listed))

        refused = await world.hub.post(f"{HERE}/{seal}/duyet", headers=clerk)
        assert refused.status_code == 403
        assert "không thể tự duyệt" in refused.text
        answer = await world.hub.post(f"{HERE}/{seal}/duyet", headers=leader)
        assert "Đang dùng" in _card(answer.text)
        answer = await world.hub.post(f"{HERE}/{seal}/ket-thuc", headers=leader)
        assert "Đã kết thúc" in _card(answer.text)
        again = await world.hub.post(f"{HERE}/{seal}/duyet", headers=leader)
        assert again.status_code == 404


def _card(text: str) -> str:
    """The part of the page about the seal of this test."""
    return next(part for part in text.split('<li class="card stack"') if "Quyết định 99/QĐ-UBND" in part)
