"""Errors that a person, a vendor or an operator can meet: what happened, why, what to do, in two languages.

Problem (RFC 9457)
├── Unreadable 400  what was sent cannot be read at all
├── TooLarge   413  over the limit
├── WrongKind  415  a content type or coding that is not taken
├── Invalid    422  what was sent cannot be taken; `field` says where
├── NotFound   404  not there, or not yours: the two are not told apart
├── Forbidden  403  you may not do this
├── Conflict   409  it has changed, or cannot be done in this state
└── Away       503  a part that we need does not answer; nothing was lost
"""

from typing import Any, ClassVar


class Problem(Exception):
    """`code` is stable and becomes the problem type `urn:mot-cua:<code>`."""

    status: ClassVar[int] = 400
    commits: ClassVar[bool] = False  # True: the transaction keeps what was written (a counted attempt, a refusal)

    def __init__(self, code: str, vi: str, en: str, *, field: str = "", data: dict[str, Any] | None = None) -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.vi = vi
        self.en = en
        self.field = field
        self.data = data or {}


class Unreadable(Problem):
    """What was sent cannot be read at all."""

    status = 400


class TooLarge(Problem):
    """What was sent is over the limit."""

    status = 413


class WrongKind(Problem):
    """A content type or coding that is not taken."""

    status = 415


class Invalid(Problem):
    """What was sent cannot be taken."""

    status = 422


class NotFound(Problem):
    """Not there, or not yours."""

    status = 404


class Forbidden(Problem):
    """You may not do this."""

    status = 403


class Unauthenticated(Problem):
    """Log in first."""

    status = 401


class TooMany(Problem):
    """Too many attempts."""

    status = 429


class Conflict(Problem):
    """It has changed meanwhile, or cannot be done in this state."""

    status = 409


class Away(Problem):
    """A part that we need does not answer."""

    status = 503
