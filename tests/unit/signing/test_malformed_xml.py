"""XML that cannot be parsed is told in the words of a person, with line and column (RES-05, NFR: two languages)."""

import re

import pytest

from signing import Indication, SubIndication, TrustStore
from signing.sentences import WHY
from tests.unit.signing.makers import judged

DEEP = b"<a>" * 300 + b"</a>" * 300
FILES: dict[str, tuple[bytes, str]] = {
    "cut off in a text": (b"<a>\n<b>x</b>", "xml-cut-off"),
    "cut off in a tag": (b"<a", "xml-cut-off"),
    "cut off in an attribute": (b'<a b="1', "xml-cut-off"),
    "cut off in a comment": (b"<a><!-- x", "xml-cut-off"),
    "cut off in a section": (b"<a><![CDATA[x</a>", "xml-cut-off"),
    "two roots": (b"<a/><b/>", "xml-after-end"),
    "crossed": (b"<a>\n<b></a></b>", "xml-tags"),
    "ampersand": (b"<a>a & b</a>", "xml-markup"),
    "name": (b"<1a/>", "xml-markup"),
    "less-than": (b'<a b="<"/>', "xml-markup"),
    "control character": (b"<a>\n\n\x01</a>", "xml-characters"),
    "zero": (b"<a>&#0;</a>", "xml-characters"),
    "not UTF-8": (b"<a>\xff\xfe</a>", "xml-encoding"),
    "encoding": (b'<?xml version="1.0" encoding="nope"?><a/>', "xml-encoding"),
    "entity": (b"<a>&foo;</a>", "xml-entity"),
    "quotes": (b"<a b=1/>", "xml-attribute"),
    "no value": (b"<a b/>", "xml-attribute"),
    "twice": (b'<a b="1" b="2"/>', "xml-attribute"),
    "twice by namespace": (b'<a xmlns:p="u" xmlns:q="u" p:x="1" q:x="2"/>', "xml-attribute"),
    "prefix": (b"<x:a/>", "xml-namespace"),
    "late declaration": (b"<a><?xml version='1.0'?></a>", "xml-declaration"),
    "deep": (DEEP, "xml-too-large"),
    "something else": (b"<!DOCTYPE x [<!ENTITY a", "xml-malformed"),
    "doctype": (b"<!DOCTYPE x><x/>", "xml-doctype"),
}


def pattern(template: str) -> re.Pattern[str]:
    known = re.escape(template).replace(r"\{line\}", r"[1-9]\d*").replace(r"\{column\}", r"[1-9]\d*")
    return re.compile(known)


@pytest.mark.parametrize(("data", "kind"), FILES.values(), ids=FILES)
def test_each_kind_has_its_words(trust: TrustStore, data: bytes, kind: str) -> None:
    report = judged(data, trust)
    assert report.indication is Indication.TOTAL_FAILED
    assert report.sub_indication is SubIndication.FORMAT_FAILURE
    for template, sentence in zip(WHY[kind], (report.sentence_vi, report.sentence_en), strict=True):
        assert pattern(template).search(sentence), sentence


def test_the_place_is_where_an_editor_shows_it(trust: TrustStore) -> None:
    report = judged(b"<a>\n<b></a></b>", trust)
    assert "dòng 2, cột 8" in report.sentence_vi
    assert "line 2, column 8" in report.sentence_en


def test_nothing_of_the_file_stands_in_the_sentence(trust: TrustStore) -> None:
    report = judged(b"<hostile>&call-0900;</hostile>", trust)
    assert "hostile" not in report.sentence_vi + report.sentence_en
    assert "0900" not in report.sentence_vi + report.sentence_en
