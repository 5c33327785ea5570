"""The national public service portal (Cổng Dịch vụ công quốc gia)."""

from connectors.national_portal.connector import CONNECTOR

__all__ = ["CONNECTOR"]
