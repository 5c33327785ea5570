"""Vietnamese in the headers of an e-mail (RFC 2047)."""

from email.header import Header
from email.headerregistry import AddressHeader
from email.policy import EmailPolicy
from typing import Any


class HeaderPolicy(EmailPolicy):
    """Subjects and senders' names encoded as a whole.

    EmailPolicy encodes what has to be word by word, and where a line ends between two of them the space is lost
    (cpython gh-92081): one long Vietnamese subject in four, in Python 3.11.
    """

    def fold(self, name: str, value: Any) -> str:
        """The header's lines, with the end of the last one."""
        if isinstance(value, AddressHeader) and not str(value).isascii():
            (sender,) = value.addresses
            return (
                f"{name}: {self._encoded(name, sender.display_name)}{self.linesep} <{sender.addr_spec}>{self.linesep}"
            )
        if name.lower() == "subject":
            return f"{name}: {self._encoded(name, str(value))}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The same on the wire: seven bits."""
        return self.fold(name, value).encode("ascii")

    def _encoded(self, name: str, words: str) -> str:
        return Header(words, maxlinelen=self.max_line_length, header_name=name).encode(linesep=self.linesep)
