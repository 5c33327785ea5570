"""A JSON body, read or refused: what is wrong with it is said, and where."""

import re
from typing import Any

from litestar import Request
from litestar.datastructures import Headers
from litestar.exceptions import SerializationException

from hub.kernel.errors import Unreadable, WrongKind

_JSON = re.compile(r"application/(?:[\w.+-]+\+)?json", re.IGNORECASE)
_AT_BYTE = re.compile(r"\(byte (\d+)\)")


class ApiRequest(Request[Any, Any, Any]):
    """Litestar's, but its `json` raises Problems."""

    async def json(self) -> Any:
        """The decoded body; raises WrongKind (415), Unreadable (400)."""
        _expect_json(self.headers)
        try:
            return await super().json()
        except UnicodeDecodeError:
            raise _not_utf8() from None
        except RecursionError:
            raise _too_deep() from None
        except SerializationException as broken:
            raise _malformed(str(broken.__cause__)) from None


def _expect_json(headers: Headers) -> None:
    """Whoever names no content type means JSON."""
    coding = headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity":
        raise WrongKind(
            "http.content-encoding",
            f"Không nhận nội dung nén kiểu «{coding[:40]}». Hãy gửi nội dung không nén.",
            f"Content coded as '{coding[:40]}' is not taken. Send it uncompressed.",
            field="Content-Encoding",
        )
    kind = headers.get("content-type", "").partition(";")[0].strip()
    if kind and not _JSON.fullmatch(kind):
        raise WrongKind(
            "http.content-type",
            f"Không nhận nội dung kiểu «{kind[:80]}». Hãy gửi JSON với Content-Type: application/json.",
            f"Content of type '{kind[:80]}' is not taken. Send JSON with Content-Type: application/json.",
            field="Content-Type",
        )


def _malformed(why: str) -> Unreadable:
    at = _AT_BYTE.search(why)
    where_vi = f" tại byte {at[1]}" if at else ", có thể bị cắt cụt"
    where_en = f" at byte {at[1]}" if at else "; it may have been cut off"
    return Unreadable(
        "http.malformed-json",
        f"Nội dung gửi lên không phải JSON đúng{where_vi}. Chưa có gì được ghi; hãy sửa rồi gửi lại.",
        f"What was sent is not well-formed JSON{where_en}. Nothing was stored; correct it and send it again.",
        field="body",
    )


def _not_utf8() -> Unreadable:
    return Unreadable(
        "http.not-utf8",
        "Nội dung gửi lên không phải UTF-8. Chưa có gì được ghi; hãy mã hóa lại bằng UTF-8 rồi gửi lại.",
        "What was sent is not UTF-8. Nothing was stored; encode it as UTF-8 and send it again.",
        field="body",
    )


def _too_deep() -> Unreadable:
    return Unreadable(
        "http.json-too-deep",
        "JSON gửi lên lồng quá nhiều tầng nên không đọc. Chưa có gì được ghi; hãy gửi đúng cấu trúc trong mô tả API.",
        "The JSON is nested too deeply to be read. Nothing was stored; send the structure that the API describes.",
        field="body",
    )
