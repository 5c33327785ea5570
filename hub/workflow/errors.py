"""What clocks and tasks refuse.

NoClock         404
ClockStopped    409  a step that does not follow from those before
ReasonNeeded    422
PromiseTooEarly 422
TooManyExtensions 409
DayKnown        409  the calendar already says so
"""

from hub.kernel.errors import Conflict, Invalid, NotFound

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
