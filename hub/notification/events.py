"""Facts of telling."""

from hub.kernel.events import Fact


class MailWanted(Fact, frozen=True, kw_only=True):
    """A person with an address is to be told by e-mail too."""

    key: str
    to: str
    subject: str
    text: str
