"""Signatures by people: a person confirms in an app, the wait is a state."""

from hub.sealing.events import DocumentSigned, SigningDeclined, SigningEnded, SigningExpired, SigningFailed
from hub.sealing.lifecycle import TRANSITIONS, Trigger
from hub.sealing.model import OPEN, Credential, Face, LogRow, Request, Service, Status
from hub.sealing.rounds import Rounds, advance
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
    "OPEN", "PATIENCE", "TRANSITIONS", "Credential", "DocumentSigned", "Door", "Face", "LogRow", "Request", "Rounds",
    "Service", "SigningDeclined", "SigningEnded", "SigningExpired", "SigningFailed", "Status", "Studio", "Trigger",
    "advance", "again", "ask", "cancel", "credential_of", "credentials", "http_client", "know_credential", "nudge", "of_dossier",
    "of_officer", "retire_credential", "seen_by", "state_of", "story", "take",
]  # fmt: skip
