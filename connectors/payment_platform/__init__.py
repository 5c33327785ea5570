"""National payment platform (Nền tảng thanh toán trực tuyến), PaymentPlatform 1.0.6."""

from connectors.payment_platform.connector import CONNECTOR

__all__ = ["CONNECTOR"]
