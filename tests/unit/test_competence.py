"""Which seal a signature was made with (RES-01). Pure."""

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from hub.result.judging import belongs
from hub.result.model import Seal
from signing import Role, SignatureReport
from signing.report import ChainLink

AT = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)  # already the 24th in Vietnam
LINK = ChainLink(subject="Sở Xây dựng", sha256="ab" * 32, valid_from=AT, valid_until=AT)
SIGNATURE = SignatureReport(
    name="1", role=Role.AGENCY, signer="Sở Xây dựng", organisation="UBND tỉnh", issuer="CA cơ quan Nhà nước",
    best_time=AT, chain=(LINK,),
)  # fmt: skip
PINNED = Seal(unit_code="H01.18", certificate_sha256="ab" * 32, valid_from=date(2026, 11, 24))
NAMED = Seal(
    unit_code="H01.18", subject="Sở Xây dựng", issuer="CA cơ quan Nhà nước", valid_from=date(2026, 1, 1),
    valid_until=date(2026, 11, 24),
)  # fmt: skip


@pytest.mark.parametrize("seal", [PINNED, NAMED, replace(NAMED, subject="", organisation="UBND tỉnh")])
def test_by_the_certificate_or_by_holder_and_issuer_on_the_days_on_which_it_counts(seal: Seal) -> None:
    assert belongs(SIGNATURE, seal)


@pytest.mark.parametrize(
    "seal",
    [
        replace(PINNED, certificate_sha256="cd" * 32),
        replace(PINNED, certificate_sha256="cd" * 32, subject="Sở Xây dựng", issuer="CA cơ quan Nhà nước"),
        replace(PINNED, valid_from=date(2026, 11, 25)),
        replace(NAMED, valid_until=date(2026, 11, 23)),
        replace(NAMED, issuer="CA công cộng"),
        replace(NAMED, issuer=""),
        replace(NAMED, subject=""),
        replace(NAMED, organisation="UBND tỉnh khác"),
    ],
)
def test_another_certificate_another_issuer_another_day_or_no_name_is_none(seal: Seal) -> None:
    assert not belongs(SIGNATURE, seal)


def test_a_signature_without_time_or_without_a_path_belongs_to_nobody() -> None:
    assert not belongs(replace(SIGNATURE, best_time=None), PINNED)
    assert not belongs(replace(SIGNATURE, chain=()), NAMED)
