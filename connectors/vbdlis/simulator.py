"""VBDLIS's twin: takes our dossiers, and by its acts does what land officers do."""

import base64
import binascii
from datetime import datetime
from typing import Any

import httpx
import msgspec
from litestar import MediaType, Request, Response, post
from litestar.handlers import BaseRouteHandler

from connectors.runtime.book import Book
from connectors.runtime.ports import SimulatorContext
from connectors.runtime.simulation import COMMON_FAULTS, Act, ActRefused, Field, Twin
from connectors.vbdlis import wire
from connectors.vbdlis.mapping import VN
from connectors.vbdlis.paper import LandOffice, Paper, tampered
from connectors.vbdlis.settings import Settings

FAILURE_TEXT, PUSH_TWICE = "failure-text", "push-twice"
UNSIGNED, TAMPERED = "result-unsigned", "result-tampered"
HTTP_FAILED = 500
OFFICER = "canbo.dd01"

WHICH = Field(name="dossier", label="Mã hồ sơ (trống: hồ sơ mới nhất)")


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A dossier as the land office holds it. `state`: processing, waiting, ended, returned."""

    code: str
    applicant: str
    process: str
    parcel: str
    due: str
    state: str = "processing"


class Push(msgspec.Struct, frozen=True, kw_only=True):
    """The last thing pushed about a dossier. Not `answered`: it is sent again as it was until the hub answers."""

    operation: str
    body: dict[str, Any]
    answered: bool = False


class LandRegistry:
    """The twin's behaviour. Every answer is VBDLIS's wire; every act ends in a push to the hub."""

    def __init__(self, book: Book, settings: Settings, context: SimulatorContext) -> None:
        self._book = book
        self._settings = settings
        self._hub = context.hub
        self._now = context.now
        self._office = LandOffice(context.pki_folder, context.now)

    def operations(self) -> list[BaseRouteHandler]:
        @post(f"/{wire.TIEP_NHAN}", status_code=200)
        async def tiep_nhan(request: Request[Any, Any, Any]) -> Response[bytes]:
            return self._answer(self._take(await request.body()))

        @post(f"/{wire.BO_SUNG}", status_code=200)
        async def bo_sung(request: Request[Any, Any, Any]) -> Response[bytes]:
            return self._answer(self._supplement(await request.body()))

        @post(f"/{wire.TRA_KET_QUA}", status_code=200)
        async def tra_ket_qua(request: Request[Any, Any, Any]) -> Response[bytes]:
            return self._answer(self._return(await request.body()))

        return [tiep_nhan, bo_sung, tra_ket_qua]

    def acts(self) -> list[Act]:
        reason = Field(name="reason", label="Giấy tờ cần bổ sung và lý do", required=True)
        amount = Field(name="amount", label="Số tiền (đồng)", value="1250000", required=True)
        name = Field(name="name", label="Loại thuế, phí", value="Lệ phí trước bạ")
        approved = Field(name="approved", label="Giải quyết (1) hay không giải quyết (0)", value="1")
        note = Field(name="note", label="Ghi chú")
        pauses = Field(name="pause", label="Tạm dừng tính giờ (1/0)", value="1")
        return [
            Act(
                name="process",
                title="Chuyển xử lý",
                fields=(WHICH, Field(name="content", label="Nội dung", value="Đo đạc, thẩm tra hồ sơ")),
                run=self.process,
            ),
            Act(
                name="request_supplement",
                title="Yêu cầu bổ sung",
                fields=(WHICH, reason, pauses),
                run=self.request_supplement,
            ),
            Act(name="receive_supplement", title="Nhận bổ sung", fields=(WHICH,), run=self.receive_supplement),
            Act(name="send_fee", title="Gửi thông báo thuế", fields=(WHICH, amount, name), run=self.send_fee),
            Act(name="conclude", title="Kết thúc hồ sơ", fields=(WHICH, approved, note), run=self.conclude),
            Act(name="resend", title="Gửi lại lần gửi cuối", fields=(WHICH,), run=self.resend),
        ]

    # ── what we are told ─────────────────────────────────────────────────────────────────────────

    def _take(self, body: bytes) -> str:
        try:
            asked = msgspec.json.decode(body, type=wire.TiepNhan)
            for paper in asked.DanhSachGiayToDinhKem:
                base64.b64decode((paper.TapTin.data if paper.TapTin else None) or "", validate=True)
        except (msgspec.DecodeError, UnicodeDecodeError, binascii.Error) as error:
            return f"Dữ liệu tiếp nhận không hợp lệ: {error}"
        if not asked.SoBienNhan or asked.SoBienNhan != asked.MaHoSoMotCua:
            return "Thiếu số biên nhận"
        parcel = asked.ThongTinThuaDat[0] if asked.ThongTinThuaDat else None
        case = Case(
            code=asked.SoBienNhan,
            applicant=asked.ThongTinNguoiNopDon.HoTen,
            process=asked.ThongTinQuyTrinh.TenQuyTrinh,
            parcel=f"thửa {parcel.SoThuTuThua}, tờ {parcel.SoHieuBanDo}" if parcel else asked.DiaChiTaiSan,
            due=asked.NgayHenTra,
        )
        with self._book.together():
            if self._book.get("case", case.code, Case):
                self._book.duplicate(case.code, case.code, self._now(), {"operation": wire.TIEP_NHAN})
                return f"Hồ sơ {case.code} đã tồn tại"
            self._book.put("case", case.code, case)
            papers = [paper.TenGiayTo for paper in asked.DanhSachGiayToDinhKem]
            self._book.effect("received", case.code, case.code, self._now(), {"papers": papers})
        return ""

    def _supplement(self, body: bytes) -> str:
        try:
            asked = msgspec.json.decode(body, type=wire.CapNhatBoSung)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            return f"Dữ liệu bổ sung không hợp lệ: {error}"
        with self._book.together():
            case = self._book.get("case", asked.SoBienNhan, Case)
            if case is None:
                return "Không tìm thấy hồ sơ"
            key = f"{case.code}:{asked.NgayHenTraMoi}"
            if case.state != "waiting":
                self._book.duplicate(key, case.code, self._now(), {"operation": wire.BO_SUNG})
                return "Hồ sơ không chờ bổ sung"
            self._save(case, state="processing", due=asked.NgayHenTraMoi)
            papers = [paper.TenGiayTo for paper in asked.DanhSachGiayToBoSung]
            self._book.effect("supplemented", key, case.code, self._now(), {"papers": papers})
        return ""

    def _return(self, body: bytes) -> str:
        try:
            asked = msgspec.json.decode(body, type=wire.CapNhatTraKetQua)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            return f"Dữ liệu trả kết quả không hợp lệ: {error}"
        with self._book.together():
            case = self._book.get("case", asked.SoBienNhan, Case)
            if case is None:
                return "Không tìm thấy hồ sơ"
            if case.state == "returned":
                self._book.duplicate(case.code, case.code, self._now(), {"operation": wire.TRA_KET_QUA})
                return "Hồ sơ đã trả kết quả"
            if case.state != "ended":
                return "Hồ sơ chưa kết thúc"
            self._save(case, state="returned")
            self._book.effect("returned", case.code, case.code, self._now(), {"at": asked.NgayTra})
        return ""

    def _answer(self, refusal: str) -> Response[bytes]:
        if self._book.strikes(FAILURE_TEXT):
            refusal = "Hệ thống đang bận, vui lòng thử lại sau"
        said = wire.TraLoi(
            data=0 if refusal else 1,
            status=wire.TrangThai(
                success=not refusal,
                code=500 if refusal else 200,
                type="error" if refusal else "success",
                time=self._time(),
                message=refusal or "Thành công",
            ),
        )
        return Response(msgspec.json.encode(said), media_type=MediaType.JSON)

    # ── what land officers do ────────────────────────────────────────────────────────────────────

    async def process(self, given: dict[str, Any]) -> dict[str, Any]:
        case = self._case(given)
        body = wire.ChuyenHoSo(
            SoBienNhan=case.code,
            MaCanBoChuyen=OFFICER,
            MaCanBoNhan="canbo.dd02",
            MaTrangThai=given.get("status") or "DANGXULY",
            LaTrangThaiChuyenLai=False,
            NoiDungXuLy=given.get("content") or "Thẩm tra hồ sơ",
            NgayChuyen=self._time(),
            HanXuLy=8,
        )
        return await self._push(case, body)

    async def request_supplement(self, given: dict[str, Any]) -> dict[str, Any]:
        case = self._case(given)
        body = wire.YeuCauBoSungHoSo(
            SoBienNhan=case.code,
            NgayChoBoSung=self._time(),
            MaCanBoXuLy=OFFICER,
            LaTamDung=_yes(given.get("pause", True)),
            GhiChu=str(given["reason"]),
        )
        return await self._push(case, body, state="waiting")

    async def receive_supplement(self, given: dict[str, Any]) -> dict[str, Any]:
        case = self._case(given)
        body = wire.NhanBoSungHoSo(SoBienNhan=case.code, NgayNhanBoSung=self._time(), NgayHenTraMoi=case.due)
        return await self._push(case, body, state="processing")

    async def send_fee(self, given: dict[str, Any]) -> dict[str, Any]:
        case = self._case(given)
        number = given.get("number") or f"TBT-{self._book.next_number('notice'):05}"
        notice = wire.ThongBaoThue(
            HoTenChu=case.applicant,
            LoaiThue=given.get("name") or "Lệ phí trước bạ",
            SoThongBaoThue=number,
            DuongDanThongBaoThue=given.get("url") or "",
            SoTien=_whole(given["amount"]),
        )
        body = wire.GuiKetQuaThue(
            SoBienNhan=case.code, NguoiXuLy=OFFICER, NgayCoKetQuaThue=self._time(), DanhSachThongBaoThue=[notice]
        )
        return await self._push(case, body)

    async def conclude(self, given: dict[str, Any]) -> dict[str, Any]:
        case = self._case(given)
        approved = _yes(given.get("approved", True))
        file = await self._result(case, approved, str(given.get("note") or ""))
        body = wire.KetThucHoSo(
            SoBienNhan=case.code,
            NgayKetThuc=self._time(),
            MaCanBoXuLy=OFFICER,
            TrangThaiKetThuc=0 if approved else 1,
            GhiChu=str(given.get("note") or ""),
            DanhSachGiayToKetQua=[file],
        )
        return await self._push(case, body, state="ended")

    async def resend(self, given: dict[str, Any]) -> dict[str, Any]:
        case = self._case(given)
        last = self._book.get("push", case.code, Push)
        if last is None:
            raise ActRefused(f"chưa gửi gì về hồ sơ {case.code}")
        return await self._call(last)

    async def _result(self, case: Case, approved: bool, note: str) -> wire.TapTinDinhKem:
        title = "Giấy chứng nhận quyền sử dụng đất" if approved else "Thông báo về việc không giải quyết hồ sơ"
        lines = [f"Hồ sơ số {case.code}, quy trình: {case.process}.", f"Người sử dụng đất: {case.applicant}."]
        lines += [f"Thửa đất: {case.parcel}."] if case.parcel else []
        lines += [note] if note else []
        paper = Paper(title=title, number=f"{self._book.next_number('paper'):04}/MP", lines=tuple(lines))
        pdf = await self._office.issue(paper, signed=not self._book.strikes(UNSIGNED))
        if self._book.strikes(TAMPERED):
            pdf = tampered(pdf)
        name = f"{case.code}-{'GCN' if approved else 'TB'}.pdf"
        content = wire.NoiDungTep(name, base64.b64encode(pdf).decode())
        return wire.TapTinDinhKem(TenGiayTo=title, KieuFile=".pdf", SoBanChinh=1, SoBanSao=0, TapTin=content)

    async def _push(self, case: Case, body: wire.Push, *, state: str = "") -> dict[str, Any]:
        """Tell the hub; the case moves on only when the hub has taken it."""
        push = Push(operation=type(body).__name__, body=msgspec.to_builtins(body))
        last = self._book.get("push", case.code, Push)
        if last is not None and not last.answered and last.operation == push.operation:
            push = last
        self._book.put("push", case.code, push)
        answer = await self._call(push)
        self._book.put("push", case.code, msgspec.structs.replace(push, answered=True))
        if self._book.strikes(PUSH_TWICE):
            answer = {**await self._call(push), "twice": True}
        if answer.get("Result") == 1:
            with self._book.together():
                number = self._book.effect(push.operation, case.code, case.code, self._now())
                if state:
                    self._save(case, state=state)
            answer["n"] = number
        return answer

    async def _call(self, push: Push) -> dict[str, Any]:
        address = f"/partners/vbdlis/{push.operation}/{self._settings.security_code.reveal()}"
        try:
            response = await self._hub.post(address, json=push.body)
            answer = msgspec.json.decode(response.content, type=dict[str, Any])
        except (httpx.HTTPError, msgspec.DecodeError) as error:
            raise ActRefused(f"hệ thống một cửa không trả lời / the hub does not answer: {error!r}") from error
        if response.status_code >= HTTP_FAILED:
            raise ActRefused(f"hệ thống một cửa báo lỗi / the hub failed: {response.status_code}")
        return {"operation": push.operation, "http": response.status_code, **answer}

    def _case(self, given: dict[str, Any]) -> Case:
        cases = self._book.every("case", Case)
        code = given.get("dossier") or next(reversed(cases), "")
        if code not in cases:
            raise ActRefused(f"không có hồ sơ / no dossier {code!r}")
        return cases[code]

    def _save(self, case: Case, **changes: str) -> None:
        self._book.put("case", case.code, msgspec.structs.replace(case, **changes))

    def _time(self) -> str:
        now: datetime = self._now()
        return now.astimezone(VN).isoformat(timespec="microseconds")


def build(settings: Settings, context: SimulatorContext) -> Twin:
    """The twin over `context.folder`."""
    faults = (*COMMON_FAULTS, FAILURE_TEXT, PUSH_TWICE, UNSIGNED, TAMPERED)
    book = Book(context.folder / "vbdlis.sqlite", faults=faults)
    registry = LandRegistry(book, settings, context)
    return Twin(
        book,
        title="Hệ thống thông tin đất đai (VBDLIS)",
        base_url=context.base_url,
        wire=registry.operations(),
        acts=registry.acts(),
    )


def _yes(value: Any) -> bool:
    return str(value).strip().lower() not in ("0", "false", "", "none")


def _whole(value: Any) -> int:
    text = str(value).replace(".", "").strip()
    if not text.isdecimal():
        raise ActRefused(f"số tiền không đúng / not an amount: {value!r}")
    return int(text)
