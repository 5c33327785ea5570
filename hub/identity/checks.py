"""What a registration must look like (FACTS §12). Pure; every refusal says what is wrong and what is right."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date

import msgspec

from hub.identity.model import Registration
from hub.kernel.errors import Invalid
from hub.kernel.text import nfc

_PHONE = re.compile(r"0(?:[35789]\d{8}|2\d{9})")
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,63}")
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")
_OLDEST = 120


def name(text: str) -> str:
    """NFC, single spaces; letters of any script, no digits."""
    clean = " ".join(nfc(text).split())
    letters = sum(unicodedata.category(c)[0] == "L" for c in clean)
    allowed = all(unicodedata.category(c)[0] in "LM" or c in " '’.-" for c in clean)
    if letters < 2 or not allowed or len(clean) > 100:
        raise Invalid(
            "identity.name",
            "Hãy nhập họ và tên như trên căn cước: chỉ gồm chữ cái và khoảng trắng, từ 2 đến 100 ký tự.",
            "Enter the full name as on the identity card: letters and spaces only, 2 to 100 characters.",
            field="name",
        )
    return clean


def id_number(text: str, today: date) -> str:
    """12 digits: 3 birthplace, 1 century and sex, 2 year, 6 random; the birth year must be possible."""
    clean = re.sub(r"[\s.]", "", text)
    if not re.fullmatch(r"\d{12}", clean, re.ASCII):
        raise Invalid(
            "identity.id-number.format",
            "Số định danh cá nhân (số căn cước) gồm đúng 12 chữ số. Số CMND 9 số không dùng được ở đây.",
            "The personal number has exactly 12 digits. The old 9-digit card number cannot be used here.",
            field="id_number",
        )
    born = birth_year(clean)
    if clean[:3] == "000" or not today.year - _OLDEST <= born <= today.year:
        raise Invalid(
            "identity.id-number.implausible",
            f"Số định danh này không thể đúng (năm sinh {born}). Hãy đối chiếu lại với thẻ căn cước.",
            f"This personal number cannot be right (birth year {born}). Compare it with the identity card.",
            field="id_number",
        )
    return clean


def birth_year(number: str) -> int:
    """Century digit 0/1 = 1900s, 2/3 = 2000s, 4/5 = 2100s, …"""
    return 1900 + 100 * (int(number[3]) // 2) + int(number[4:6])


def phone(text: str) -> str:
    """Mobile or landline, stored as 0…"""
    clean = re.sub(r"[\s.()-]", "", text)
    if clean.startswith("+84"):
        clean = "0" + clean[3:]
    if not _PHONE.fullmatch(clean) or not clean.isascii():
        raise Invalid(
            "identity.phone",
            "Số điện thoại không đúng. Ví dụ đúng: 0912345678 hoặc +84912345678.",
            "This is not a Vietnamese phone number. Right, for example: 0912345678 or +84912345678.",
            field="phone",
        )
    return clean


def email(text: str) -> str:
    """Optional; the part after @ in lower case."""
    clean = nfc(text).strip()
    if not clean:
        return ""
    local, _, domain = clean.rpartition("@")
    clean = f"{local}@{domain.lower()}"
    if len(clean) > 254 or not _EMAIL.fullmatch(clean):
        raise Invalid(
            "identity.email",
            "Địa chỉ thư điện tử không đúng. Ví dụ đúng: ten@vidu.vn. Có thể để trống.",
            "This is not an e-mail address. Right, for example: name@example.vn. It may be left empty.",
            field="email",
        )
    return clean


def login(text: str, id_number: str) -> str:
    """Lower case; empty means the personal number. Another person's number is no login."""
    clean = nfc(text).strip().lower()
    if not clean or clean == id_number:
        return id_number
    if not _LOGIN.fullmatch(clean) or re.fullmatch(r"\d+", clean):
        raise Invalid(
            "identity.login",
            "Tên đăng nhập gồm 3 đến 40 ký tự: chữ cái không dấu, chữ số, dấu chấm, gạch nối; phải có chữ cái.",
            "The login has 3 to 40 characters: plain letters, digits, dots, hyphens; at least one letter.",
            field="login",
        )
    return clean


def password(text: str, *others: str) -> str:
    """10 to 128 characters, not one of the person's own data, not one character repeated."""
    clean = nfc(text)
    own = {nfc(other).lower() for other in others if other}
    if not 10 <= len(clean) <= 128 or len(set(clean)) < 4 or clean.lower() in own:
        raise Invalid(
            "identity.password",
            "Mật khẩu từ 10 đến 128 ký tự, không trùng số định danh, tên đăng nhập, số điện thoại "
            "và không lặp lại một vài ký tự.",
            "The password has 10 to 128 characters and is neither your own data nor a few repeated characters.",
            field="password",
        )
    return clean


def declared(answer: bool) -> bool:
    """ACC-08."""
    if not answer:
        raise Invalid(
            "identity.not-declared",
            "Hãy xác nhận thông tin khai là đúng và bạn chịu trách nhiệm về thông tin, mật khẩu, kho dữ liệu của mình.",
            "Confirm that what you state is correct and that you answer for it, for your password and your vault.",
            field="declared",
        )
    return answer


def registration(given: Registration, today: date) -> tuple[Registration, tuple[Invalid, ...]]:
    """The cleaned registration and everything that is wrong with it, in the order of the page."""
    wrong: list[Invalid] = []
    clean: dict[str, object] = {"address": " ".join(nfc(given.address).split())[:300]}
    checks: tuple[tuple[str, Callable[[], object]], ...] = (
        ("name", lambda: name(given.name)),
        ("id_number", lambda: id_number(given.id_number, today)),
        ("phone", lambda: phone(given.phone)),
        ("email", lambda: email(given.email)),
        ("login", lambda: login(given.login, re.sub(r"[\s.]", "", given.id_number))),
        ("password", lambda: password(given.password, given.id_number, given.login, given.phone, given.email)),
        ("declared", lambda: declared(given.declared)),
    )
    for field, check in checks:
        try:
            clean[field] = check()
        except Invalid as problem:
            wrong.append(problem)
    return msgspec.structs.replace(given, **clean), tuple(wrong)
