"""The demonstration province: accounts whose passwords are made once and kept beside its data, 0600."""

import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from hub import identity, profiles, sealing
from hub.kernel.actor import system
from hub.kernel.clock import VN
from hub.kernel.db import Database, UnitOfWork
from hub.profiles import Unit


async def seed(db: Database, data_dir: Path) -> tuple[tuple[identity.DemoAccount, ...], Mapping[str, str]]:
    """Make what is not there yet; the accounts and their passwords by role."""
    passwords = _passwords(data_dir / "demo-accounts.json")
    terms = profiles.active().at(db.now().astimezone(VN).date())
    centre = next(unit for unit in terms.units if unit.kind == "centre")
    department = next((unit for unit in terms.units if unit.kind == "department"), centre)
    others = [_agency(unit) for unit in terms.units if unit not in (centre, department)]
    async with db.begin(system("demo")) as uow:
        accounts = await identity.seed_demo(
            uow, _agency(centre), passwords, department=_agency(department), others=others
        )
        await _signers(uow, (centre.code, department.code))
    return accounts, passwords


def _agency(unit: Unit) -> identity.Agency:
    return identity.Agency(code=unit.code, name=unit.name, address=unit.address, phone=unit.phone)


_SIGNERS = (
    (identity.Role.LEADER, "Lê Thị Lãnh Đạo", sealing.Service.SMARTCA, "lanhdao"),
    (identity.Role.CLERK, "Dấu của cơ quan (Văn thư)", sealing.Service.CSC2, "vanthu"),
    (identity.Role.CLERK, "Võ Thị Văn Thư", sealing.Service.SMARTCA, "vanthu-canhan"),
    (identity.Role.COUNTER, "Trần Thị Tiếp Nhận", sealing.Service.CSC1, "tiepnhan"),
)
"""Whose certificate is where in the demonstration."""


async def _signers(uow: UnitOfWork, agencies: Sequence[str]) -> None:
    officers = {
        role: (officer.id, agency)
        for agency in agencies
        for unit in await identity.units_of(uow, agency)
        for officer in await identity.officers_of(uow, unit.id)
        for role in officer.roles
    }
    for role, holder, service, account in _SIGNERS:
        officer, agency = officers[role]
        await sealing.know_credential(
            uow, officer_id=officer, agency_code=agency, holder=holder, service=service, account=account
        )


def _passwords(path: Path) -> dict[str, str]:
    roles = ("citizen", *(role.value for role in identity.Role))
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    made = {role: f"Mau-{secrets.token_urlsafe(9)}" for role in roles}
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.encode(made))
    return made
