"""Results: verified before they are released, checkable by whoever holds one."""

from hub.kernel.signatures import Checker
from hub.result.code import Press
from hub.result.events import ResultRevoked, ResultStored, ResultSuperseded
from hub.result.lifecycle import TRANSITIONS, Trigger
from hub.result.model import (
    Delivered,
    PublicVerification,
    RegisteredSeal,
    Result,
    Seal,
    SealState,
    Status,
    Step,
)
from hub.result.paper import convert_to_paper
from hub.result.seals import approve_seal, bring_seals, end_seal, propose_seal, seals
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
    "TRANSITIONS", "Checker", "Delivered", "Press", "PublicVerification", "RegisteredSeal", "Result",
    "ResultRevoked", "ResultStored", "ResultSuperseded", "Seal", "SealState", "Status", "Step", "Trigger",
    "approve_seal", "bring_seals", "by_code", "by_token", "convert_to_paper", "end_seal", "get", "of_dossier",
    "of_owner", "paper_keys", "propose_seal", "receive", "report_of", "revoke", "seals", "steps", "story", "supersede",
]  # fmt: skip
