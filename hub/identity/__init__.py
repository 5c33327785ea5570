"""Who uses the hub: accounts, log-in, sessions, units, machines, mandates."""

from hub.identity.demo import CITIZEN_LOGIN, DEPARTMENT_HEAD_LOGIN, LOGINS, SECOND_SPECIALIST_LOGIN, seed_demo
from hub.identity.errors import (
    AlreadyRegistered,
    Busy,
    NoMandate,
    NoSuchAccount,
    NoSuchUnit,
    TooManyAttempts,
    WrongCredentials,
)
from hub.identity.events import AccountLocked, CitizenRegistered
from hub.identity.model import (
    Agency,
    Citizen,
    DemoAccount,
    Mandate,
    NewOfficer,
    Officer,
    Principal,
    Registration,
    Role,
    Unit,
)
from hub.identity.service import (
    IDLE,
    LONGEST,
    acting_for,
    add_officer,
    agencies,
    agency,
    authenticate_machine,
    change_password,
    citizen,
    citizen_by_number,
    close_session,
    disable,
    issue_machine_key,
    log_in,
    mandates_of,
    named_as_evidence,
    officer,
    officers_of,
    open_session,
    principal_of,
    problems_of,
    put_agency,
    put_unit,
    record_mandate,
    register,
    require_mandate,
    revoke_machine,
    revoke_mandate,
    sweep,
    unit,
    units_of,
)

__all__ = [
    "CITIZEN_LOGIN", "DEPARTMENT_HEAD_LOGIN", "IDLE", "LOGINS", "LONGEST", "SECOND_SPECIALIST_LOGIN", "AccountLocked", "Agency", "AlreadyRegistered", "Busy", "Citizen",
    "CitizenRegistered", "DemoAccount", "Mandate", "NewOfficer", "NoMandate", "NoSuchAccount", "NoSuchUnit", "Officer",
    "Principal", "Registration", "Role", "TooManyAttempts", "Unit", "WrongCredentials", "acting_for", "add_officer", "agencies",
    "agency", "authenticate_machine", "change_password", "citizen", "citizen_by_number", "close_session", "disable",
    "issue_machine_key", "log_in", "mandates_of", "named_as_evidence", "officer", "officers_of", "open_session", "principal_of",
    "problems_of", "put_agency", "put_unit", "record_mandate", "register", "require_mandate", "revoke_machine",
    "revoke_mandate", "seed_demo", "sweep", "unit", "units_of",
]  # fmt: skip
