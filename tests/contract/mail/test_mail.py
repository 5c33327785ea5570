"""E-mail by SMTP against a real server on a loopback port."""

import asyncio
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from pathlib import Path
from typing import Any, cast

import httpx
import msgspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from connectors.mail import CONNECTOR
from connectors.mail.mapping import message_id, to_email
from connectors.mail.settings import Settings, load
from connectors.runtime.errors import Misconfigured, PartnerError, Rejected, Retryable
from connectors.runtime.settings import SettingError
from schemas.messages import mail
from tests.support.partners import NOON, Desk, context, handled, transport, twin_context


async def mails(desk: Desk, **query: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = (await desk.http.get("/_sim/mails", params=query)).json()
    return found


async def test_a_notice_arrives_as_it_was_written(client: Any, notice: mail.Send, desk: Desk) -> None:
    """DOS-06: Vietnamese in subject and text, every letter."""
    assert await handled(CONNECTOR, notice, context(client)) == []
    [got] = await mails(desk)
    assert got["subject"] == notice.subject
    assert got["text"].replace("\r\n", "\n") == notice.text
    assert got["to"] == "mau@example.vn"
    assert got["sender"] == "Cổng dịch vụ công <khong-tra-loi@dichvucong.example>"
    assert got["message_id"].startswith("<dossier.accepted-H01.01.")
    assert await desk.effects() == [("mail-received", got["message_id"])]


def test_what_goes_over_the_wire(notice: mail.Send, settings: Settings) -> None:
    """Seven bits, lines that every server takes, quoted-printable UTF-8."""
    raw = to_email(notice, settings, NOON).as_bytes()
    assert raw.isascii()
    assert b"Message-ID: <" in raw
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    sent = cast(EmailMessage, message_from_bytes(raw, policy=default))
    assert sent["Content-Transfer-Encoding"] == "quoted-printable"
    assert sent["Content-Type"] == 'text/plain; charset="utf-8"'
    assert sent["Date"].datetime == NOON
    assert sent["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("fault", ["http500", "down", "greylisted"])
async def test_4xx_is_tried_again(client: Any, notice: mail.Send, desk: Desk, fault: str) -> None:
    await desk.fault(fault, times=1)
    with pytest.raises(Retryable):
        await handled(CONNECTOR, notice, context(client))
    assert await mails(desk) == []
    await handled(CONNECTOR, notice, context(client, attempt=2))
    assert len(await mails(desk)) == 1


@pytest.mark.parametrize(("fault", "words"), [("no-such-person", "550"), ("mailbox-full", "552")])
async def test_5xx_is_parked_with_the_servers_words(
    client: Any, notice: mail.Send, desk: Desk, fault: str, words: str
) -> None:
    await desk.fault(fault, times=1)
    with pytest.raises(Rejected) as caught:
        await handled(CONNECTOR, notice, context(client))
    assert caught.value.code == "mail.refused"
    assert caught.value.words.startswith(words)


async def test_a_lost_reply_is_one_mail(client: Any, notice: mail.Send, desk: Desk) -> None:
    """SMTP cannot be asked; the Message-ID is the same, so that a mailbox shows it once."""
    await desk.fault("commit-then-timeout", times=1)
    with pytest.raises(Retryable, match="reply-lost"):
        await handled(CONNECTOR, notice, context(client))
    await handled(CONNECTOR, notice, context(client, attempt=2))
    assert len(await mails(desk)) == 1
    assert [kind for kind, _ in await desk.effects(everything=True)] == ["mail-received", "duplicate"]


async def test_silence_is_lost_patience(client: Any, notice: mail.Send, desk: Desk) -> None:
    await desk.fault("slow", times=1, seconds=3)
    with pytest.raises(Retryable, match="reply-lost"):
        await handled(CONNECTOR, notice, context(client))


async def test_nobody_listens(notice: mail.Send) -> None:
    async with CONNECTOR.open_client(load({"MAIL_PORT": "1"}), None) as client:
        with pytest.raises(Retryable) as caught:
            await handled(CONNECTOR, notice, context(client))
    assert caught.value.code == "partner.unreachable"
    assert caught.value.partner_down


async def test_no_port(notice: mail.Send) -> None:
    """A simulator in a process of its own cannot tell its port to a client that has no desk to ask."""
    async with CONNECTOR.open_client(load({}), None) as client:
        with pytest.raises(Misconfigured, match=r"mail\.port"):
            await handled(CONNECTOR, notice, context(client))


async def test_the_loop_is_free_meanwhile(client: Any, notice: mail.Send, desk: Desk) -> None:
    """A slow server holds a thread, not the connector."""
    await desk.fault("slow", times=1, seconds=1)
    sending = asyncio.create_task(handled(CONNECTOR, notice, context(client)))
    _, waiting = await asyncio.wait({sending}, timeout=0.05)
    assert waiting
    assert await mails(desk) == []
    await sending
    assert len(await mails(desk)) == 1


@pytest.mark.parametrize(
    "to", ["", "mau", "mau@", "@example.vn", "a@b\r\nBcc: c@d", "Mẫu <mau@example.vn>", "mẫu@example.vn", "a b@c.vn"]
)
async def test_an_address_that_is_none_is_not_sent(client: Any, notice: mail.Send, desk: Desk, to: str) -> None:
    with pytest.raises(Rejected) as caught:
        await handled(CONNECTOR, msgspec.structs.replace(notice, to=to), context(client))
    assert caught.value.code == "mail.address"
    assert await mails(desk) == []


WORDS = ("Hồ", "sơ", "số", "H01.12-261123-0007", "đã", "được", "tiếp nhận", "UBND xã", "–", "(lần 2)", "An Giang", "a")
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=40).map(" ".join)


def decoded(words: str) -> str:
    return str(make_header(decode_header(words)))


@given(
    subject=st.text(st.characters(codec="utf-8"), max_size=200) | SENTENCES,
    text=st.text(st.characters(codec="utf-8")),
    sender=SENTENCES,
)
def test_any_text_comes_back(subject: str, text: str, sender: str) -> None:
    """To the last space, in lines that every server takes (RFC 2047 §2)."""
    message = mail.Send(key="k", to="a@b.vn", subject=subject, text=text)
    raw = to_email(message, load({"MAIL_FROM": f'"{sender}" <cong@b.vn>'}), NOON).as_bytes()
    head = raw.partition(b"\r\n\r\n")[0]
    assert raw.isascii()
    assert all(len(line) <= 76 for line in head.split(b"\r\n") if b"=?" in line)
    got = cast(EmailMessage, message_from_bytes(raw, policy=default))
    received = message_from_bytes(raw)
    name, address = parseaddr(received["From"])
    assert (decoded(name), address) == (sender, "cong@b.vn")
    assert decoded(received["Subject"]) == " ".join(subject.split())
    assert "\n".join(got.get_content().splitlines()).strip("\n") == "\n".join(text.splitlines()).strip("\n")


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_a_key_has_one_message_id(one: str, other: str) -> None:
    settings = load({})
    assert (message_id(one, settings) == message_id(other, settings)) == (one == other)
    assert message_id(one, settings).isascii()


@pytest.mark.parametrize("key", ["", "..", "a\r\nBcc: x@y", "người dùng", "x" * 500])
def test_a_key_cannot_leave_its_header(key: str) -> None:
    raw = to_email(mail.Send(key=key, to="a@b.vn", subject="", text=""), load({}), NOON).as_bytes()
    assert b"\r\nBcc" not in raw
    assert raw.count(b"Message-ID:") == 1


async def test_the_mailbox_is_a_page(client: Any, notice: mail.Send, desk: Desk) -> None:
    await handled(CONNECTOR, notice, context(client))
    await handled(CONNECTOR, mail.Send(key="2", to="b@c.vn", subject="<b>", text="<script>"), context(client))
    page = (await desk.http.get("/")).text
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    assert "<a href='https://mc.example/tra-cuu?ma=H01.01-261123-0001&amp;k=1'>" in page
    assert page.index("b@c.vn") < page.index("mau@example.vn")
    assert [got["to"] for got in await mails(desk, to="b@c.vn")] == ["b@c.vn"]
    assert "mau@example.vn" not in (await desk.http.get("/", params={"to": "b@c.vn"})).text


async def test_mail_outlives_a_restart(settings: Settings, notice: mail.Send, tmp_path: Path) -> None:
    for attempt in (1, 2):
        twin = CONNECTOR.simulator(settings, twin_context(tmp_path, httpx.AsyncClient()))
        async with CONNECTOR.open_client(settings, transport(twin)) as client:
            await handled(CONNECTOR, notice, context(client, attempt=attempt))
        assert len(await mails(Desk(twin.app))) == 1
        await twin.close()


async def test_a_taken_port_is_told_at_the_start(twin: Any, tmp_path: Path) -> None:
    port = (await Desk(twin.app).http.get("/_sim/smtp")).json()["port"]
    with pytest.raises(OSError, match="in use"):
        CONNECTOR.simulator(load({"MAIL_PORT": str(port)}), twin_context(tmp_path / "other", httpx.AsyncClient()))


async def test_an_account(notice: mail.Send, tmp_path: Path) -> None:
    account = load({"MAIL_USER": "hub", "MAIL_PASSWORD": "hidden"})
    assert "hidden" not in repr(account)
    twin = CONNECTOR.simulator(account, twin_context(tmp_path, httpx.AsyncClient()))
    async with CONNECTOR.open_client(account, transport(twin)) as client:
        await CONNECTOR.probe(client)
        await handled(CONNECTOR, notice, context(client))
    for wrong in ({"MAIL_USER": "hub", "MAIL_PASSWORD": "x"}, {}):
        async with CONNECTOR.open_client(load(wrong), transport(twin)) as client:
            with pytest.raises(Misconfigured, match="credentials"):
                await handled(CONNECTOR, notice, context(client))
    await twin.close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A server certificate for localhost, its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(pem + made.public_bytes(Encoding.PEM))
    return path


@pytest.fixture
def secure_port(certificate: Path, unused_port: int) -> Iterator[int]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    server = Controller(
        Sink(),
        hostname="localhost",
        port=unused_port,
        tls_context=tls,
        require_starttls=True,
        auth_required=True,
        authenticator=lambda *_: AuthResult(success=True),
    )
    server.start()
    yield unused_port
    server.stop()


@pytest.fixture
def unused_port() -> int:
    import socket

    with socket.create_server(("localhost", 0)) as probe:
        return int(probe.getsockname()[1])


async def test_starttls(secure_port: int, certificate: Path, notice: mail.Send, twin: Any) -> None:
    base = {"MAIL_HOST": "localhost", "MAIL_PORT": str(secure_port), "MAIL_USER": "hub", "MAIL_PASSWORD": "x"}
    secure = {**base, "MAIL_SECURITY": "starttls"}
    async with CONNECTOR.open_client(load({**secure, "MAIL_CA_FILE": str(certificate)}), None) as client:
        await CONNECTOR.probe(client)
        await handled(CONNECTOR, notice, context(client))
    for unsafe in (secure, base):  # a certificate that nobody vouches for; an account in clear text
        async with CONNECTOR.open_client(load(unsafe), None) as client:
            with pytest.raises(PartnerError) as caught:
                await handled(CONNECTOR, notice, context(client))
        assert isinstance(caught.value, Misconfigured), caught.value.words
    async with CONNECTOR.open_client(load({"MAIL_SECURITY": "starttls"}), transport(twin)) as client:
        with pytest.raises(Misconfigured, match="security"):
            await CONNECTOR.probe(client)


@pytest.mark.parametrize(
    "environ",
    [
        {"MAIL_SECURITY": "ssl3"},
        {"MAIL_FROM": "nobody"},
        {"MAIL_FROM": "Cổng <hop@bộ.vn>"},
        {"MAIL_PORT": "x"},
        {"MAIL_READ_SECONDS": "0"},
    ],
)
def test_a_wrong_setting_names_its_variable(environ: dict[str, str]) -> None:
    with pytest.raises(SettingError, match=next(iter(environ))):
        load(environ)
