"""When something did not work: what happened to the person's data, and what to do."""

import msgspec


class ErrorPage(msgspec.Struct, frozen=True, kw_only=True):
    """`code` lets the help desk find the incident."""

    title: str
    text: str
    button: str
    href: str = "/"
    help: str = ""
    code: str = ""
