"""Time and work: the working calendar, explainable deadlines, the steps of a procedure and their tasks."""

from hub.workflow import tasks
from hub.workflow.almanac import articles_of, budget_of, calendar_of, processing_budget
from hub.workflow.calendar import Holiday, Hours, Session, WorkingCalendar
from hub.workflow.course import Course, Event, OutOfOrderError, Step, Timing, replay
from hub.workflow.deadline import Budget, Counting, Extension, Kind, Pause, Unit, ledger
from hub.workflow.engine import (
    Assignee,
    Assignment,
    Doer,
    Outcome,
    Places,
    Proposal,
    Task,
    Urging,
    Waiting,
    Work,
    faults,
)
from hub.workflow.errors import (
    ActionUnknown,
    ClockStopped,
    DayKnown,
    NeedMissing,
    NoClock,
    NoTask,
    NotYourTask,
    PromiseTooEarly,
    ReasonNeeded,
    TaskClosed,
    TaskTaken,
    TooManyExtensions,
)
from hub.workflow.events import ApologyPromised, DayDecreed, DueMoved, TaskDone, TaskOpened
from hub.workflow.explanation import Articles, Bar, Explanation, Line, explain
from hub.workflow.model import Clock, ClockKind, Decree, Due, Recomputed
from hub.workflow.service import (
    bars,
    calendar,
    course,
    decree,
    due,
    due_after,
    explanation,
    extend,
    pause,
    promise,
    recompute,
    resume,
    start_clock,
    stop,
)
from hub.workflow.wording import budget_en, budget_vi, day_vi, moment_en, moment_vi

__all__ = [
    "ActionUnknown", "ApologyPromised", "Articles", "Assignee", "Assignment", "Bar", "Budget", "Clock", "ClockKind",
    "ClockStopped", "Counting", "Course", "DayDecreed", "DayKnown", "Decree", "Doer", "Due", "DueMoved", "Event",
    "Explanation", "Extension", "Holiday", "Hours", "Kind", "Line", "NeedMissing", "NoClock", "NoTask",
    "NotYourTask", "OutOfOrderError", "Outcome", "Pause", "Places", "PromiseTooEarly", "Proposal", "ReasonNeeded", "Recomputed",
    "Session", "Step", "Task", "TaskClosed", "TaskDone", "TaskOpened", "TaskTaken", "Timing", "TooManyExtensions",
    "Unit", "Urging", "Waiting", "Work", "WorkingCalendar", "articles_of", "bars", "budget_en", "budget_of", "budget_vi",
    "calendar", "calendar_of", "course", "day_vi", "decree", "due", "due_after", "explain", "explanation", "extend",
    "faults", "ledger", "moment_en", "moment_vi", "pause", "processing_budget", "promise", "recompute", "replay",
    "resume", "start_clock", "stop", "tasks",
]  # fmt: skip
