"""What people are told: the portal's inbox and e-mail."""

from hub.notification.events import MailWanted, Told
from hub.notification.model import Notice
from hub.notification.service import inbox_of, mark_read, tell, unread

__all__ = ["MailWanted", "Notice", "Told", "inbox_of", "mark_read", "tell", "unread"]
