"""One dossier from submission to the signed result, as every party lives it. Twelve steps, each with its check."""

import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import msgspec

from hub.demo import papers
from hub.demo.people import Person, steady
from hub.demo.world import StepFailed, World, expect
from hub.kernel.clock import VN

PROCEDURE = "1.012784"
"""Tách thửa hoặc hợp thửa đất: land, decided in the sector system VBDLIS."""


class Step(msgspec.Struct, kw_only=True):
    """One row of the table. `ms`: how long it took; `seen`: what was seen at the partner."""

    n: int
    name: str
    ok: bool = False
    ms: int = 0
    seen: str = ""


class Cast(msgspec.Struct, frozen=True):
    """Who plays."""

    citizen: Person
    counter: Person
    operator: Person


class Journey:
    """Plays the steps in order; the first that fails ends it. `stepped` is called after each."""

    def __init__(self, world: World, cast: Cast, stepped: Callable[[], None] = lambda: None) -> None:
        self._world = world
        self._cast = cast
        self._stepped = stepped
        self.steps: list[Step] = []
        self.id = ""
        self.code = ""

    async def play(self, *, first: bool = True) -> bool:
        """True when every step held. `first`: also syncs the catalogue."""
        for n, (name, run) in enumerate(self._script(), start=1):
            if n == 1 and not first:
                continue
            step = Step(n=n, name=name)
            self.steps.append(step)
            begun = time.perf_counter()
            try:
                step.seen = await run()
                step.ok = True
            except StepFailed as failed:
                step.seen = str(failed)
            step.ms = round((time.perf_counter() - begun) * 1000)
            self._stepped()
            if not step.ok:
                return False
        return True

    def _script(self) -> list[tuple[str, Callable[[], Awaitable[str]]]]:
        return [
            ("Đồng bộ danh mục thủ tục", self.catalogue),
            ("Công dân nộp hồ sơ", self.submit),
            ("Một cửa tiếp nhận, cấp mã, ký giấy hẹn", self.accept),
            ("Cổng DVCQG nhận hồ sơ rồi tiến độ", self.national),
            ("Chuyển Văn phòng Đăng ký đất đai (VBDLIS)", self.hand_over),
            ("Chuyên ngành xử lý, yêu cầu bổ sung", self.ask),
            ("Công dân bổ sung, đồng hồ chạy lại", self.supplement),
            ("Nộp lệ phí trực tuyến, chứng từ có chữ ký ngân hàng", self.pay),
            ("Kết quả có chữ ký số, kiểm tra rồi mới nhận", self.conclude),
            ("Bưu điện nhận và giao kết quả", self.post),
            ("Tải kết quả, bản chuyển đổi có QR", self.download),
            ("Đối chiếu mọi bên", self.agree),
        ]

    async def catalogue(self) -> str:
        """1: at least 40 real procedures, and a second sync that changes nothing."""
        found = await self._world.until(
            "danh mục", lambda: self._cast.citizen.get("/api/v1/procedures"), lambda f: f["total"] >= 40
        )
        # Each procedure comes by itself, and one whose first call failed comes after the others.
        before = await self._world.until(PROCEDURE, self._procedure, bool)
        await self._cast.operator.post("/api/v1/operator/jobs/catalog")
        after = await self._cast.citizen.get(f"/api/v1/procedures/{PROCEDURE}")
        expect(before["version"] == after["version"], "lần đồng bộ thứ hai làm đổi phiên bản")
        return f"{found['total']} thủ tục; {PROCEDURE} phiên bản {after['version']}"

    async def _procedure(self) -> dict[str, Any]:
        answer = await self._cast.citizen.try_call("GET", f"/api/v1/procedures/{PROCEDURE}")
        found: dict[str, Any] = answer.json() if answer.is_success else {}
        return found

    async def submit(self) -> str:
        """2: e-form, two papers, return by post, declared; the same key twice is one dossier."""
        me = self._cast.citizen
        procedure = await me.get(f"/api/v1/procedures/{PROCEDURE}")
        body = {
            "procedure_code": PROCEDURE,
            "procedure_version": procedure["version"],
            "form": filled(procedure["form"]),
            "files": await uploads(me, procedure["components"]),
            "return_way": "postal",
            "return_address": {
                "name": me.name,
                "phone": "0912345678",
                "address": "12 đường Tôn Đức Thắng, phường Long Xuyên",
                "province_code": "91",
            },
            "declared": True,
        }
        key = str(uuid4())
        sent = await me.post("/api/v1/dossiers", body, key=key)
        again = await me.post("/api/v1/dossiers", body, key=key)
        expect(sent == again, "gửi lại cùng Idempotency-Key cho câu trả lời khác")
        expect(sent["status"] == 1, f"trạng thái {sent['status']}")
        self.id = sent["id"]
        return f"nhận lúc {_spoken(sent['submitted_at'])}, trả lời chậm nhất {_spoken(sent['answer_by'])}"

    async def accept(self) -> str:
        """3: code, due date, signed receipt, status 2."""
        row = await self._desk("accept", wanted=2)
        self.code = row["code"]
        expect(bool(row["due_at"]), "không có ngày hẹn")
        told = await self._seen(lambda d: d["receipt_entry"] is not None, "giấy tiếp nhận")
        receipt = await self._cast.citizen.file(f"/api/v1/files/{told['receipt_entry']}")
        await self._verified(receipt, "giấy tiếp nhận")
        return f"{self.code}, hẹn {_spoken(row['due_at'])}; giấy tiếp nhận {len(receipt) // 1024} kB đã ký"

    async def national(self) -> str:
        """4: DongBoHoSoMC, then CapNhatTienDoHoSoMC."""
        held = await self._at_national(lambda h: len(h["steps"]) >= 1)
        return f"TrangThaiHoSo {held['record']['TrangThaiHoSo']}, {len(held['steps'])} bước"

    async def hand_over(self) -> str:
        """5: the sector system has it; status 4."""
        await self._desk("hand-over", wanted=4)
        rows = await self._effects("vbdlis", lambda rows: _kind(rows, "received"))
        return f"VBDLIS: {rows[0]['kind']}"

    async def ask(self) -> str:
        """6: status 5, clock suspended, the citizen told once."""
        given = {"dossier": self.code}
        await self._world.act("vbdlis", "process", given)
        await self._seen(lambda d: d["version"] >= 4, "bước xử lý")
        await self._world.act("vbdlis", "request_supplement", {**given, "reason": "Bản vẽ tách thửa thiếu trang 2"})
        await self._status(5)
        return "trạng thái 5, đồng hồ tạm dừng"

    async def supplement(self) -> str:
        """7: same code, history kept, clock resumed."""
        me = self._cast.citizen
        procedure = await me.get(f"/api/v1/procedures/{PROCEDURE}")
        first = next(c for c in procedure["components"] if _wanted(c))
        file = await me.upload("ban-ve-day-du.pdf", papers.pdf("Ban ve tach thua, du 2 trang"))
        body = {"answer": "Gửi bản vẽ đủ 2 trang", "files": {first["code"]: file}}
        answer = await me.try_call("POST", f"/api/v1/dossiers/{self.id}/supplement", json=body)
        row = await self._story()  # after a lost answer, what counts is the state
        expect(row["code"] == self.code and row["status"] == 4, f"sau bổ sung: {row['status']} {answer.text[:400]}")
        await self._effects("vbdlis", lambda rows: _kind(rows, "supplemented"))
        await self._world.act("vbdlis", "receive_supplement", {"dossier": self.code})
        return f"cùng mã, hẹn mới {_spoken(row['due_at'])}"

    async def pay(self) -> str:
        """8: INIT, the browser's return lost, IPN twice; paid once; the bank's voucher verified and given."""
        await self._world.act("vbdlis", "send_fee", {"dossier": self.code, "amount": "150000"})
        await self._status(6)
        me = self._cast.citizen
        [owed] = await me.get(f"/api/v1/payments/of/{self.id}")
        opened = await me.post(f"/api/v1/payments/{owed['id']}")
        reference = opened["reference"]
        await self._world.until(
            "địa chỉ thanh toán",
            lambda: me.get(f"/api/v1/payments/orders/{reference}"),
            lambda order: bool(order["pay_url"]),
        )
        await self._world.act("payment_platform", "pay", {"reference": reference})
        await self._world.act("payment_platform", "send_ipn", {"reference": reference})
        await self._status(4)
        [paid] = await self._world.until(
            "chứng từ",
            lambda: me.get(f"/api/v1/payments/of/{self.id}"),
            lambda dues: bool(dues[0].get("voucher_entry")),
        )
        voucher = await me.file(f"/api/v1/files/{paid['voucher_entry']}")
        await self._verified(voucher, "chứng từ")
        return f"{owed['amount']:,} đ một lần; chứng từ {len(voucher) // 1024} kB hợp lệ".replace(",", ".")

    async def conclude(self) -> str:
        """9: verified before release; status 9; in the vault as …-KQ1."""
        await self._world.act("vbdlis", "conclude", {"dossier": self.code})
        await self._status(9)
        [result] = await self._cast.citizen.get(f"/api/v1/results/of/{self.id}")
        expect(result["code"] == f"{self.code}-KQ1", f"mã kết quả {result['code']}")
        return f"{result['code']}"

    async def post(self) -> str:
        """10: the real hand-over time; status 10."""
        await self._effects("vnpost", bool)
        await self._world.act("vnpost", "collect", {"dossier": self.code})
        await self._world.act("vnpost", "deliver", {"dossier": self.code})
        await self._cast.operator.post("/api/v1/operator/jobs/tracking")
        row = await self._status(10, nudge=lambda: self._cast.operator.post("/api/v1/operator/jobs/tracking"))
        return f"giao lúc {_spoken(row['returned_at'])}"

    async def download(self) -> str:
        """11: the signed result, and the paper conversion whose QR leads to a page that verifies it."""
        me = self._cast.citizen
        [result] = await me.get(f"/api/v1/results/of/{self.id}")
        pdf = await me.file(f"/api/v1/files/{result['entry_id']}")
        await self._verified(pdf, "kết quả")
        paper = await me.file(f"/api/v1/results/{result['id']}/paper")
        expect(paper.startswith(b"%PDF"), "bản chuyển đổi không phải PDF")
        shown = await steady(self._world.hub, "GET", f"/xac-minh/{result['token']}")
        expect(shown.status_code == 200, f"trang xác minh: {shown.status_code}")
        return f"kết quả {len(pdf) // 1024} kB, bản giấy {len(paper) // 1024} kB"

    async def agree(self) -> str:
        """12: the national portal's last word is the hub's."""
        await self._at_national(lambda h: h["record"]["TrangThaiHoSo"] == "10")
        await self._effects("vbdlis", lambda rows: _kind(rows, "returned"))
        return "cổng quốc gia, chuyên ngành, thanh toán, bưu chính khớp"

    async def _desk(self, verb: str, *, wanted: int) -> dict[str, Any]:
        """A verb of the counter; after a lost answer, what counts is the state."""
        answer = await self._cast.counter.try_call("POST", f"/api/v1/desk/dossiers/{self.id}/{verb}", json={})
        row = await self._story()
        expect(row["status"] == wanted, f"{verb}: {answer.status_code} {answer.text[:400]}")
        return row

    async def _story(self) -> dict[str, Any]:
        row: dict[str, Any] = (await self._cast.citizen.get(f"/api/v1/dossiers/{self.id}"))["dossier"]
        return row

    async def _seen(self, good: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        return await self._world.until(f"{self.code} {what}", self._story, good)

    async def _status(self, wanted: int, nudge: Callable[[], Awaitable[Any]] | None = None) -> dict[str, Any]:
        async def look() -> dict[str, Any]:
            row = await self._story()
            if nudge is not None and row["status"] != wanted:
                await nudge()
            return row

        return await self._world.until(f"{self.code} trạng thái {wanted}", look, lambda d: bool(d["status"] == wanted))

    async def _effects(self, partner: str, good: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        async def look() -> list[dict[str, Any]]:
            return [row for row in await self._world.effects(partner) if row["dossier"] == self.code]

        return await self._world.until(f"{partner} {self.code}", look, good)

    async def _at_national(self, good: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        async def look() -> dict[str, Any]:
            answer = await self._world.desks["national_portal"].get(f"/_sim/dossiers/{self.code}")
            held: dict[str, Any] = answer.json() if answer.is_success else {}
            return held

        return await self._world.until(f"Cổng DVCQG {self.code}", look, lambda h: bool(h) and good(h))

    async def _verified(self, pdf: bytes, what: str) -> None:
        answer = await self._cast.citizen.call("POST", "/api/v1/verify", content=pdf)
        report = answer.json()
        expect(report["indication"] == "TOTAL-PASSED", f"{what}: {report.get('sentence_vi')}")


def _kind(rows: list[dict[str, Any]], kind: str) -> bool:
    return any(row["kind"] == kind for row in rows)


def _wanted(component: dict[str, Any]) -> bool:
    return component.get("need", "required") == "required" and component.get("evidence", "upload") in (
        "upload",
        "e-copy",
    )


def filled(fields: list[dict[str, Any]]) -> dict[str, str]:
    """An answer to every question that needs one."""
    return {field["name"]: _answer(field) for field in fields if field.get("required", True)}


def _answer(field: dict[str, Any]) -> str:
    if field.get("options"):
        return str(field["options"][0]["value"])
    by_autofill = {
        "name": "Lê Thị Mẫu", "id_number": "091190000001", "phone": "0912345678",
        "email": "mau@example.vn", "address": "12 đường Tôn Đức Thắng, phường Long Xuyên",
    }  # fmt: skip
    if field.get("autofill") in by_autofill:
        return by_autofill[field["autofill"]]
    by_kind = {"date": "2026-11-02", "tel": "0912345678", "email": "mau@example.vn"}
    if field.get("kind") in by_kind:
        return by_kind[field["kind"]]
    return "12" if field.get("pattern") or field.get("inputmode") else "Tách thửa đất ở thành hai thửa"


async def uploads(me: Person, components: list[dict[str, Any]]) -> dict[str, str]:
    """A PDF for the first paper, a JPEG for the second, and so on."""
    files = {}
    for index, component in enumerate([c for c in components if _wanted(c)]):
        name, data = (
            (f"giay-to-{index + 1}.pdf", papers.pdf(f"Giay to {index + 1}"))
            if index % 2 == 0
            else (f"giay-to-{index + 1}.jpg", papers.jpeg(f"Giay to {index + 1}"))
        )
        files[component["code"]] = await me.upload(name, data)
    return files


def _spoken(moment: str) -> str:
    """16:30, 04/12/2026: the time of the province, whatever offset the API wrote."""
    return f"{datetime.fromisoformat(moment).astimezone(VN):%H:%M, %d/%m/%Y}"
