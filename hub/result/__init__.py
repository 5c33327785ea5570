"""Results: verified before they are released, checkable by whoever holds one."""

from hub.kernel.signatures import Checker
from hub.result.code import Press
from hub.result.events import ResultRevoked, ResultStored, ResultSuperseded
from hub.result.lifecycle import TRANSITIONS, Trigger
from hub.result.model import Delivered, LogRow, PublicVerification, Result, Status, Step
from hub.result.paper import convert_to_paper
from hub.result.service import (
    by_code,
    by_token,
    get,
    of_dossier,
    of_owner,
    paper_keys,
    receive,
    report_of,
    revoke,
    steps,
    story,
    supersede,
)

__all__ = [
    "TRANSITIONS", "Checker", "Delivered", "LogRow", "Press", "PublicVerification", "Result", "ResultRevoked", "ResultStored",
    "ResultSuperseded", "Status", "Step", "Trigger", "by_code", "by_token", "convert_to_paper", "get", "of_dossier", "of_owner",
    "paper_keys", "receive", "report_of", "revoke", "steps", "story", "supersede",
]  # fmt: skip
