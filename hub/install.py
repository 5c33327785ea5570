"""One installation's parts, opened in order and closed in reverse."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import msgspec

from connectors import registry
from hub import dossier, portfolio, profiles, proof
from hub.anchors import bring_trust
from hub.dossier import Stationery
from hub.files import open_storage
from hub.integration.dispatch import Dispatcher
from hub.integration.intake import HubIntake
from hub.integration.routes import routes
from hub.integration.verbs import verbs
from hub.kernel import circuit
from hub.kernel.actor import system
from hub.kernel.clock import Clock, system_clock
from hub.kernel.db import Database, open_database
from hub.kernel.documents import vietnamese_font
from hub.kernel.events import merged
from hub.kernel.links import Links
from hub.kernel.migrate import upgrade
from hub.kernel.postgres import EmbeddedPostgres
from hub.kernel.signatures import Checker
from hub.kernel.storage import SealedStorage
from hub.keys import Keys
from hub.result import Press
from hub.settings import Settings
from hub.signing_services import Signing, signing_services
from hub.time_stamps import time_stamps
from signing import Timestamper
from signing.workers import Workers


class Installation(msgspec.Struct, frozen=True, kw_only=True):
    """What every process of the hub works with."""

    settings: Settings
    dsn: str
    clock: Clock
    db: Database
    storage: SealedStorage
    links: Links
    keys: Keys
    tsa: Timestamper
    trust: portfolio.Trust
    checker: Checker
    asking: portfolio.Asking
    renewing: portfolio.Renewing
    stationery: Stationery
    witness: proof.Witness
    press: Press
    signing: Signing
    dispatcher: Dispatcher
    intake: HubIntake


@asynccontextmanager
async def installed(settings: Settings, clock: Clock = system_clock) -> AsyncIterator[Installation]:
    """Database started if it is ours, schema current, everything wired."""
    async with AsyncExitStack() as stack:
        keys = Keys.open(settings, clock)
        dsn = settings.database_url or stack.enter_context(_own_database(settings)).dsn("hub")
        await upgrade(dsn)
        profiles.activate(settings.province)
        links = Links(settings.hub_url, keys.link, clock, _titles())
        storage = await open_storage(settings, clock)
        db = await stack.enter_async_context(
            open_database(
                dsn,
                storage,
                clock=clock,
                subscribers=merged(dossier.SUBSCRIBERS, proof.SUBSCRIBERS),
                routes=routes(links, settings.hub_url),
            )
        )
        async with db.begin(system("install")) as uow:
            await circuit.know(uow.conn, list(registry.NAMES))
        await bring_trust(db, settings, keys)
        # Verdicts are asked for inside transactions: with one pool, all of its connections could wait for one more.
        beside = await stack.enter_async_context(open_database(dsn, storage, clock=clock, max_size=2))
        trust = portfolio.Trust(beside)
        checker = Checker(trust, workers=await stack.enter_async_context(Workers()))
        tsa = await stack.enter_async_context(time_stamps(settings, keys, trust, clock))
        signing = await stack.enter_async_context(signing_services(settings, keys, tsa, checker, clock))
        dispatcher = Dispatcher(db, verbs(checker), poll_seconds=settings.poll_seconds)
        yield Installation(
            settings=settings,
            dsn=dsn,
            clock=clock,
            db=db,
            storage=storage,
            links=links,
            keys=keys,
            tsa=tsa,
            trust=trust,
            checker=checker,
            asking=portfolio.Asking(
                db=db,
                checker=checker,
                key=keys.link,
                at_once=settings.verify_at_once_bytes,
                most=settings.verify_max_bytes,
                keep=timedelta(hours=settings.verify_keep_hours),
            ),
            renewing=portfolio.Renewing(db=db, checker=checker, trust=trust, tsa=tsa),
            stationery=Stationery(settings.hub_url, keys.receiver, tsa, vietnamese_font(), checker),
            witness=proof.Witness(key=keys.hub, tsa=tsa, hour=settings.proof_root_hour),
            press=Press(verify_at=f"{settings.hub_url}/xac-minh/", key=keys.hub),
            signing=signing,
            dispatcher=dispatcher,
            intake=HubIntake(db, dispatcher),
        )


def _own_database(settings: Settings) -> EmbeddedPostgres:
    postgres = EmbeddedPostgres.start(settings.data_dir / "postgres")
    postgres.ensure_database("hub")
    return postgres


def _titles() -> dict[str, str]:
    return {name: registry.connector(name).title_vi for name in registry.NAMES}
