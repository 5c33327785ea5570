"""HTTP edges: RFC 9457 problem details for every error, one shape, two languages, a stable type."""

from collections.abc import Callable
from typing import Any

import asyncpg
import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from hub.kernel.errors import Problem
from hub.kernel.ids import uuid7

log = structlog.get_logger(__name__)
UNSTORABLE = (asyncpg.CharacterNotInRepertoireError, asyncpg.UntranslatableCharacterError)
"""PostgreSQL keeps every character but U+0000."""
MEDIA_TYPE = "application/problem+json"
AnyRequest = Request[Any, Any, Any]
Handler = Callable[[AnyRequest, Any], Response[Any]]


class ProblemDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457. `detail` is Vietnamese, `detail_en` English; `field` is a path into what was sent."""

    type: str
    title: str
    status: int
    detail: str
    detail_en: str
    instance: str = ""
    field: str = ""
    data: dict[str, Any] = {}


_TITLES = {
    400: "Yêu cầu không đọc được / Bad request",
    401: "Cần đăng nhập / Log in",
    403: "Không có quyền / Not allowed",
    404: "Không tìm thấy / Not found",
    405: "Không hỗ trợ thao tác này / Method not allowed",
    409: "Không thực hiện được lúc này / Conflict",
    413: "Quá lớn / Too large",
    415: "Không hỗ trợ kiểu nội dung này / Unsupported media type",
    422: "Nội dung chưa đúng / Invalid content",
    429: "Quá nhiều lần thử / Too many requests",
    503: "Tạm thời không phục vụ / Temporarily unavailable",
}
_WORDS = {
    400: ("Không đọc được nội dung gửi lên; hãy kiểm tra cú pháp.", "What was sent cannot be read; check its syntax."),
    403: ("Yêu cầu này không được phép. Hãy tải lại trang rồi làm lại.", "Not permitted. Reload the page and repeat."),
    404: ("Không có địa chỉ này.", "There is nothing at this address."),
    405: ("Địa chỉ này không nhận thao tác đó.", "This address does not take that method."),
    413: ("Nội dung gửi lên vượt giới hạn.", "What was sent is over the limit."),
    415: ("Không nhận kiểu nội dung này.", "This content type is not taken."),
    429: ("Bạn thao tác quá nhanh; hãy đợi một phút.", "Too many requests; wait a minute."),
}


def details(request: AnyRequest, error: Exception) -> ProblemDetails:
    """What to tell about an error; an unexpected one is logged under its instance and told without its inside."""
    if isinstance(error, Problem):
        return ProblemDetails(
            type=f"urn:mot-cua:{error.code}",
            title=_TITLES.get(error.status, ""),
            status=error.status,
            detail=error.vi,
            detail_en=error.en,
            field=error.field,
            data=error.data,
        )
    if isinstance(error, ValidationException):
        return _unreadable(error)
    if isinstance(error, UNSTORABLE):
        return _unstorable()
    if isinstance(error, HTTPException):
        vi, en = _WORDS.get(error.status_code, (str(error.detail), str(error.detail)))
        return ProblemDetails(
            type=f"urn:mot-cua:http.{error.status_code}",
            title=_TITLES.get(error.status_code, ""),
            status=error.status_code,
            detail=vi,
            detail_en=en,
        )
    return _defect(request, error)


def _unstorable() -> ProblemDetails:
    return ProblemDetails(
        type="urn:mot-cua:http.unstorable-character",
        title=_TITLES[422],
        status=422,
        detail="Nội dung gửi lên có ký tự không lưu được (ký tự rỗng U+0000). Hãy xóa ký tự đó rồi gửi lại.",
        detail_en="What was sent has a character that cannot be stored (the null character U+0000). Remove it and resend.",
    )


def _unreadable(error: ValidationException) -> ProblemDetails:
    extra = error.extra if isinstance(error.extra, list) else []
    first = extra[0] if extra and isinstance(extra[0], dict) else {}
    why = str(first.get("message", error.detail))[:300]
    return ProblemDetails(
        type="urn:mot-cua:http.invalid",
        title=_TITLES[422],
        status=422,
        detail=f"Nội dung gửi lên chưa đúng cấu trúc: {why}",
        detail_en=f"What was sent does not have the right structure: {why}",
        field=str(first.get("key", "")),
    )


def _defect(request: AnyRequest, error: Exception) -> ProblemDetails:
    instance = f"urn:uuid:{uuid7()}"
    log.error("http.defect", path=request.url.path, instance=instance, exc_info=error)
    return ProblemDetails(
        type="urn:mot-cua:hub.defect",
        title="Trục trặc phía hệ thống / Our fault",
        status=500,
        detail="Thao tác chưa hoàn tất do trục trặc phía hệ thống. Những gì đã lưu trước đó vẫn còn. "
        "Vui lòng thử lại; nếu vẫn gặp, báo mã sự cố này cho bộ phận hỗ trợ.",
        detail_en="The action was not completed because of a fault on our side. What was saved before is kept. "
        "Please try again; if it persists, give this incident id to the help desk.",
        instance=instance,
    )


def render(request: AnyRequest, error: Exception) -> Response[Any]:
    """As problem details."""
    body = details(request, error)
    return Response(msgspec.json.encode(body), status_code=body.status, media_type=MEDIA_TYPE)
