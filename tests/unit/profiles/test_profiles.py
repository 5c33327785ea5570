"""Province profiles: what differs is data (REQUIREMENTS, rows marked CFG)."""

from datetime import date

import pytest

from hub import profiles
from hub.profiles import ProfileError

TODAY = date(2026, 11, 23)
AN_GIANG = profiles.load("an_giang")


@pytest.mark.parametrize("name", profiles.available())
def test_every_file_is_sound(name):
    profile = profiles.load(name)
    assert profile.key == name
    assert profile.at(TODAY).contact.domain.endswith(".gov.vn")
    assert profile.at(TODAY).deadlines.acceptance.amount == 8


def test_terms_are_those_in_force_on_the_day():
    assert AN_GIANG.at(date(2025, 6, 30)).forms.set == "Thông tư 01/2018/TT-VPCP"
    assert AN_GIANG.at(date(2025, 7, 1)).forms.set == "Thông tư 03/2025/TT-VPCP"
    assert AN_GIANG.at(date(2020, 1, 1)).since == date(2023, 1, 30)


def test_later_terms_keep_what_they_do_not_change():
    before, after = AN_GIANG.terms
    assert (before.names, before.hours) == (after.names, after.hours)
    assert (before.codes.province, after.codes.province) == ("89", "91")


def test_dos_13_the_half_day_ended_with_the_regulation_of_2016():
    quang_ngai = profiles.load("quang_ngai")
    assert quang_ngai.at(date(2018, 5, 1)).deadlines.hand_over.amount == 0.5
    assert quang_ngai.at(date(2021, 1, 10)).deadlines.hand_over is None


def test_dos_10_only_quang_ngai_controls_supplements():
    controlled = {name: profiles.load(name).at(TODAY).intake.supplements_controlled for name in profiles.available()}
    assert controlled == {"an_giang": False, "binh_dinh": False, "quang_ngai": True}


def test_dos_02_codes_are_made_by_pattern_and_read_generously():
    codes = AN_GIANG.at(TODAY).codes
    assert codes.dossier_code("H01.12", TODAY, 47) == "H01.12-261123-0047"
    assert codes.is_dossier_code("G09.20-20260609-0092637")
    assert not codes.is_dossier_code("H01.12/261123/47")


def test_units_of_an_giang_stand_under_the_committee():
    units = {u.code: u for u in AN_GIANG.at(TODAY).units}
    assert units["H01.03.01"].parent == "H01.03"
    assert all(u.parent in units for u in units.values() if u.kind != "committee")
    assert AN_GIANG.at(TODAY).unit("H01.03").verified
    assert AN_GIANG.at(TODAY).unit("H99") is None


def test_an_unknown_province_names_those_that_exist():
    with pytest.raises(ProfileError, match=r"hue\.toml: .*an_giang, binh_dinh"):
        profiles.load("hue")


GOOD = (profiles._FOLDER / "an_giang.toml").read_text(encoding="utf-8")
NATIONAL = (profiles._FOLDER / "national.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("was", "becomes", "reason"),
    [
        ('monday = ["07:00-11:30", "13:30-17:00"]', 'monday = ["07:00 to 11:30"]', r"hours"),
        ('key = "an_giang"', 'key = "an_giang"\nmistake = 1', r"unknown field `mistake`"),
        ("since = 2025-07-01", "since = 2020-07-01", r"in order"),
        ('agency = "H01"', 'agency = "An Giang"', r"codes\.agency"),
        ('issued_at = "submission"', 'issued_at = "whenever"', r"issued_at"),
        ('key = "an_giang"', "key = ", r"not TOML"),
        ("since = 2025-07-01", 'since = 2025-07-01\nwithout = ["deadlines.hand_over"]', r"deadlines\.hand_over"),
    ],
)
def test_a_bad_file_says_what_is_wrong_and_where(was, becomes, reason):
    with pytest.raises(ProfileError, match=reason):
        profiles.read(GOOD.replace(was, becomes, 1), name="an_giang", national=NATIONAL)


def test_the_process_has_one_active_province():
    try:
        assert profiles.activate("quang_ngai").key == "quang_ngai"
        assert profiles.terms_on(TODAY).names.province == "Quảng Ngãi"
    finally:
        profiles.activate("an_giang")
    assert profiles.active().key == "an_giang"
