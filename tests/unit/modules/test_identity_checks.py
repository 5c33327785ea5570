"""What a registration must look like (ACC-01, ACC-08, FACTS §12)."""

import unicodedata
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub import identity
from hub.identity import checks
from hub.kernel.errors import Invalid

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("089190000001", "089190000001"),
        ("001 304 012 345", "001304012345"),
        ("079.226.000001", "079226000001"),
    ],
)
def test_a_personal_number_is_kept_as_twelve_digits(typed: str, kept: str) -> None:
    assert checks.id_number(typed, TODAY) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("12345678", "identity.id-number.format"),
        ("123456789", "identity.id-number.format"),
        ("08919000000a", "identity.id-number.format"),
        ("٠٨٩١٩٠٠٠٠٠٠١", "identity.id-number.format"),
        ("000190000001", "identity.id-number.implausible"),
        ("089227000001", "identity.id-number.implausible"),
        ("089405000001", "identity.id-number.implausible"),
        ("089005000001", "identity.id-number.implausible"),
    ],
)
def test_an_impossible_personal_number_is_refused_with_its_reason(typed: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        checks.id_number(typed, TODAY)
    assert (refused.value.code, refused.value.field) == (code, "id_number")


@given(st.integers(0, 999_999_999_999))
def test_every_accepted_number_belongs_to_a_living_age(number: int) -> None:
    try:
        kept = checks.id_number(f"{number:012d}", TODAY)
    except Invalid:
        return
    assert 0 <= TODAY.year - checks.birth_year(kept) <= 120


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0912345678", "0912345678"),
        ("+84 912 345 678", "0912345678"),
        ("0296.3852.345", "02963852345"),
    ],
)
def test_a_phone_number_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert checks.phone(typed) == kept


@pytest.mark.parametrize("typed", ["", "12345", "0112345678", "09123456789", "+1 555 0100", "091234567x"])
def test_what_is_no_vietnamese_phone_number_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match=r"identity\.phone"):
        checks.phone(typed)


def test_a_name_is_kept_composed_with_single_spaces() -> None:
    decomposed = unicodedata.normalize("NFD", "  Nguyễn   Thị Đào ")
    assert checks.name(decomposed) == "Nguyễn Thị Đào"


@pytest.mark.parametrize("typed", ["", "A", "Nguyễn 2", "<b>Nguyễn</b>", "x" * 101])
def test_what_is_no_name_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match=r"identity\.name"):
        checks.name(typed)


@pytest.mark.parametrize("typed", ["", "ten@vidu.vn", "a.b+c@x-y.gov.vn"])
def test_an_email_may_be_empty(typed: str) -> None:
    assert checks.email(typed) == typed


@pytest.mark.parametrize("typed", ["ten@", "ten vidu.vn", "a@b", "a@@b.vn", 'a"b@c.vn', "a@-b.vn"])
def test_what_is_no_email_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match=r"identity\.email"):
        checks.email(typed)


def test_another_persons_number_cannot_become_a_login() -> None:
    with pytest.raises(Invalid, match=r"identity\.login"):
        checks.login("089190000002", "089190000001")
    assert checks.login("", "089190000001") == "089190000001"
    assert checks.login(" Dao.Nguyen ", "089190000001") == "dao.nguyen"


@pytest.mark.parametrize("typed", ["ngan", "1" * 12, "089190000001", "abababab" * 20])
def test_a_weak_password_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match=r"identity\.password"):
        checks.password(typed, "089190000001")


def test_a_page_is_told_everything_that_is_wrong_at_once() -> None:
    wrong = identity.problems_of(
        identity.Registration(name="", id_number="1", phone="x", email="@", login="!", password=""), NOW
    )
    assert [w.field for w in wrong] == ["name", "id_number", "phone", "email", "login", "password", "declared"]
    assert all(w.vi and w.en for w in wrong)


@given(st.text(), st.text(), st.text(), st.text(), st.text(), st.text())
def test_any_typing_is_an_answer_and_never_a_crash(a: str, b: str, c: str, d: str, e: str, f: str) -> None:
    identity.problems_of(identity.Registration(name=a, id_number=b, phone=c, email=d, login=e, password=f), NOW)
