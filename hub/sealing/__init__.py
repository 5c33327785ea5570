"""Signatures by people, who confirm in an app; copies that the agency answers for."""

from hub.sealing.copies import (
    Case,
    CopyDesk,
    copies_made_by,
    copy_by_token,
    copy_of_content,
    copy_of_entry,
    digitise,
    extract,
    made_copy,
)
from hub.sealing.enrolling import (
    Account,
    Choice,
    Owner,
    check_credential,
    choices,
    enroll,
    own_credential,
)
from hub.sealing.events import CopyMade, DocumentSigned, SigningDeclined, SigningEnded, SigningExpired, SigningFailed
from hub.sealing.lifecycle import TRANSITIONS, Trigger
from hub.sealing.model import OPEN, STAMPS, Copy, CopyKind, Credential, Face, Paper, Request, Service, Status
from hub.sealing.rounds import Rounds, advance, begin
from hub.sealing.scan import FINE_ENOUGH, Scan
from hub.sealing.service import (
    PATIENCE,
    again,
    ask,
    cancel,
    credential_of,
    credentials,
    know_credential,
    nudge,
    of_dossier,
    of_officer,
    retire_credential,
    seen_by,
    story,
    take,
)
from hub.sealing.service import get as state_of
from hub.sealing.services import Door, Studio, http_client

__all__ = [
    "FINE_ENOUGH", "OPEN", "PATIENCE", "STAMPS", "TRANSITIONS", "Account", "Case", "Choice", "Copy", "CopyDesk", "CopyKind",
    "CopyMade", "Credential", "DocumentSigned", "Door", "Face", "Owner", "Paper", "Request", "Rounds", "Scan",
    "Service", "SigningDeclined", "SigningEnded", "SigningExpired", "SigningFailed", "Status", "Studio", "Trigger",
    "advance", "again", "ask", "begin", "cancel", "check_credential", "choices", "copies_made_by",
    "copy_by_token", "copy_of_content", "copy_of_entry", "credential_of", "credentials", "digitise", "enroll", "extract",
    "http_client", "know_credential", "made_copy", "nudge", "of_dossier", "of_officer",
    "own_credential", "retire_credential", "seen_by", "state_of", "story", "take",
]  # fmt: skip
