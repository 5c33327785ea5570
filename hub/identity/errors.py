"""What identity refuses, and what to do about it.

WrongCredentials     401  login or password is wrong (the two are not told apart)
TooManyAttempts      429  wait until the time given
Busy                 503  too many log-ins at this moment
AlreadyRegistered    409  the number or the login is taken
NoSuchAccount        404
NoMandate            403  no recorded authority to act for this person
"""

from datetime import datetime

from hub.kernel.clock import VN
from hub.kernel.errors import Away, Conflict, Forbidden, NotFound, TooMany, Unauthenticated


class WrongCredentials(Unauthenticated):
    """The attempt is counted although the log-in is refused."""

    commits = True

    def __init__(self) -> None:
        super().__init__(
            "identity.wrong-credentials",
            "Tên đăng nhập hoặc mật khẩu không đúng. Hãy kiểm tra lại, kể cả phím Caps Lock và bộ gõ tiếng Việt.",
            "The login or the password is wrong. Check them again, Caps Lock and keyboard layout included.",
            field="login",
        )


class TooManyAttempts(TooMany):
    """Locked for a while; the right password does not help until then."""

    def __init__(self, until: datetime) -> None:
        at = until.astimezone(VN)
        super().__init__(
            "identity.too-many-attempts",
            f"Đăng nhập sai quá nhiều lần. Hãy thử lại sau {at:%H:%M:%S} ngày {at:%d/%m/%Y}.",
            f"Too many failed log-ins. Try again after {at:%H:%M:%S} on {at:%d/%m/%Y}.",
            field="login",
            data={"until": until.isoformat()},
        )


class Busy(Away):
    """Password checks are costly on purpose; beyond a bound we say so at once."""

    def __init__(self) -> None:
        super().__init__(
            "identity.busy",
            "Đang có quá nhiều người đăng nhập cùng lúc. Hãy thử lại sau ít giây.",
            "Too many people are logging in at this moment. Try again in a few seconds.",
        )


class AlreadyRegistered(Conflict):
    """One person, one account."""

    def __init__(self, field: str) -> None:
        what_vi, what_en = {
            "id_number": ("Số định danh cá nhân", "personal number"),
            "login": ("Tên đăng nhập", "login"),
        }[field]
        super().__init__(
            "identity.already-registered",
            f"{what_vi} này đã có tài khoản. Hãy đăng nhập; nếu quên mật khẩu hoặc không phải bạn đã đăng ký, "
            "hãy liên hệ bộ phận hỗ trợ.",
            f"This {what_en} already has an account. Log in; if you did not register it, contact the help desk.",
            field=field,
        )


class NoSuchAccount(NotFound):
    """Not there, or not yours to see."""

    def __init__(self) -> None:
        super().__init__(
            "identity.no-such-account",
            "Không tìm thấy tài khoản này.",
            "There is no such account.",
        )


class NoSuchUnit(NotFound):
    """No unit or agency of this id or code."""

    def __init__(self, which: str) -> None:
        super().__init__(
            "identity.no-such-unit",
            f"Không tìm thấy cơ quan, đơn vị «{which}».",
            f"There is no agency or unit '{which}'.",
            data={"which": which},
        )


class NoMandate(Forbidden):
    """Acting for another person needs recorded authority (ACC-04)."""

    def __init__(self) -> None:
        super().__init__(
            "identity.no-mandate",
            "Chưa ghi nhận việc bạn được ủy quyền thay người này. Hãy mang giấy ủy quyền đến bộ phận một cửa.",
            "No authority to act for this person is on record. Bring the mandate to the one-stop counter.",
        )
