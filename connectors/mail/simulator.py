"""The mail server's twin: a real SMTP server, and a mailbox to read what it took."""

import re
from html import escape
from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get
from litestar.handlers import BaseRouteHandler

from connectors.mail.client import DESK, Listening
from connectors.mail.settings import Settings
from connectors.mail.smtp_server import Mail, SmtpServer, open_book
from connectors.runtime.ports import SimulatorContext
from connectors.runtime.simulation import Twin

_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;)]")


class MailServer:
    """SMTP on a loopback port beside the ASGI desk; both read one book."""

    def __init__(self, settings: Settings, context: SimulatorContext) -> None:
        self._book = open_book(context)
        self._smtp = SmtpServer(settings, context)
        self._twin = Twin(self._book, title="Máy chủ thư", base_url=context.base_url, wire=self._wire())

    @property
    def app(self) -> Any:
        return self._twin.app

    async def close(self) -> None:
        self._smtp.close()
        await self._twin.close()

    def _wire(self) -> list[BaseRouteHandler]:
        @get(DESK, sync_to_thread=False)
        def listening() -> Listening:
            return Listening(host=self._smtp.host, port=self._smtp.port)

        @get("/_sim/mails", sync_to_thread=False)
        def mails(request: Request[Any, Any, Any]) -> list[dict[str, str]]:
            return [_told(mail) for mail in self._mails(request.query_params.get("to", ""))]

        @get("/", sync_to_thread=False)
        def mailbox(request: Request[Any, Any, Any]) -> Response[str]:
            found = self._mails(request.query_params.get("to", ""))
            return Response(_page(found), media_type=MediaType.HTML)

        return [listening, mails, mailbox]

    def _mails(self, to: str) -> list[Mail]:
        """Newest first; of one receiver, if named."""
        found = [mail for mail in self._book.every("mail", Mail).values() if to in ("", mail.to)]
        return found[::-1]


def build(settings: Settings, context: SimulatorContext) -> MailServer:
    """The twin of the manifest."""
    return MailServer(settings, context)


def _told(mail: Mail) -> dict[str, str]:
    return {name: value for name, value in msgspec.structs.asdict(mail).items() if name != "raw"}


def _page(mails: list[Mail]) -> str:
    letters = "".join(
        f"<article><h2>{escape(mail.subject)}</h2><p>Gửi đến <strong>{escape(mail.to)}</strong>, từ {escape(mail.sender)}</p>"
        f"<pre>{_with_links(mail.text)}</pre></article><hr>"
        for mail in mails
    )
    return (
        "<!doctype html><html lang='vi'><head><meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
        "<title>Hộp thư mô phỏng</title><style>body{font:1rem/1.5 sans-serif;max-width:50rem;margin:2rem auto;"
        "padding:0 1rem}pre{white-space:pre-wrap;font:inherit}</style></head><body><h1>Hộp thư mô phỏng</h1>"
        f"<p>Thư mà cổng dịch vụ công đã gửi, mới nhất trước.</p>{letters or '<p>Chưa có thư nào.</p>'}</body></html>"
    )


def _with_links(text: str) -> str:
    parts, end = [], 0
    for link in _LINK.finditer(text):
        parts += [escape(text[end : link.start()]), f"<a href='{escape(link[0])}'>{escape(link[0])}</a>"]
        end = link.end()
    return "".join([*parts, escape(text[end:])])
