"""Remote signing services, each an adapter to the same port (`RemoteKey`); HTTP comes in as a function."""

from signing.remote.csc import CscKey
from signing.remote.neac import NeacGateway
from signing.remote.port import FileStates, MemoryStates, Send, States
from signing.remote.smartca import SmartCaKey

__all__ = ["CscKey", "FileStates", "MemoryStates", "NeacGateway", "Send", "SmartCaKey", "States"]
