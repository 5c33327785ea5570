"""A document goes to the leader's app and comes back signed, through the pages that officers use (RES-01, WFL-08)."""

import re
from pathlib import Path

from hub.demo.world import World
from signing import Kind
from signing.verifier import sniff
from tests.integration.modules.test_copies import scanned
from tests.journeys.houses import standing
from tests.journeys.phone import in_the_app
from tests.support.modules import blank_pdf
from tests.unit.signing.makers import plain_pdf

HERE = "/van-ban-cho-ky"


async def session(world: World, login: str, password: str) -> dict[str, str]:
    answer = await world.hub.post("/api/v1/sessions", json={"login": login, "password": password})
    return {"authorization": f"Bearer {answer.json()['token']}"}


async def sent(
    world: World, officer: dict[str, str], holder: str, face: str, words: str = "", *, pdf: bytes = blank_pdf()
) -> str:
    """The address of the request's page."""
    form = (await world.hub.get(f"{HERE}/moi", headers=officer)).text
    (credential,) = re.findall(rf'<option value="([0-9a-f-]+)"[^>]*>{re.escape(holder)}', form)
    answer = await world.hub.post(
        f"{HERE}/moi",
        headers=officer,
        data={"credential": credential, "face": face, "words": words},
        files={"file": ("Quyết định.pdf", pdf, "application/pdf")},
    )
    assert answer.status_code == 200, answer.text
    return answer.url.path


async def test_the_leader_confirms_in_the_app_and_the_clerk_declines(tmp_path: Path, database_url: str) -> None:
    async with standing("embedded", "in-process", tmp_path, database_url) as stage:
        world = stage.world
        specialist = await session(world, "chuyenvien", stage.passwords["specialist"])
        leader = await session(world, "lanhdao", stage.passwords["leader"])
        counter = await session(world, "tiepnhan", stage.passwords["counter"])

        page = await sent(world, specialist, "Lê Thị Lãnh Đạo", "leader")
        assert "Chờ bạn ký trên ứng dụng" in (await world.hub.get(page, headers=leader)).text
        assert "Chờ Lê Thị Lãnh Đạo ký trên ứng dụng" in (await world.hub.get(page, headers=specialist)).text
        assert (await world.hub.get(page, headers=counter)).status_code == 404
        await in_the_app(world, "confirm")

        async def shown() -> str:
            return (await world.hub.get(page, headers=specialist)).text

        await world.until("the signature", shown, lambda text: "Đã ký" in text and "đã được kiểm tra" in text)
        signed = (await world.hub.get(f"{page}/tep", headers=specialist)).content
        assert sniff(signed) is Kind.PDF
        verdict = (await world.hub.post("/api/v1/verify", content=signed)).json()
        assert verdict["indication"] == "TOTAL-PASSED"

        page = await sent(world, specialist, "Võ Thị Văn Thư", "number", "Số: 12/QĐ-UBND")
        await in_the_app(world, "decline")
        await world.until("the refusal", shown, lambda text: "từ chối ký" in text)
        answer = await world.hub.post(f"{page}/ky-lai", headers=specialist)
        assert answer.url.path != page
        page = answer.url.path
        await world.hub.post(f"{page}/huy", headers=specialist)
        assert "Yêu cầu ký đã hủy" in await shown()

        damaged = plain_pdf().replace(b"/Contents 6 0 R", b"/Contents 6.0.0")
        page = await sent(world, specialist, "Lê Thị Lãnh Đạo", "leader", pdf=damaged)
        assert "không ký được tệp PDF này: tệp hỏng" in await shown()
        listed = (await world.hub.get("/api/v1/signing/", headers=specialist)).json()
        assert sorted(each["status"] for each in listed) == ["cancelled", "declined", "failed", "signed"]
        told = await world.hub.post(f"/api/v1/signing/notify/{listed[0]['transaction']}")
        assert told.status_code == 204


async def test_a_paper_licence_is_digitised_copied_and_checked_by_anybody(tmp_path: Path, database_url: str) -> None:
    """RES-07, SUB-02: at the counter, for a citizen without a dossier; the public page says what kind of copy it is."""
    async with standing("embedded", "in-process", tmp_path, database_url) as stage:
        world = stage.world
        counter = await session(world, "tiepnhan", stage.passwords["counter"])
        specialist = await session(world, "chuyenvien", stage.passwords["specialist"])
        assert (await world.hub.get("/so-hoa", headers=specialist)).status_code == 403
        given = {
            "case": "", "owner": "089190000001", "pages": "1", "name": "Giấy phép xây dựng", "symbol": "45/GPXD",
            "issued_on": "2019-05-06", "authority": "UBND thành phố Long Xuyên", "signer": "Trần Văn Ký",
        }  # fmt: skip
        files = {"file": ("quet.pdf", scanned(150), "application/pdf")}
        answer = await world.hub.post("/so-hoa/ban-giay", headers=counter, data=given, files=files)
        assert answer.status_code == 422
        assert "cam kết" in answer.text
        answer = await world.hub.post("/so-hoa/ban-giay", headers=counter, data=given | {"declared": "1"}, files=files)
        assert answer.status_code == 200, answer.text
        assert "150 dpi" in answer.text
        (check,) = re.findall(r'href="(/xac-minh/[\w-]+)"', answer.text)
        public = (await world.hub.get(check)).text
        for part in ("Bản số hóa từ bản giấy", "45/GPXD", "hợp lệ"):
            assert part in public
        assert "Nguyễn Thị Mẫu" not in public
        assert (await world.hub.get(f"{check}/tep")).content.startswith(b"%PDF")
        assert (await world.hub.get(answer.url.path, headers=specialist)).status_code == 403
        nothing = await world.hub.post("/so-hoa/ban-sao", headers=counter, data={"code": "H01-KQ1"})
        assert nothing.status_code == 422
        nothing = await world.hub.post("/so-hoa/ban-giay", headers=counter, data=given | {"case": "x"}, files=files)
        assert nothing.status_code == 422
