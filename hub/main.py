"""The hub's HTTP application: a table of contents."""

from collections.abc import Mapping
from typing import Any

from litestar import Litestar, Router, asgi
from litestar.di import Provide
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import ScalarRenderPlugin

from connectors import registry
from connectors.runtime.ports import Intake, Simulator
from hub import identity, portal
from hub.catalog.controllers import Procedures
from hub.dossier.controllers import Desk, Mine, Public, Tasks
from hub.identity.controllers import Accounts
from hub.install import Installation
from hub.integration.controllers import Operations
from hub.integration.oversight import Oversight
from hub.kernel import auth, http
from hub.kernel.auth import anyone, partner
from hub.kernel.body import ApiRequest
from hub.kernel.db import Database
from hub.payment.controllers import Payments
from hub.portfolio.controllers import TrustApi, Verifications, verify
from hub.proof.controllers import Proofs
from hub.result.controllers import Results, paper_keys
from hub.sealing.controllers import Signing
from hub.vault.controllers import Documents, Shares, by_link

__all__ = ["create_app"]

API = (
    Accounts,
    Procedures,
    Documents,
    Shares,
    Mine,
    Desk,
    Tasks,
    Public,
    Payments,
    Results,
    Signing,
    Operations,
    Proofs,
    paper_keys,
    TrustApi,
    Verifications,
    verify,
    by_link,
)


def create_app(
    parts: Installation,
    *,
    environ: Mapping[str, str],
    twins: Mapping[str, Simulator] | None = None,
) -> Litestar:
    """Pages, API, receivers of every connector and, in a demonstration, the partners' twins."""
    site = portal.site(parts.settings)
    return Litestar(
        route_handlers=[
            *portal.PAGES,
            *API,
            *receivers(parts.intake, environ),
            *mounted(_with_signers(parts, twins or {})),
        ],
        middleware=[*site.middleware, auth.authentication(_lookup(parts.db))],
        dependencies=_given(parts),
        exception_handlers={Exception: site.error_page(http.render)},
        before_request=site.before_request,
        after_request=site.after_request,
        openapi_config=OpenAPIConfig(
            title="Một cửa — API",
            version="1.0.0",
            path="/api",
            render_plugins=[ScalarRenderPlugin()],
            description="Cổng Dịch vụ công và một cửa điện tử của tỉnh. / The province's portal and one-stop core.",
        ),
        logging_config=None,
        request_class=ApiRequest,
        request_max_body_size=parts.settings.upload_max_bytes * 2,
    )


def receivers(intake: Intake, environ: Mapping[str, str]) -> list[Router]:
    """Where partners push: `/partners/<connector>/…`."""
    found = []
    for name in registry.NAMES:
        connector = registry.connector(name)
        if connector.receivers is not None:
            handlers = connector.receivers(connector.settings(environ), intake)
            found.append(Router(f"/partners/{name}", route_handlers=list(handlers), guards=[partner]))
    return found


def mounted(twins: Mapping[str, Simulator]) -> list[Any]:
    """The twins, for browsers: the bank's page, the control desks."""
    return [
        asgi(f"/_partners/{name}", is_mount=True, copy_scope=True, guards=[anyone])(twin.app)
        for name, twin in twins.items()
    ]


def _with_signers(parts: Installation, twins: Mapping[str, Simulator]) -> Mapping[str, Simulator]:
    """The signers' app beside the partners' twins, when it is simulated."""
    return {**twins, "signing": parts.signing.twin} if parts.signing.twin else twins


def _given(parts: Installation) -> dict[str, Provide]:
    values: dict[str, Any] = {
        "db": parts.db,
        "settings": parts.settings,
        "links": parts.links,
        "stationery": parts.stationery,
        "checker": parts.checker,
        "press": parts.press,
        "asking": parts.asking,
        "studio": parts.signing.studio,
        "copying": parts.signing.copying,
        "oversight": Oversight(_titles()),
    }
    return {name: Provide(_always(value), sync_to_thread=False) for name, value in values.items()}


def _titles() -> dict[str, tuple[str, str]]:
    """What each partner is called, in Vietnamese and English."""
    found = (registry.connector(name) for name in registry.NAMES)
    return {each.name: (each.title_vi, each.title_en) for each in found}


def _always(value: Any) -> Any:
    def give() -> Any:
        return value

    return give


def _lookup(db: Database) -> auth.Lookup:
    """Who a token belongs to."""

    async def find(token: str) -> identity.Principal | None:
        async with db.read() as uow:
            return await identity.principal_of(uow, token)

    return find
