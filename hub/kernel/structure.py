"""What is wrong with the structure of what was sent, in two languages: the decoder's own words are English only."""

import re
from collections.abc import Callable, Sequence

import msgspec


class Fault(msgspec.Struct, frozen=True):
    """`field`: the path of the value, or of the one that is missing."""

    field: str
    vi: str
    en: str


_TYPES: dict[str, tuple[str, str]] = {
    "str": ("chữ", "text"),
    "int": ("số nguyên", "a whole number"),
    "float": ("số", "a number"),
    "decimal": ("số", "a number"),
    "bool": ("true hoặc false", "true or false"),
    "null": ("null", "null"),
    "object": ("một đối tượng", "an object"),
    "array": ("một danh sách", "a list"),
    "uuid": ("mã UUID", "a UUID"),
    "datetime": ("ngày giờ ISO 8601", "an ISO 8601 time"),
    "date": ("ngày YYYY-MM-DD", "a date YYYY-MM-DD"),
    "bytes": ("base64", "base64"),
}

Words = Callable[[Sequence[str]], tuple[str, str]]


def _expected(found: Sequence[str]) -> tuple[str, str]:
    wanted, got = _kinds(found[0]), _kinds(found[1])
    return f"cần là {wanted[0]}, nhưng nhận được {got[0]}", f"{wanted[1]} is expected, but {got[1]} came"


def _bounded(found: Sequence[str]) -> tuple[str, str]:
    kind = _kinds(found[0])
    return f"cần là {kind[0]} {found[1]}", f"{kind[1]} {found[1]} is expected"


def _long(found: Sequence[str]) -> tuple[str, str]:
    return f"độ dài phải {found[0]}", f"its length must be {found[0]}"


def _plain(vi: str, en: str) -> Words:
    return lambda found: (vi.format(*found), en.format(*found))


_MISSING = re.compile(r"Object missing required field `(.+)`|Missing required \w+ parameter '(.+?)'")
_RULES: tuple[tuple[re.Pattern[str], Words], ...] = (
    (re.compile(r"Expected `(.+)`, got `(.+)`"), _expected),
    (re.compile(r"Expected `.+` of length (.+)"), _long),
    (re.compile(r"Expected `(.+)` ([<>]=? .+)"), _bounded),
    (re.compile(r"Invalid enum value '?(.*?)'?"), _plain("không nhận giá trị «{0}»", "the value '{0}' is not taken")),
    (re.compile(r"Invalid UUID"), _plain("cần là mã UUID", "a UUID is expected")),
    (re.compile(r"Invalid RFC3339 .+"), _plain("cần là ngày giờ ISO 8601", "an ISO 8601 time is expected")),
    (re.compile(r"Invalid base64 .+"), _plain("cần là base64", "base64 is expected")),
    (re.compile(r"Expected `.+` matching regex '(.+)'"), _plain("sai định dạng {0}", "it does not match {0}")),
)
_EMPTY = ("thân yêu cầu đang trống", "the body is empty")
_OTHER = ("không đúng với mô tả API", "it does not fit the API's description")


def fault(field: str, why: str) -> Fault:
    """`field`: where it was seen; `why`: the decoder's sentence."""
    if missing := _MISSING.match(why):
        name = missing[1] or missing[2]
        at = f"{field}.{name}" if field not in ("", "data", name) else name
        return Fault(at, f"thiếu mục «{name}»", f"'{name}' is missing")
    if why == "'data'":
        return Fault("body", *_EMPTY)
    at = "body" if field in ("", "data") else field
    for pattern, words in _RULES:
        if found := pattern.fullmatch(why):
            vi, en = words(found.groups())
            return Fault(at, f"mục «{at}»: {vi}", f"'{at}': {en}")
    return Fault(at, f"mục «{at}»: {_OTHER[0]}", f"'{at}': {_OTHER[1]}")


def _kinds(names: str) -> tuple[str, str]:
    """`str | null` in both languages."""
    pairs = [_TYPES.get(name, (name, name)) for name in names.split(" | ")]
    return " hoặc ".join(vi for vi, _ in pairs), " or ".join(en for _, en in pairs)
