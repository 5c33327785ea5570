"""Pages of a department that works inside the one-stop core: the work list, a specialist's, a leader's, a clerk's task."""

import msgspec

from hub.portal.examples.citizen import bar, dossier
from hub.portal.examples.staff import desk, used
from hub.portal.forms.field import Field, FormError, Option
from hub.portal.views.common import FactRow, FileLink, Link, State
from hub.portal.views.desk import Decision, DeskPage, DeskPaper, Proposed, QueuePage, QueueRow, QueueTab
from hub.portal.views.dossier import Step

_BACK = Link(text="Việc của tôi", href="/viec")
_UNSIGNED = (
    "Tệp kết quả «giay-xac-nhan.pdf» chưa có chữ ký số. Hãy ký số của cơ quan có thẩm quyền rồi gửi lại; "
    "chưa có gì được trả cho công dân."
)


def work() -> QueuePage:
    """Late, with directions, paused."""
    return QueuePage(
        title="Việc của tôi",
        caption="Nguyễn Văn Chuyên, Phòng Chuyên môn",
        tabs=(
            QueueTab(name="Của tôi", href="/viec?nhom=me", current=True),
            QueueTab(name="Của đơn vị", href="/viec?nhom=unit"),
        ),
        rows=(
            QueueRow(
                person="Trần Văn Ơn",
                procedure="Đăng ký khai thác nước dưới đất",
                code="H01.12-261112-0003",
                why="nhận lúc 08:10, 13/11/2026",
                href="/viec/1",
                action="Thẩm định hồ sơ",
                left="quá 1 giờ",
                due="hạn 10:00, 23/11/2026",
                urgency="late",
                bar=used(100, late=True),
            ),
            QueueRow(
                person="Lê Thị Mẩu",
                procedure="Đăng ký khai thác nước dưới đất",
                code="H01.12-261118-0047",
                why="chỉ đạo: Ghi rõ lưu lượng khai thác",
                href="/viec/0",
                action="Thẩm định hồ sơ",
                left="còn 2 ngày",
                due="hạn 16:30, 25/11/2026",
                bar=used(70),
            ),
            QueueRow(
                person="Công ty TNHH Sông Hậu",
                procedure="Cấp giấy phép môi trường",
                code="H01.12-261117-0011",
                why="chờ công dân bổ sung",
                href="/viec/2",
                action="Thẩm định hồ sơ",
                left="đang tạm dừng",
                due="hạn 16:30, 30/11/2026",
                urgency="paused",
                bar=used(40),
            ),
        ),
    )


def specialist() -> DeskPage:
    """Back with the leader's directions: propose again, ask for papers, refuse, return."""
    return msgspec.structs.replace(
        desk(),
        title="Đăng ký khai thác nước dưới đất",
        state=State(word="Đang xử lý", tone="moving"),
        form=(FactRow(label="Mục đích khai thác", value="Sinh hoạt hộ gia đình"),),
        papers=(
            DeskPaper(
                name="Tờ khai đăng ký khai thác nước dưới đất",
                href="/viec/0?tep=1",
                current=True,
                file=FileLink(name="to-khai.pdf", href="/viec/0/tep/1", detail="PDF, 214\u00a0kB"),
            ),
            DeskPaper(
                name="Sơ đồ vị trí giếng",
                href="/viec/0?tep=2",
                current=False,
                file=FileLink(name="so-do.jpg", href="/viec/0/tep/2", detail="JPEG, 1,2\u00a0MB"),
                note="bổ sung lần 1",
            ),
        ),
        history=dossier().story[:1],
        back=_BACK,
        sentence="Thẩm định hồ sơ, cần xong trước 10:30, thứ Tư 25/11/2026.",
        bar=bar(),
        warnings=(),
        directions="Ghi rõ lưu lượng khai thác trong giấy xác nhận.",
        urgings=("Lê Thị Lãnh Đạo đôn đốc lúc 08:05, 23/11/2026: trình trong sáng nay",),
        decisions=(
            _decision("propose", "Trình lãnh đạo", _draft("propose"), _note("propose", "Ý kiến trình", optional=True)),
            _decision(
                "supplement",
                "Trình yêu cầu bổ sung giấy tờ",
                _note("supplement", "Lý do, nội dung cần bổ sung"),
                Field(name="supplement-papers", label="Giấy tờ cần gửi", kind="area", rows=3, required=False),
            ),
            _decision(
                "refuse",
                "Trình văn bản từ chối giải quyết",
                _draft("refuse"),
                _note("refuse", "Lý do từ chối"),
                heavy=True,
            ),
            _decision("back", "Trả lại để phân công", _note("back", "Nội dung")),
        ),
        circulation=_circulation(),
    )


def head() -> DeskPage:
    """A dossier to assign."""
    who = Field(
        name="assign-assignee",
        label="Người xử lý",
        kind="select",
        options=(
            Option(value="", label="Chọn một người"),
            Option(value="1", label="Nguyễn Văn Chuyên, Chuyên viên"),
            Option(value="2", label="Bùi Thị Thẩm Định, Chuyên viên"),
        ),
    )
    return msgspec.structs.replace(
        specialist(),
        directions="",
        urgings=(),
        sentence="Phân công xử lý, cần xong trước 14:00, thứ Hai 23/11/2026.",
        decisions=(_decision("assign", "Phân công chuyên viên", who, _note("assign", "Lời dặn", optional=True)),),
        circulation=_circulation()[-1:],
    )


def leader() -> DeskPage:
    """A draft to approve or to send back."""
    return msgspec.structs.replace(
        specialist(),
        directions="",
        urgings=(),
        sentence="Lãnh đạo duyệt, cần xong trước 16:00, thứ Tư 25/11/2026.",
        proposed=Proposed(
            title="Dự thảo đang trình",
            note="Đủ điều kiện, kính trình.",
            file=FileLink(name="du-thao.docx", href="/viec/0/tep/9", detail="DOCX, 48\u00a0kB"),
        ),
        decisions=(
            _decision("approve", "Ký duyệt", _note("approve", "Nội dung", optional=True)),
            _decision("reject", "Trả lại kèm chỉ đạo", _note("reject", "Chỉ đạo")),
        ),
    )


def clerk() -> DeskPage:
    """The document that was attached carries no signature: said where it is, nothing released."""
    file = Field(
        name="issue-file",
        label="Văn bản đã ký số",
        kind="file",
        accept=".pdf",
        hint="PDF có chữ ký số của lãnh đạo và cơ quan. Chữ ký được kiểm tra trước khi trả cho công dân.",
        error=_UNSIGNED,
    )
    return msgspec.structs.replace(
        leader(),
        directions="",
        sentence="Văn thư phát hành, cần xong trước 10:00, thứ Năm 26/11/2026.",
        errors=(FormError(text=_UNSIGNED, field="issue-file"),),
        decisions=(
            _decision("issue", "Đính kèm văn bản đã ký số và chuyển Một cửa", file),
            _decision("back", "Trả lại lãnh đạo", _note("back", "Nội dung")),
        ),
    )


def _decision(key: str, title: str, *fields: Field, heavy: bool = False) -> Decision:
    return Decision(
        kind=key,
        title=title,
        text="",
        button=title,
        action=f"/viec/0/{key}",
        fields=fields,
        open=key in ("propose", "assign", "approve", "issue"),
        heavy=heavy,
        uploads=any(field.kind == "file" for field in fields),
    )


def _draft(key: str) -> Field:
    return Field(name=f"{key}-file", label="Dự thảo", kind="file", hint="PDF hoặc Word (.docx).", accept=".pdf,.docx")


def _note(key: str, label: str, *, optional: bool = False) -> Field:
    return Field(name=f"{key}-note", label=label, kind="area", required=not optional)


def _circulation() -> tuple[Step, ...]:
    rows = (
        ("Thẩm định hồ sơ", "Nguyễn Văn Chuyên", "nhận 08:02, 23/11/2026", ""),
        (
            "Trả lại kèm chỉ đạo",
            "Lê Thị Lãnh Đạo",
            "nhận 15:40, 20/11/2026, xong 08:02, 23/11/2026",
            "Ghi rõ lưu lượng khai thác trong giấy xác nhận.",
        ),
        ("Trình lãnh đạo", "Nguyễn Văn Chuyên", "nhận 09:15, 19/11/2026, xong 15:40, 20/11/2026", ""),
        ("Phân công chuyên viên", "Hồ Thị Phân Công", "nhận 08:30, 19/11/2026, xong 09:15, 19/11/2026", ""),
    )
    at = dossier().story[0].at
    return tuple(
        Step(title=title, rest=f", {who}", state="now" if n == 0 else "done", when=when, at=at, note=note)
        for n, (title, who, when, note) in enumerate(rows)
    )
