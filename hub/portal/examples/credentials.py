"""An officer's certificates: what is in use, what is asked, what is to choose from."""

from datetime import UTC, datetime
from uuid import UUID

from msgspec.structs import replace

from hub.kernel.errors import Invalid
from hub.portal.builders.credentials import ask_form, choice_form, list_page
from hub.portal.speech import Speech
from hub.portal.views.credentials import ChoicePage, CredentialsPage
from hub.portal.views.form import FormPage
from hub.sealing import Account, Choice, Credential, Service

_NOW = datetime(2026, 11, 23, 2, 12, tzinfo=UTC)
_ME = UUID(int=2)
_IN_USE = Credential(
    id=UUID(int=1),
    officer_id=_ME,
    agency_code="H01.03",
    holder="Lê Thị Lãnh Đạo",
    service=Service.SMARTCA,
    account="089185000123",
    active=True,
    added_at=_NOW,
    added_by="Lê Thị Lãnh Đạo",
    key="1f2e3d4c5b6a79880f1e2d3c4b5a69788796a5b4",
    subject="Lê Thị Lãnh Đạo",
    issuer="VNPT Certification Authority",
    serial="1f2e3d4c5b6a79880f1e2d3c4b5a69788796a5b4",
    valid_from=datetime(2025, 3, 1, tzinfo=UTC),
    valid_until=datetime(2028, 2, 29, tzinfo=UTC),
)

_ACCOUNT = Account(service=Service.SMARTCA, name="089185000123")
_NEW = Choice(
    key=_IN_USE.key,
    subject=_IN_USE.subject,
    issuer=_IN_USE.issuer,
    serial=_IN_USE.serial,
    valid_from=datetime(2025, 3, 1, tzinfo=UTC),
    valid_until=datetime(2028, 2, 29, tzinfo=UTC),
)
_OLD = replace(
    _NEW,
    key="old",
    serial="0a1b2c3d4e5f60718293a4b5c6d7e8f901234567",
    valid_until=datetime(2025, 3, 1, tzinfo=UTC),
    why=Invalid(
        "sealing.certificate-lapsed",
        "Chứng thư không còn hiệu lực (hạn đến 01/03/2025). Hãy gia hạn tại nhà cung cấp hoặc chọn chứng thư khác.",
        "The certificate is not valid (until 01/03/2025). Renew it with its provider or choose another.",
    ),
)


def listed() -> CredentialsPage:
    """One is good, one ends soon, one was entered by an operator."""
    soon = replace(_IN_USE, id=UUID(int=3), service=Service.NEAC, provider="VNPT-CA",
                   valid_until=datetime(2026, 12, 8, tzinfo=UTC))  # fmt: skip
    unread = replace(_IN_USE, id=UUID(int=4), service=Service.CSC1, account="lanhdao", key="", subject="", issuer="",
                     serial="", valid_from=None, valid_until=None)  # fmt: skip
    return list_page((_IN_USE, soon, unread), tuple(Service), _NOW, Speech("vi"))


def nothing() -> CredentialsPage:
    """Nothing entered."""
    return list_page((), tuple(Service), _NOW, Speech("vi"))


def away() -> FormPage:
    """The service does not answer."""
    wrong = {"service": "Dịch vụ ký số tạm thời không trả lời nên chưa lưu gì. Hãy làm lại sau ít phút."}
    return ask_form(tuple(Service), Speech("vi"), {"service": "neac", "account": "089185000123"}, wrong)


def choosing() -> ChoicePage:
    """One to choose, one that has ended."""
    return choice_form((_NEW, _OLD), _ACCOUNT, "", Speech("vi"))


def nothing_to_choose() -> ChoicePage:
    """Another person's."""
    other = replace(
        _NEW,
        subject="Nguyễn Văn Minh",
        why=Invalid(
            "sealing.certificate-not-yours",
            "Chứng thư này cấp cho Nguyễn Văn Minh, không phải cho bạn. Mỗi người chỉ khai chứng thư của mình; văn thư "
            "khai dấu của cơ quan.",
            "This certificate was issued to Nguyễn Văn Minh, not to you.",
        ),
    )
    return choice_form((other, _OLD), _ACCOUNT, "", Speech("vi"))
