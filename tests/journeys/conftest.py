"""Journeys log what went wrong, not each message."""

from hub.commands.output import configure_logging

configure_logging("warning")
