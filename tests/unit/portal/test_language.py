"""Both catalogues say everything, and nothing that no page asks for."""

import re
from pathlib import Path

import pytest

import hub.portal
from hub.portal.examples import PAGES
from hub.portal.language import LANGUAGES, MissingTextError, catalogue, text
from hub.portal.speech import Speech
from tests.browser.pages import portal, rendered

FOLDER = Path(hub.portal.__file__).parent
SOURCES = [*FOLDER.glob("templates/**/*.html"), *FOLDER.glob("**/*.py")]


def test_both_languages_have_the_same_texts() -> None:
    vi, en = catalogue("vi"), catalogue("en")
    assert {key for key in en if not key.endswith(".one")} == set(vi)
    assert {key for key in en if key.endswith(".one") and key.replace(".one", ".other") not in en} == set()


def test_both_languages_fill_in_the_same_values() -> None:
    vi, en = catalogue("vi"), catalogue("en")
    differing = [key for key in vi if set(re.findall(r"{(\w+)}", vi[key])) != set(re.findall(r"{(\w+)}", en[key]))]
    assert differing == []


def test_every_named_text_exists() -> None:
    named = set()
    for source in SOURCES:
        content = source.read_text(encoding="utf-8")
        named |= set(re.findall(r'\bt(?:\.html)?\(\s*"([a-z0-9_]+\.[a-z0-9_.]+)"[,)]', content))
        named |= {f"{key}.other" for key in re.findall(r'\bt\.count\(\s*"([a-z0-9_.]+)"', content)}
    assert named - set(catalogue("vi")) == set()
    assert len(named) > 200


def test_no_text_is_left_over() -> None:
    """A key is used whole, or its first part is built into one: `t(f"status.{n}")`."""
    everything = "\n".join(source.read_text(encoding="utf-8") for source in SOURCES)
    unused = [
        key for key in catalogue("vi") if key.removesuffix(".other") not in everything and not _built(key, everything)
    ]
    assert unused == []


def _built(key: str, everything: str) -> bool:
    parts = re.split(r"([._])", key)
    starts = ["".join(parts[:n]) for n in range(2, len(parts), 2)]
    return any(f'"{start}{{' in everything or f'"{start}" ~' in everything for start in starts)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_page_renders_in_both_languages(name: str, language: str) -> None:
    page = rendered(portal(), PAGES[name], language)  # type: ignore[arg-type]
    assert f'<html lang="{language}">' in page
    assert "<h1" in page


def test_rules_of_speech() -> None:
    """No exclamation marks, no «lỗi hệ thống», no blame (DESIGN.md)."""
    for key, said in catalogue("vi").items():
        assert "!" not in said, key
        assert "lỗi" not in said.lower(), key


def test_a_missing_text_is_told() -> None:
    with pytest.raises(MissingTextError):
        text("vi", "nowhere.nothing")


def test_values_are_escaped_in_marked_texts() -> None:
    said = Speech("vi").html("next.pay", amount="<script>")
    assert "<script>" not in said
