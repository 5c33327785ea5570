"""Every page with made-up people, by name: the style page shows parts of them, tests render and open them all."""

from typing import Any

import msgspec

from hub.portal.examples import (
    asking,
    citizen,
    copies,
    credentials,
    department,
    portfolio,
    public,
    seals,
    signing,
    staff,
    task_signing,
)
from hub.portal.examples.citizen import SITE
from hub.portal.site import Viewer

__all__ = ["PAGES", "SITE", "Example", "citizen"]

LE_THI_MAU = Viewer(kind="citizen", name="Lê Thị Mẩu")
OFFICER = Viewer(kind="officer", name="Nguyễn Văn Tám", roles=frozenset({"counter"}))
HEAD = Viewer(kind="officer", name="Hồ Thị Phân Công", roles=frozenset({"head"}))
SPECIALIST = Viewer(kind="officer", name="Nguyễn Văn Chuyên", roles=frozenset({"specialist"}))
LEADER = Viewer(kind="officer", name="Lê Thị Lãnh Đạo", roles=frozenset({"leader"}))
CLERK = Viewer(kind="officer", name="Võ Thị Văn Thư", roles=frozenset({"clerk"}))
OPERATOR = Viewer(kind="officer", name="Trần Quản Trị", roles=frozenset({"operator"}))


class Example(msgspec.Struct, frozen=True):
    """A template with what it needs."""

    template: str
    path: str
    it: Any
    viewer: Viewer | None = None


PAGES: dict[str, Example] = {
    "home": Example("home.html", "/", public.home()),
    "search": Example("procedure/search.html", "/thu-tuc", public.search()),
    "search-none": Example("procedure/search.html", "/thu-tuc", public.nothing_found()),
    "procedure": Example("procedure/show.html", "/thu-tuc/1.012784", public.procedure()),
    "lookup": Example("lookup/show.html", "/tra-cuu", public.lookup()),
    "verify": Example("result/verify.html", "/xac-minh/x", public.verification()),
    "verify-invalid": Example("result/verify.html", "/xac-minh/x", public.forged()),
    "check-paper": Example("result/check.html", "/kiem-tra", public.checker()),
    "roots": Example("proof/roots.html", "/bang-chung", public.roots()),
    "log-in": Example("account/log_in.html", "/dang-nhap", asking.log_in()),
    "register": Example("form.html", "/dang-ky", asking.register()),
    "tasks": Example("submit/tasks.html", "/nop/0", asking.tasks(), LE_THI_MAU),
    "question": Example("form.html", "/nop/0/thong-tin/1", asking.question(), LE_THI_MAU),
    "upload": Example("form.html", "/nop/0/giay-to/1", asking.upload(), LE_THI_MAU),
    "way": Example("form.html", "/nop/0/nhan-ket-qua", asking.way(), LE_THI_MAU),
    "check": Example("submit/check.html", "/nop/0/xem-lai", asking.check(), LE_THI_MAU),
    "done": Example("submit/done.html", "/nop/0/xong", asking.done(), LE_THI_MAU),
    "dossier": Example("dossier/show.html", "/ho-so/0", citizen.dossier(), LE_THI_MAU),
    "dossier-finished": Example("dossier/show.html", "/ho-so/0", citizen.finished_dossier(), LE_THI_MAU),
    "dossiers": Example("dossier/list.html", "/ho-so", citizen.dossiers(), LE_THI_MAU),
    "payment": Example("payment/show.html", "/ho-so/0/thanh-toan", asking.payment(), LE_THI_MAU),
    "vault": Example("vault/list.html", "/kho-du-lieu", asking.vault(), LE_THI_MAU),
    "share": Example("form.html", "/kho-du-lieu/1/chia-se", asking.share(), LE_THI_MAU),
    "shared": Example("vault/shared.html", "/kho-du-lieu/1/chia-se", asking.shared(), LE_THI_MAU),
    "share-opened": Example("vault/opened.html", "/chia-se/x", asking.opened()),
    "paper": Example("result/paper.html", "/ho-so/0/ket-qua/1/ban-giay", asking.paper(), LE_THI_MAU),
    "queue": Example("officer/queue.html", "/can-bo", staff.queue(), OFFICER),
    "desk": Example("officer/show.html", "/can-bo/ho-so/0", staff.desk(), OFFICER),
    "withdrawal": Example("officer/show.html", "/can-bo/ho-so/0", staff.withdrawal(), OFFICER),
    "work": Example("officer/queue.html", "/viec", department.work(), SPECIALIST),
    "task-head": Example("officer/show.html", "/viec/0", department.head(), HEAD),
    "task": Example("officer/show.html", "/viec/0", department.specialist(), SPECIALIST),
    "task-leader": Example("officer/show.html", "/viec/0", department.leader(), LEADER),
    "task-clerk": Example("officer/show.html", "/viec/0", department.clerk(), CLERK),
    "task-leader-sign": Example("officer/show.html", "/viec/0", task_signing.leader_may_sign(), LEADER),
    "task-leader-waits": Example("officer/show.html", "/viec/0", task_signing.leader_waits(), LEADER),
    "task-leader-declined": Example("officer/show.html", "/viec/0", task_signing.leader_declined(), LEADER),
    "task-clerk-seal": Example("officer/show.html", "/viec/0", task_signing.clerk_may_seal(), CLERK),
    "task-clerk-issue": Example("officer/show.html", "/viec/0", task_signing.clerk_may_issue(), CLERK),
    "signing": Example("signing/list.html", "/van-ban-cho-ky", signing.listed(), LEADER),
    "signing-waiting": Example("signing/show.html", "/van-ban-cho-ky/0", signing.waiting(), LEADER),
    "signing-declined": Example("signing/show.html", "/van-ban-cho-ky/1", signing.declined(), OFFICER),
    "signing-ask": Example("form.html", "/van-ban-cho-ky/moi", signing.ask(), OFFICER),
    "copies": Example("copies/start.html", "/so-hoa", copies.start(), OFFICER),
    "copy": Example("copies/show.html", "/so-hoa/0", copies.shown(), OFFICER),
    "copy-paper": Example("form.html", "/so-hoa/ban-giay", copies.paper(), OFFICER),
    "copy-extract": Example("form.html", "/so-hoa/ban-sao", copies.extract(), OFFICER),
    "credentials": Example("signing/credentials.html", "/van-ban-cho-ky/chung-thu", credentials.listed(), LEADER),
    "credentials-none": Example("signing/credentials.html", "/van-ban-cho-ky/chung-thu", credentials.nothing(), LEADER),
    "credential-ask": Example("form.html", "/van-ban-cho-ky/chung-thu/moi", credentials.away(), LEADER),
    "credential-choose": Example(
        "signing/choose.html", "/van-ban-cho-ky/chung-thu/moi", credentials.choosing(), LEADER
    ),
    "credential-not-yours": Example(
        "signing/choose.html", "/van-ban-cho-ky/chung-thu/moi", credentials.nothing_to_choose(), LEADER
    ),
    "seals": Example("seals/list.html", "/con-dau", seals.listed(), LEADER),
    "seal-ask": Example("form.html", "/con-dau/moi", seals.form(), CLERK),
    "connectors": Example("operator/connectors.html", "/van-hanh", staff.connectors(), OPERATOR),
    "parked": Example("operator/parked.html", "/van-hanh/vbdlis", staff.parked(), OPERATOR),
    "parity": Example("operator/parity.html", "/doi-soat", staff.parity(), OPERATOR),
    "own-file": Example("form.html", "/kiem-tra-chu-ky", portfolio.own_file()),
    "own-report": Example("result/verify.html", "/kiem-tra-chu-ky/x", portfolio.own_report()),
    "verdicts": Example("portfolio/verdicts.html", "/ket-luan-thay-doi", portfolio.verdicts(), OPERATOR),
    "verdict": Example("portfolio/change.html", "/ket-luan-thay-doi/0", portfolio.change(), OPERATOR),
    "trust": Example("portfolio/trust.html", "/danh-sach-tin-cay", portfolio.trust(), OPERATOR),
    "error": Example("error.html", "/khong-co", public.error()),
}
