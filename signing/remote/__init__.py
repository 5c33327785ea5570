"""Remote signing services, each an adapter to the same port (`RemoteKey`); HTTP comes in as a function."""

from signing.remote.csc import CscKey
from signing.remote.neac import NeacFiles
from signing.remote.port import Answered, FileStates, MemoryStates, Offered, Send, States, UnknownAccount
from signing.remote.smartca import SmartCaKey

__all__ = [
    "Answered",
    "CscKey",
    "FileStates",
    "MemoryStates",
    "NeacFiles",
    "Offered",
    "Send",
    "SmartCaKey",
    "States",
    "UnknownAccount",
]
