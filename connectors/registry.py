"""Which connectors there are. A folder that is not in this tuple does not run."""

from collections.abc import Mapping
from importlib import import_module

from connectors.runtime.ports import Connector

NAMES: tuple[str, ...] = ("national_portal", "payment_platform", "vnpost", "vbdlis", "mail")


class UnknownConnector(LookupError):
    """No connector of this name; the text lists those that exist."""

    def __init__(self, name: str) -> None:
        known = ", ".join(NAMES) or "—"
        super().__init__(f"không có kết nối / no connector {name!r}; hiện có / there are: {known}")


def connector(name: str) -> Connector:
    """The manifest of one connector. Its folder is imported only now: a process carries only what it runs."""
    if name not in NAMES:
        raise UnknownConnector(name)
    found = import_module(f"connectors.{name}").CONNECTOR
    if not isinstance(found, Connector) or found.name != name:
        raise TypeError(f"connectors.{name}.CONNECTOR must be a Connector of that name")
    return found


def connectors() -> Mapping[str, Connector]:
    """All of them, by name, in the order of NAMES."""
    return {name: connector(name) for name in NAMES}
