"""Time and work: the working calendar, explainable deadlines, the steps of a procedure and their tasks."""

from hub.workflow.almanac import articles_of, budget_of, calendar_of, processing_budget
from hub.workflow.calendar import Holiday, Hours, Session, WorkingCalendar
from hub.workflow.course import Course, Event, OutOfOrderError, Step, Timing, replay
from hub.workflow.deadline import Budget, Counting, Extension, Kind, Pause, Unit, due, ledger
from hub.workflow.explanation import Articles, Bar, Explanation, Line, explain

__all__ = [
    "Articles",
    "Bar",
    "Budget",
    "Counting",
    "Course",
    "Event",
    "Explanation",
    "Extension",
    "Holiday",
    "Hours",
    "Kind",
    "Line",
    "OutOfOrderError",
    "Pause",
    "Session",
    "Step",
    "Timing",
    "Unit",
    "WorkingCalendar",
    "articles_of",
    "budget_of",
    "calendar_of",
    "due",
    "explain",
    "ledger",
    "processing_budget",
    "replay",
]
