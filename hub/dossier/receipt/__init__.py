"""The receipt (giấy tiếp nhận hồ sơ và hẹn trả kết quả): only the system makes it, with QR and a seal (DOS-04)."""

from hub.dossier.receipt.receipt import Paper, ReceiptData, receipt_pictures, receiver_place, render_receipt

__all__ = ["Paper", "ReceiptData", "receipt_pictures", "receiver_place", "render_receipt"]
