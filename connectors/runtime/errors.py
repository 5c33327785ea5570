"""Errors that mean actions. A handler raises exactly one of these three; anything else is a defect and is retried.

PartnerError
├── Retryable       try again later; `partner_down=True` opens the circuit, `after` honours Retry-After (seconds)
├── Rejected        the partner will never take this; park it and tell an officer
└── Misconfigured   our settings or credentials are wrong; stop the connector and raise the alarm
"""


class PartnerError(Exception):
    """What happened with the partner. `code` is stable; `words` is what the partner said, verbatim."""

    def __init__(self, code: str, vi: str, en: str, *, words: str = "") -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.vi = vi
        self.en = en
        self.words = words[:2000]


class Retryable(PartnerError):
    """Try again later."""

    def __init__(
        self, code: str, vi: str, en: str, *, words: str = "", after: float | None = None, partner_down: bool = False
    ) -> None:
        super().__init__(code, vi, en, words=words)
        self.after = after
        self.partner_down = partner_down


class Rejected(PartnerError):
    """The partner will never take this."""


class Misconfigured(PartnerError):
    """Our settings or credentials are wrong."""
