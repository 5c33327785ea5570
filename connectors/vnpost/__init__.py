"""The post (VNPost) through NGSP/MITC: orders, cancelling, tracking."""

from connectors.vnpost.connector import CONNECTOR

__all__ = ["CONNECTOR"]
