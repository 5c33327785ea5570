"""E-mail to people, by SMTP."""

from connectors.mail.connector import CONNECTOR

__all__ = ["CONNECTOR"]
