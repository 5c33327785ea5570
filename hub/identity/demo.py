"""The accounts of the demonstration: one officer for each role, one citizen."""

from collections.abc import Mapping
from uuid import UUID

from msgspec.structs import replace

from hub.identity import repository, service
from hub.identity.model import Agency, DemoAccount, NewOfficer, Registration, Role
from hub.kernel.db import UnitOfWork

_OFFICERS = (
    (Role.COUNTER, "Trần Thị Tiếp Nhận", "Cán bộ tiếp nhận và trả kết quả", "Bộ phận Tiếp nhận và Trả kết quả"),
    (Role.HEAD, "Phạm Văn Trưởng", "Trưởng Bộ phận Một cửa", "Bộ phận Tiếp nhận và Trả kết quả"),
    (Role.SPECIALIST, "Nguyễn Văn Chuyên", "Chuyên viên", "Phòng Chuyên môn"),
    (Role.LEADER, "Lê Thị Lãnh Đạo", "Phó Giám đốc", "Lãnh đạo"),
    (Role.CLERK, "Võ Thị Văn Thư", "Văn thư", "Văn phòng"),
    (Role.OPERATOR, "Đỗ Văn Vận Hành", "Quản trị hệ thống", "Trung tâm Công nghệ thông tin"),
)
_CITIZEN = Registration(
    name="Nguyễn Thị Mẫu",
    id_number="089190000001",
    phone="0912345678",
    email="congdan@example.vn",
    address="1 đường Mẫu",
    password="",
    login="congdan",
    declared=True,
)
CITIZEN_LOGIN = _CITIZEN.login
LOGINS = {
    Role.COUNTER: "tiepnhan",
    Role.HEAD: "truongbophan",
    Role.SPECIALIST: "chuyenvien",
    Role.LEADER: "lanhdao",
    Role.CLERK: "vanthu",
    Role.OPERATOR: "quantri",
}


async def seed_demo(uow: UnitOfWork, profile: Agency, passwords: Mapping[str, str]) -> tuple[DemoAccount, ...]:
    """Make what is not there yet. `passwords`: by role name, and "citizen"; the caller generates and shows them."""
    await service.put_agency(uow, profile)
    units: dict[str, UUID] = {}
    for name in dict.fromkeys(row[3] for row in _OFFICERS):
        units[name] = (await service.put_unit(uow, profile.code, name, one_stop=name.startswith("Bộ phận"))).id
    made = [DemoAccount(login=CITIZEN_LOGIN, name=_CITIZEN.name, role="citizen")]
    if await repository.secret(uow.conn, CITIZEN_LOGIN) is None:
        await service.register(uow, replace(_CITIZEN, password=passwords["citizen"]))
    for role, name, title, unit in _OFFICERS:
        new = NewOfficer(login=LOGINS[role], name=name, title=title, unit_id=units[unit], roles=frozenset({role}))
        if await repository.secret(uow.conn, new.login) is None:
            await service.add_officer(uow, new, passwords[role], must_change=False)
        made.append(DemoAccount(login=new.login, name=name, role=role))
    return tuple(made)
