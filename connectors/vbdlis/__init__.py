"""VBDLIS: the land registry's sector system."""

from connectors.vbdlis.connector import CONNECTOR

__all__ = ["CONNECTOR"]
