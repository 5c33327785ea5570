"""The accounts of the demonstration: a one-stop centre, a department, a citizen."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from hub.identity import repository, service
from hub.identity.model import Agency, DemoAccount, NewOfficer, Registration, Role
from hub.kernel.db import UnitOfWork

_CENTRE = (
    (
        "tiepnhan",
        Role.COUNTER,
        "Trần Thị Tiếp Nhận",
        "Cán bộ tiếp nhận và trả kết quả",
        "Bộ phận Tiếp nhận và Trả kết quả",
    ),
    ("truongbophan", Role.HEAD, "Phạm Văn Trưởng", "Trưởng Bộ phận Một cửa", "Bộ phận Tiếp nhận và Trả kết quả"),
    ("quantri", Role.OPERATOR, "Đỗ Văn Vận Hành", "Quản trị hệ thống", "Trung tâm Công nghệ thông tin"),
)
_DEPARTMENT = (
    ("truongphong", Role.HEAD, "Hồ Thị Phân Công", "Trưởng phòng", "Phòng Chuyên môn"),
    ("chuyenvien", Role.SPECIALIST, "Nguyễn Văn Chuyên", "Chuyên viên", "Phòng Chuyên môn"),
    ("chuyenvien2", Role.SPECIALIST, "Bùi Thị Thẩm Định", "Chuyên viên", "Phòng Chuyên môn"),
    ("lanhdao", Role.LEADER, "Lê Thị Lãnh Đạo", "Phó Giám đốc", "Lãnh đạo"),
    ("vanthu", Role.CLERK, "Võ Thị Văn Thư", "Văn thư", "Văn phòng"),
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


DEPARTMENT_HEAD_LOGIN = "truongphong"
SECOND_SPECIALIST_LOGIN = "chuyenvien2"


async def seed_demo(
    uow: UnitOfWork,
    centre: Agency,
    passwords: Mapping[str, str],
    *,
    department: Agency | None = None,
    others: Sequence[Agency] = (),
) -> tuple[DemoAccount, ...]:
    """Make what is not there yet. `passwords`: by role name, and "citizen"; the caller generates and shows them.

    `department`: where specialists, leader and clerk sit (the centre when none is named); `others`: agencies for
    which they act as well, so that a few people can play every procedure.
    """
    made = [DemoAccount(login=CITIZEN_LOGIN, name=_CITIZEN.name, role="citizen")]
    if await repository.secret(uow.conn, CITIZEN_LOGIN) is None:
        await service.register(uow, replace(_CITIZEN, password=passwords["citizen"]))
    department = department or centre
    for each in (centre, department, *others):
        await service.put_agency(uow, each)
    reach = frozenset(each.code for each in (centre, *others)) - {department.code}
    for agency, people, scopes in ((centre, _CENTRE, frozenset[str]()), (department, _DEPARTMENT, reach)):
        for login, role, name, title, unit in people:
            home = await service.put_unit(uow, agency.code, unit, one_stop=unit.startswith("Bộ phận"))
            new = NewOfficer(
                login=login, name=name, title=title, unit_id=home.id, roles=frozenset({role}), scopes=scopes
            )
            if await repository.secret(uow.conn, login) is None:
                await service.add_officer(uow, new, passwords[role], must_change=False)
            made.append(DemoAccount(login=login, name=name, role=role, title=title))
    return tuple(made)
