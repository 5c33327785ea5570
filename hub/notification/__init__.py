"""What people are told: once, in the portal's inbox and by e-mail."""

from hub.notification.events import MailWanted
from hub.notification.model import Message
from hub.notification.service import inbox, read, tell, unread

__all__ = ["MailWanted", "Message", "inbox", "read", "tell", "unread"]
