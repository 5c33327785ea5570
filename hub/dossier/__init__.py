"""Dossiers: checks, numbering, receipt, lifecycle."""

from hub.dossier.checks import field_problem
from hub.dossier.drafting import discard_draft, draft, drafts, named_by_drafts, save_draft, start_draft
from hub.dossier.errors import changed_meanwhile, missing_component
from hub.dossier.events import (
    Accepted,
    DossierFact,
    HandedOver,
    PaymentMet,
    PaymentRequired,
    Progressed,
    Refused,
    Resolved,
    Returned,
    Stopped,
    Submitted,
    Supplemented,
    SupplementRequested,
    WithdrawalRequested,
)
from hub.dossier.lifecycle import TRANSITIONS, Trigger
from hub.dossier.model import Address, Component, Dossier, Draft, File, LogRow, Submission, Supplement
from hub.dossier.partner_view import build as for_partners
from hub.dossier.partner_view import step as step_for_partners
from hub.dossier.processing import concluded, fee_raised, progressed, resumed, supplement_wanted
from hub.dossier.reading import (
    Lookup,
    Story,
    by_code,
    get,
    lookup,
    masked,
    of_desk,
    of_owner,
    owned,
    public,
    queue,
    story,
)
from hub.dossier.receipt.issue import Stationery, issue
from hub.dossier.receipt.issue import jobs as receipt_jobs
from hub.dossier.reception import accept, hand_over, refuse, request_supplement, require_payment, return_result
from hub.dossier.submission import submit, supplement, withdraw
from hub.dossier.subscribers import SUBSCRIBERS
from hub.dossier.telling import spoken

__all__ = [
    "SUBSCRIBERS",
    "TRANSITIONS",
    "Accepted",
    "Address",
    "Component",
    "Dossier",
    "DossierFact",
    "Draft",
    "File",
    "HandedOver",
    "LogRow",
    "Lookup",
    "PaymentMet",
    "PaymentRequired",
    "Progressed",
    "Refused",
    "Resolved",
    "Returned",
    "Stationery",
    "Stopped",
    "Story",
    "Submission",
    "Submitted",
    "Supplement",
    "SupplementRequested",
    "Supplemented",
    "Trigger",
    "WithdrawalRequested",
    "accept",
    "by_code",
    "changed_meanwhile",
    "concluded",
    "discard_draft",
    "draft",
    "drafts",
    "fee_raised",
    "field_problem",
    "for_partners",
    "get",
    "hand_over",
    "issue",
    "lookup",
    "masked",
    "missing_component",
    "named_by_drafts",
    "of_desk",
    "of_owner",
    "owned",
    "progressed",
    "public",
    "queue",
    "receipt_jobs",
    "refuse",
    "request_supplement",
    "require_payment",
    "resumed",
    "return_result",
    "save_draft",
    "spoken",
    "start_draft",
    "step_for_partners",
    "story",
    "submit",
    "supplement",
    "supplement_wanted",
    "withdraw",
]  # fmt: skip
