"""What can go wrong between a publisher and a queue, the same words over both buses."""


class BusError(Exception):
    """The message is not safe; the caller keeps it and publishes it again."""


class Unroutable(BusError):
    """No queue of this name (rabbit), or nobody who takes from it (memory)."""


class NotConfirmed(BusError):
    """The broker refused, did not answer in time, or the connection was lost before it answered."""


class BusClosed(BusError):
    """This bus was closed; nothing more goes out on it."""
