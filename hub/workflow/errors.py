"""What clocks and tasks refuse.

NoClock         404
ClockStopped    409  a step that does not follow from those before
ReasonNeeded    422
PromiseTooEarly 422
TooManyExtensions 409
DayKnown        409  the calendar already says so
NoTask          404
TaskClosed      409
TaskTaken       409
NotYourTask     403
ActionUnknown   422
NeedMissing     422  code `workflow.<need>-needed`
"""

from hub.kernel.errors import Conflict, Forbidden, Invalid, NotFound

_STEPS = {
    "start": "bắt đầu",
    "pause": "tạm dừng",
    "resume": "tính tiếp",
    "extend": "gia hạn",
    "promise": "hẹn lại",
    "stop": "kết thúc",
}
_STATES = {"running": "đang chạy", "paused": "đang tạm dừng", "stopped": "đã dừng", "not started": "chưa bắt đầu"}


class NoClock(NotFound):
    """This dossier has no such clock."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            "workflow.no-clock",
            f"Hồ sơ này chưa có đồng hồ thời hạn «{kind}».",
            f"This dossier has no '{kind}' clock.",
        )


class ClockStopped(Conflict):
    """A step that does not follow from those before it."""

    def __init__(self, step: str, state: str) -> None:
        super().__init__(
            "workflow.clock-step",
            f"Không thể {_STEPS[step]} khi đồng hồ thời hạn {_STATES[state]}. Không có gì bị thay đổi.",
            f"'{step}' does not apply while the clock is {state}. Nothing was changed.",
            data={"step": step, "state": state},
        )


class ReasonNeeded(Invalid):
    """An officer who changes a date says why."""

    def __init__(self, field: str = "cause") -> None:
        super().__init__(
            "workflow.reason-needed",
            "Hãy nêu lý do và người phê duyệt: người dân sẽ đọc được lý do này.",
            "State the reason and who approved it: the citizen will read it.",
            field=field,
        )


class TooManyExtensions(Conflict):
    """The province allows no more (FACTS §5)."""

    def __init__(self, allowed: int) -> None:
        super().__init__(
            "workflow.too-many-extensions",
            f"Hồ sơ đã được gia hạn {allowed} lần, là mức cho phép. Có thể xin lỗi và hẹn lại ngày trả.",
            f"The dossier has been extended {allowed} time(s), which is the limit. An apology with a new date remains.",
            data={"allowed": allowed},
        )


class PromiseTooEarly(Invalid):
    """An apology promises a day to come, after the one that was missed."""

    def __init__(self) -> None:
        super().__init__(
            "workflow.promise-too-early",
            "Ngày hẹn lại phải sau hôm nay và sau ngày hẹn cũ.",
            "The new date must lie after today and after the old one.",
            field="until",
        )


class DayKnown(Conflict):
    """The calendar already says so."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "workflow.day-known",
            f"Lịch làm việc đã có ngày này: {name}. Không có gì thay đổi.",
            f"The calendar already has this day: {name}. Nothing changed.",
        )


class NoTask(NotFound):
    """No such open task, or not yours."""

    def __init__(self) -> None:
        super().__init__(
            "workflow.no-task",
            "Không còn việc này trong hàng đợi. Có thể người khác đã làm xong; hãy tải lại danh sách.",
            "This task is no longer in the queue. Somebody may have done it; reload the list.",
        )


class TaskClosed(Conflict):
    """It has been done already."""

    def __init__(self, step: str) -> None:
        super().__init__(
            "workflow.task-closed",
            "Việc này đã được làm xong. Không có gì bị thay đổi.",
            "This task has been done. Nothing was changed.",
            data={"step": step},
        )


class TaskTaken(Conflict):
    """Somebody else was faster."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "workflow.task-taken",
            f"{name} đã nhận việc này trước. Hãy chọn việc khác.",
            f"{name} has taken this task. Choose another one.",
        )


class NotYourTask(Forbidden):
    """It is for another role, desk or person."""

    def __init__(self, name: str) -> None:
        whose = f" của {name}" if name else " của bộ phận khác"
        super().__init__(
            "workflow.not-your-task",
            f"Việc này là{whose}; bạn có thể xem nhưng không làm thay được.",
            "This task is another desk's or person's; you may look but not act.",
        )


class ActionUnknown(Invalid):
    """The step does not know this action."""

    def __init__(self, action: str, known: tuple[str, ...]) -> None:
        super().__init__(
            "workflow.action-unknown",
            f"Bước này không có thao tác «{action}». Có thể chọn: {', '.join(known)}.",
            f"This step has no action '{action}'. Choose from: {', '.join(known)}.",
            field="action",
        )


_NEEDS = {
    "assignee": ("Hãy chọn người xử lý.", "Choose who does it."),
    "note": ("Hãy ghi nội dung: người nhận việc cần biết phải làm gì.", "Write what is to be done."),
    "draft": ("Hãy đính kèm dự thảo kết quả.", "Attach the draft."),
    "signed-result": ("Hãy đính kèm văn bản đã ký số (PDF).", "Attach the signed document (PDF)."),
}


class NeedMissing(Invalid):
    """Something that must come with the action did not."""

    def __init__(self, need: str) -> None:
        vi, en = _NEEDS[need]
        super().__init__(f"workflow.{need}-needed", vi, en, field=need)
