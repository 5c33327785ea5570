"""Verification for anybody, and trust for operators, over HTTP."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter, SkipValidation

from hub.identity import Principal
from hub.kernel.auth import anyone, officer
from hub.kernel.db import Database
from hub.portfolio import errors, importing, listing, service
from hub.portfolio.asking import Asking
from hub.portfolio.model import Asked, Certificate, Change, Freshness, JobState, Listed, ListState, Run
from hub.portfolio.receiving import received
from hub.portfolio.reporting import as_asked
from signing import Report

AnyRequest = Request[Any, Any, Any]
OperatorRequest = Request[Principal, str, State]
Asks = NamedDependency[SkipValidation[Asking]]
Format = Annotated[Literal["json", "xml", "pdf"] | None, QueryParameter(name="format")]
_TAG = "Kiểm tra chữ ký / Verification"


class Queued(msgspec.Struct, frozen=True, kw_only=True):
    """Where the report will be."""

    token: str
    status: str
    report: str


@post("/api/v1/verify", guards=[anyone], status_code=200, tags=[_TAG], request_max_body_size=None)
async def verify(request: AnyRequest, asking: Asks, as_format: Format = None) -> Response[Any]:
    """Check every signature of a file: the body is the file, or a form with `file`, `content` (what a detached
    signature signs) and `password`. The report as JSON, as ETSI TS 119 102-2 XML or as PDF, by Accept or `format`.

    A long file is answered 202 with the address of its status; nothing of a short one is kept.
    """
    async with received(request, asking.most) as given:
        answer = await asking.verify(given)
        if isinstance(answer, Report):
            return await as_asked(answer, given.name, request.headers.get("accept", ""), as_format)
    here = f"/api/v1/verifications/{answer}"
    return Response(
        Queued(token=answer, status=here, report=f"{here}/report"),
        status_code=202,
        headers={"location": here, "retry-after": "2"},
    )


class Verifications(Controller):
    """`/api/v1/verifications/{token}`."""

    path = "/api/v1/verifications"
    guards = (anyone,)
    tags = (_TAG,)

    @get("/{token:str}")
    async def status(self, token: FromPath[str], asking: Asks) -> Response[Asked]:
        """How far a long file is: queued, running or done, with the number of files before it."""
        found = await asking.asked(token)
        headers = {} if found.state is JobState.DONE else {"retry-after": "2"}
        return Response(found, headers={**headers, "cache-control": "no-store"})

    @get("/{token:str}/report")
    async def report(
        self, request: AnyRequest, token: FromPath[str], asking: Asks, as_format: Format = None
    ) -> Response[Any]:
        """The report, by Accept or `format`; 409 as long as it is not there."""
        found = await asking.asked(token)
        if found.report is None:
            raise errors.not_verified_yet()
        return await as_asked(found.report, found.name, request.headers.get("accept", ""), as_format)


class TrustListView(msgspec.Struct, frozen=True, kw_only=True):
    """A list and who vouches for it."""

    name: str
    version: str
    source: str
    sha256: str
    state: ListState
    certificates: tuple[Certificate, ...]
    proposed_by: str
    approved_by: str | None


class TrustView(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is believed now."""

    version: str
    lists: tuple[TrustListView, ...]
    freshness: tuple[Freshness, ...]


class TrustApi(Controller):
    """`/api/v1/trust`."""

    path = "/api/v1/trust"
    guards = (officer("operator"),)
    tags = ("Danh sách tin cậy / Trust",)

    @get("/")
    async def show(self, db: NamedDependency[Database]) -> TrustView:
        """Lists, approvers, and how fresh each CA's revocation data are."""
        async with db.read() as uow:
            found = await service.overview(uow)
        return TrustView(version=found.version, lists=tuple(map(_view, found.lists)), freshness=found.freshness)

    @post("/crls", status_code=200)
    async def take_crl(self, request: OperatorRequest, db: NamedDependency[Database]) -> Run | None:
        """Take over a CRL (DER); the round of verifying again, or null when it was there already."""
        data = await request.body()
        async with db.begin(request.user.actor) as uow:
            return await importing.import_crl(uow, "crl", data)

    @post("/ocsp", status_code=200)
    async def take_ocsp(self, request: OperatorRequest, db: NamedDependency[Database]) -> Run | None:
        """Take over an OCSP answer (DER)."""
        data = await request.body()
        async with db.begin(request.user.actor) as uow:
            return await importing.import_ocsp(uow, "ocsp", data)

    @post("/lists/{name:str}/approve", status_code=200)
    async def approve(self, request: OperatorRequest, name: FromPath[str], db: NamedDependency[Database]) -> Run:
        """The second person's word for a proposed list."""
        async with db.begin(request.user.actor) as uow:
            return await listing.approve(uow, name)

    @get("/runs")
    async def runs(self, db: NamedDependency[Database]) -> tuple[Run, ...]:
        """Rounds of verifying again, with progress."""
        async with db.read() as uow:
            return await service.runs(uow)

    @get("/changes")
    async def changes(self, db: NamedDependency[Database]) -> tuple[Change, ...]:
        """Verdicts that changed, newest first."""
        async with db.read() as uow:
            return await service.changes(uow)


def _view(it: Listed) -> TrustListView:
    return TrustListView(
        name=it.name,
        version=it.version,
        source=it.source,
        sha256=it.sha256,
        state=it.state,
        certificates=service.certificates(it),
        proposed_by=it.proposed_by_name,
        approved_by=it.approved_by_name,
    )
