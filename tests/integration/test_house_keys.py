"""A hub whose keys lie on a token and in files, and whose time-stamps come over HTTP (issue 3, «Keys behind one port»)."""

import asyncio
import base64
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import msgspec
import pytest

from hub import identity, sealing
from hub.demo import province
from hub.demo.people import log_in
from hub.demo.run import play
from hub.install import Installation, installed
from hub.kernel import seals
from hub.kernel.actor import system
from hub.kernel.clock import system_clock
from hub.keys import Keys
from hub.settings import SettingError, Settings, load
from hub.time_stamps import time_stamps
from hub.whole import house, world_of
from signing import Role, TimestampError, TrustStore, seal_jws
from signing.test_pki import Pki
from signing.token import TokenKey
from tests.integration.modules.test_copies import PAPER, scanned
from tests.journeys.houses import SPEED
from tests.support.modules import OFFICER
from tests.support.tokens import LIBRARY, PIN, softhsm

pytestmark = pytest.mark.needs_tools
ACTOR = system("test")
ACCOUNT = ("tinh", "bí mật")


class Tsa(msgspec.Struct):
    """An authority on loopback. `wrong`: what it does instead of answering; `asked`: how often it was asked."""

    port: int = 0
    wrong: str = ""
    asked: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/tsa"


@contextmanager
def authority(pki: Pki, name: str = "tsa") -> Iterator[Tsa]:
    """It wants the account, and answers by the real clock."""
    tsa = Tsa()
    login = "Basic " + base64.b64encode(":".join(ACCOUNT).encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            tsa.asked += 1
            body = self.rfile.read(int(self.headers["content-length"]))
            late = timedelta(hours=3 if tsa.wrong == "clock" else 0)
            answer = pki.tsa(lambda: datetime.now(UTC) - late, name=name).answer(body)
            status = 200 if self.headers["authorization"] == login else 401
            self.send_response(503 if tsa.wrong == "down" else status)
            self.end_headers()
            self.wfile.write(bytes(2_000_000) if tsa.wrong == "long" else b"<html>" if tsa.wrong == "html" else answer)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        tsa.port = server.server_port
        Thread(target=server.serve_forever, daemon=True).start()
        yield tsa
        server.shutdown()


# For the session: a worker may come back to this file, and the token's library stays with what it read first.
@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki.load_or_create(tmp_path_factory.mktemp("house") / "pki")


@pytest.fixture(scope="session")
def token(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> str:
    return softhsm(tmp_path_factory.mktemp("token"), pki, "receiver", "hub", "clerk")


@pytest.fixture(scope="session")
def lists(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Trust lists as an operator brings them."""
    folder = tmp_path_factory.mktemp("trust")
    place = folder / "tinh"
    (place / "crls").mkdir(parents=True)
    rows = ['name = "tỉnh"', 'version = "1"', 'approved_by = ["Nguyễn A", "Trần B"]']
    for kind, name in (("anchor", "root"), ("intermediate", "gov-ca"), ("intermediate", "public-ca")):
        data = pki.certificate(name).der
        (place / f"{name}.cer").write_bytes(data)
        rows += [f"[[{kind}]]", f'file = "{name}.cer"', f'sha256 = "{hashlib.sha256(data).hexdigest()}"']
        (place / "crls" / f"{name}.crl").write_bytes(pki.crl(name, datetime.now(UTC) - timedelta(minutes=1)))
    (place / "list.toml").write_text("\n".join(rows))
    return folder


def at_token(token: str, pki: Pki, name: str) -> dict[str, str]:
    variable = f"{name.upper()}_KEY"
    chain = pki.folder / f"{name}.chain.pem"
    chain.write_bytes((pki.folder / f"{name}.cert.pem").read_bytes() + (pki.folder / "gov-ca.cert.pem").read_bytes())
    address = f"{token};object={name}?module-path={LIBRARY}&chain={chain}"
    return {variable: address, f"{variable}_PASSWORD": PIN}


def production(pki: Pki, token: str, lists: Path, tsa: Tsa, database_url: str, folder: Path) -> Settings:
    """Nothing of a demonstration: two keys on a token, one in a file."""
    chain = f"{pki.folder / 'gov-ca.cert.pem'}"
    (pki.folder / "agency.pem").write_bytes(
        (pki.folder / "center.key.pem").read_bytes() + (pki.folder / "center.cert.pem").read_bytes()
    )
    (pki.folder / "agency.pem").chmod(0o600)
    return load(
        {
            "BUS": "rabbit",
            "DATABASE_URL": database_url,
            "DATA_DIR": str(folder),
            "SECRET_KEY": "k" * 40,
            "SIGNING_MODE": "live",
            "TRUST_DIR": str(lists),
            "TSA_URL": tsa.url,
            "TSA_USER": ACCOUNT[0],
            "TSA_PASSWORD": ACCOUNT[1],
            "AGENCY_KEY": f"{pki.folder / 'agency.pem'}?chain={chain}",
            **at_token(token, pki, "receiver"),
            **at_token(token, pki, "hub"),
        }
    )


async def test_a_whole_journey_whose_receipt_is_sealed_on_a_token(
    pki: Pki, token: str, tmp_path: Path, database_url: str
) -> None:
    """DOS-04: the receipt that the citizen takes home verifies; the key never left the token."""
    environ = {**os.environ, "DATA_DIR": str(tmp_path), "DATABASE_URL": database_url}
    (tmp_path / "pki").symlink_to(pki.folder)
    environ |= at_token(token, pki, "receiver") | at_token(token, pki, "hub")
    async with house(load(environ), environ=environ, speed=SPEED) as home, world_of(home) as world:
        assert isinstance(home.parts.keys.receiver, TokenKey)
        assert isinstance(home.parts.keys.hub, TokenKey)
        _, passwords = await province.seed(home.parts.db, tmp_path)
        assert (await play(world, passwords)).ok
        citizen = await log_in(world, identity.CITIZEN_LOGIN, passwords["citizen"])
        [dossier] = await citizen.get("/api/v1/dossiers")
        receipt = await citizen.file(f"/api/v1/files/{dossier['receipt_entry']}")
        report = await home.parts.checker.check(receipt, home.parts.db.now())
        assert report.passed, report.sentence_en
        assert [each.signer for each in report.signatures if each.role is not Role.TIMESTAMP] == ["Trần Thị Mai"]


async def test_dossiers_are_accepted_while_the_authority_is_away_and_receipts_follow(
    pki: Pki, tmp_path: Path, database_url: str
) -> None:
    """DOS-04: acceptance stands, the other jobs go on, the receipt is sealed when the authority is back."""
    (tmp_path / "pki").symlink_to(pki.folder)
    with authority(pki) as tsa:
        tsa.wrong = "down"
        environ = {**os.environ, "DATA_DIR": str(tmp_path), "DATABASE_URL": database_url, "TSA_URL": tsa.url}
        environ |= {"TSA_USER": ACCOUNT[0], "TSA_PASSWORD": ACCOUNT[1]}
        async with house(load(environ), environ=environ, speed=SPEED) as home, world_of(home) as world:
            _, passwords = await province.seed(home.parts.db, tmp_path)
            playing = asyncio.create_task(play(world, passwords))
            async with asyncio.timeout(60):
                while tsa.asked < 3:
                    assert not playing.done(), playing
                    await asyncio.sleep(0.1)
                since, ran = home.parts.db.now(), set[str]()
                while not {"receipts", "tracking", "payments"} <= ran:
                    await asyncio.sleep(0.1)
                    ran = {row["name"] for row in await home.parts.db.pool.fetch(_RAN_SINCE, since)}
            tsa.wrong = ""
            assert (await playing).ok


_RAN_SINCE = "select name from kernel.schedule where last_at > $1"


async def digitised(parts: Installation) -> bytes:
    async with parts.db.begin(ACTOR) as uow:
        await identity.register(
            uow,
            identity.Registration(
                name="Nguyễn Thị Mẫu", id_number="089190000077", phone="0912345677", password="Mot-cua-2026!",
                email="mau77@example.vn", declared=True,
            ),
        )  # fmt: skip
    copy, _ = await sealing.digitise(
        parts.db, parts.signing.copying, OFFICER, PAPER, scanned(100, 100), owner_number="089190000077", case=None
    )
    async with parts.db.read() as uow:
        return await uow.storage.read(copy.sha256)


async def test_production_seals_with_what_is_set_and_makes_no_demonstration(
    pki: Pki, token: str, lists: Path, tmp_path: Path, database_url: str
) -> None:
    """RES-07: signed on a token, sealed by a file, stamped over HTTP; its own check agrees, by lists that were brought."""
    with authority(pki) as tsa:
        settings = production(pki, token, lists, tsa, database_url, tmp_path)
        async with installed(settings) as parts:
            assert parts.keys.demonstration is None
            assert parts.signing.twin is None
            content = await digitised(parts)
            assert tsa.asked == 2
            report = await parts.checker.check(content, parts.db.now())
            assert report.passed, report.sentence_en
            root = await seal_jws(b"{}", parts.witness.key, at=parts.db.now())
            checked = await parts.checker.check(root, parts.db.now())
            assert checked.passed, checked.sentence_en
        again = load({**os.environ, "BUS": "rabbit", "DATABASE_URL": database_url, "DATA_DIR": str(tmp_path)})
        with pytest.raises(SettingError, match="SECRET_KEY"):
            async with installed(again):
                pass
    assert {path.name for path in (tmp_path / "pki").iterdir()} <= {"vault-keys.json", "vault-keys.json.lock"}


@pytest.mark.parametrize("wrong", ["down", "html", "long", "clock"])
async def test_an_authority_that_is_away_seals_nothing_and_loses_nothing(
    pki: Pki, token: str, lists: Path, tmp_path: Path, database_url: str, wrong: str
) -> None:
    with authority(pki) as tsa:
        settings = production(pki, token, lists, tsa, database_url, tmp_path)
        async with installed(settings) as parts:
            tsa.wrong = wrong
            with pytest.raises(seals.NotNow) as said:
                await digitised(parts)
            assert (said.value.code, said.value.status) == ("seals.no-timestamp", 503)
            assert "chưa ký số được" in said.value.vi
            assert "nothing was sealed" in said.value.en


class Held(msgspec.Struct):
    """A trust that does not change."""

    store: TrustStore

    async def current(self) -> TrustStore:
        return self.store


@pytest.mark.parametrize(
    ("name", "store", "account", "words"),
    [
        ("tsa", "trusted", ("tinh", "sai"), "HTTP 401"),
        ("other-tsa", "trusted", ACCOUNT, "NO_CERTIFICATE_CHAIN_FOUND"),
        ("tsa", "empty", ACCOUNT, "NO_CERTIFICATE_CHAIN_FOUND"),
        ("agency", "trusted", ACCOUNT, "CHAIN_CONSTRAINTS_FAILURE"),
        ("tsa", "revoked", ACCOUNT, "REVOKED"),
    ],
)
async def test_a_time_stamp_is_used_only_when_trust_leads_to_its_authority(
    pki: Pki, tmp_path: Path, name: str, store: str, account: tuple[str, str], words: str
) -> None:
    trust = TrustStore() if store == "empty" else TrustStore([pki.trust_list()])
    if store == "revoked":
        pki.revoke("tsa", datetime.now(UTC) - timedelta(days=1))
        trust.import_crl(pki.crl("root", datetime.now(UTC)))
        del pki.revoked["tsa"]
    with authority(pki, name) as tsa:
        environ = {"TSA_URL": tsa.url, "TSA_USER": account[0], "TSA_PASSWORD": account[1], "DATA_DIR": str(tmp_path)}
        settings = load(environ)
        keys = Keys.open(settings, system_clock)
        async with time_stamps(settings, keys, Held(trust), system_clock) as stamper:
            with pytest.raises(TimestampError, match=words):
                await stamper.stamp(hashlib.sha256(b"x").digest(), "sha256")


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"TSA_URL": "ldap://tsa.example.vn"}, "TSA_URL: phải là .* / must be http"),
        ({"TSA_URL": "http://a:b@tsa.example.vn"}, "TSA_URL: .*TSA_USER"),
        ({"TSA_URL": "http://tsa.example.vn", "TSA_SECONDS": "0"}, "TSA_SECONDS=0.0: phải lớn hơn 0 / must be more"),
    ],
)
async def test_wrong_settings_of_the_authority(tmp_path: Path, environ: dict[str, str], words: str) -> None:
    settings = load({**environ, "DATA_DIR": str(tmp_path)})
    with pytest.raises(SettingError, match=words):
        async with time_stamps(settings, Keys.open(settings, system_clock), Held(TrustStore()), system_clock):
            pass


async def test_a_token_key_knows_its_certificate_among_others(pki: Pki, token: str) -> None:
    """By its signature: neither labels nor the order of a file are believed."""
    beside = [pki.certificate(name) for name in ("hub", "gov-ca", "agency", "clerk", "receiver")]
    for name in ("receiver", "hub", "clerk"):
        key = TokenKey.open(LIBRARY, token.partition("=")[2], PIN, name, beside)
        assert key.certificate == pki.certificate(name)
        assert tuple(key.chain) == (pki.certificate("gov-ca"),)
        assert len(await key.sign(b"data", "sha256")) > 60


@pytest.mark.parametrize(
    ("before", "after", "pin"),
    [
        ("object=receiver", "object=nobody", PIN),
        ("token=Sở TNMT", "token=not there", PIN),
        ("token=Sở TNMT", "token=Khác", "0000"),
        (LIBRARY, "/nonexistent.so", PIN),
    ],
)
def test_a_token_that_gives_nothing_is_named(
    pki: Pki, token: str, before: str, after: str, pin: str, tmp_path: Path
) -> None:
    address = at_token(token, pki, "receiver")["RECEIVER_KEY"].replace(before, after)
    settings = load({"DATA_DIR": str(tmp_path), "RECEIVER_KEY": address, "RECEIVER_KEY_PASSWORD": pin})
    with pytest.raises(SettingError, match=r"RECEIVER_KEY: không dùng được khóa .* / the token's key"):
        Keys.open(settings, system_clock)
