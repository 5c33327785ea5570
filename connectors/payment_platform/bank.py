"""The payer's bank in the simulator: what it takes for its service, its page, and the voucher that it signs."""

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any

import msgspec
import typst

from connectors.payment_platform.mapping import VN


class Bank(msgspec.Struct, frozen=True):
    """`fee` is the bank's own, on top of the amount and never part of it (PAY-06)."""

    name: str
    fee: int


BANKS: Mapping[str, Bank] = {
    "DEMOBANK": Bank("Ngân hàng Mẫu", 0),
    "DEMOVI": Bank("Ví điện tử Mẫu", 1_100),
}


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One payment as the platform holds it. `state`: new, paid, cancelled. `ipn`: none, owed, dropped, confirmed."""

    reference: str
    dossier: str
    amount: int
    init: dict[str, Any]
    state: str = "new"
    bank: str = "DEMOBANK"
    transaction: str = ""
    settled_at: datetime | None = None
    ipn: str = "none"


TEMPLATE = """
#let d = json(bytes(sys.inputs.data))
#set document(title: "Chứng từ thanh toán " + d.transaction, author: d.bank)
#set page(paper: "a5", margin: 16mm)
#set text(lang: "vi", size: 9.5pt)
#text(weight: "bold")[#d.bank]
#align(center)[
  #text(13pt, weight: "bold")[CHỨNG TỪ THANH TOÁN]
  #linebreak()
  #text(style: "italic")[Phí, lệ phí giải quyết thủ tục hành chính]
]
#table(
  columns: (5cm, 1fr), stroke: 0.4pt,
  ..d.rows.map(row => (row.at(0), row.at(1))).flatten()
)
#table(
  columns: (1fr, 3.2cm), align: (left, right), stroke: 0.4pt,
  table.header([*Khoản nộp*], [*Số tiền (đồng)*]),
  ..d.items.map(item => (item.at(0), item.at(1))).flatten(),
  [*Tổng số tiền nộp*], [*#d.amount*],
  [Phí dịch vụ thanh toán (ngân hàng thu riêng)], d.fee,
)
Chứng từ được ký số bởi tổ chức cung ứng dịch vụ thanh toán.
"""


def voucher(order: Order) -> bytes:
    """The voucher as an unsigned PDF; the bank's fee stands apart from what is owed."""
    receipt = order.init["ThongTinBienLai"]
    bank = BANKS[order.bank]
    at = order.settled_at.astimezone(VN) if order.settled_at else None
    data = {
        "bank": bank.name,
        "transaction": order.transaction,
        "rows": [
            ["Mã giao dịch", order.transaction],
            ["Mã tham chiếu", order.reference],
            ["Thời gian giao dịch", f"{at:%H:%M:%S %d/%m/%Y}" if at else ""],
            ["Mã hồ sơ", order.dossier],
            ["Thủ tục", f"{receipt['MaTTHC']} – {receipt['TenTTHC']}"],
            ["Người nộp tiền", f"{receipt['HoTenNguoiNop']}, {receipt['DiaChiNguoiNop']}"],
            ["Số định danh", receipt["SoCMNDNguoiNop"]],
            ["Đơn vị thụ hưởng", f"{receipt['TenTKThuHuong']} ({receipt['TKThuHuong']}, {receipt['MaNHThuHuong']})"],
        ],
        "items": [[item["NoiDung"], money(int(item["SoTien"]))] for item in receipt["DSKhoanNop"]],
        "amount": money(order.amount),
        "fee": money(bank.fee),
    }
    text = msgspec.json.encode(data).decode()
    return bytes(typst.compile(TEMPLATE.encode(), sys_inputs={"data": text}, ignore_system_fonts=True))


def money(amount: int) -> str:
    """10000 → 10.000"""
    return f"{amount:,}".replace(",", ".")


def page(order: Order, address: str, back: str) -> str:
    """Where the payer decides. Works without scripts."""
    receipt = order.init["ThongTinBienLai"]
    rows = "".join(
        f"<tr><th scope='row'>{escape(name)}</th><td>{escape(value)}</td></tr>"
        for name, value in (
            ("Đơn vị thụ hưởng", receipt["TenTKThuHuong"]),
            ("Nội dung", receipt["NoiDungThanhToan"]),
            ("Mã hồ sơ", order.dossier),
            ("Mã tham chiếu", order.reference),
            ("Số tiền", f"{money(order.amount)} đồng"),
        )
    )
    return _html(f"<h1>Thanh toán trực tuyến</h1><table>{rows}</table>{_choice(order, address, back)}")


def notice(text: str) -> str:
    """A page that only says something."""
    return _html(f"<h1>{escape(text)}</h1>")


def _choice(order: Order, address: str, back: str) -> str:
    if order.state != "new":
        said = "Đã thanh toán" if order.state == "paid" else "Đã hủy"
        return f"<p><strong>{said}.</strong></p><p><a href='{escape(back)}'>Quay về cổng dịch vụ công</a></p>"
    banks = "".join(
        f"<label><input type='radio' name='bank' value='{code}'{' checked' if code == order.bank else ''}> "
        f"{escape(bank.name)} – phí dịch vụ thanh toán {money(bank.fee)} đồng</label><br>"
        for code, bank in BANKS.items()
    )
    return (
        f"<form method='post' action='{escape(address)}'><fieldset><legend>Trả từ</legend>{banks}</fieldset>"
        "<p>Phí dịch vụ thanh toán do ngân hàng thu riêng, không nằm trong số tiền trên.</p>"
        "<button name='action' value='pay'>Thanh toán</button> "
        "<button name='action' value='cancel'>Hủy</button></form>"
    )


def _html(content: str) -> str:
    return (
        "<!doctype html><html lang='vi'><head><meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
        "<title>Thanh toán – ngân hàng mô phỏng</title><style>body{font:1.1rem/1.5 sans-serif;max-width:40rem;"
        "margin:2rem auto;padding:0 1rem}th{text-align:left;padding-right:1rem}button{font:inherit;padding:.5rem 1.5rem}"
        "</style></head><body><p>Ngân hàng mô phỏng, không có tiền thật.</p>"
        f"{content}</body></html>"
    )
