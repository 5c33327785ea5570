"""HTTP edges: RFC 9457 problem details for every error, one shape, two languages, a stable type."""

from collections.abc import Callable
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, MethodNotAllowedException, ValidationException

from hub.kernel import structure
from hub.kernel.errors import Problem
from hub.kernel.ids import uuid7

log = structlog.get_logger(__name__)
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
    400: (
        "Không đọc được nội dung gửi lên nên chưa có gì được ghi. Hãy mở lại trang rồi gửi lại.",
        "What was sent cannot be read, so nothing was stored. Open the page again and resend.",
    ),
    403: ("Yêu cầu này không được phép. Hãy tải lại trang rồi làm lại.", "Not permitted. Reload the page and repeat."),
    404: ("Không có địa chỉ này.", "There is nothing at this address."),
    405: ("Địa chỉ này không nhận thao tác đó.", "This address does not take that method."),
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
    if isinstance(error, MethodNotAllowedException):
        return _wrong_method(error)
    if isinstance(error, HTTPException) and error.status_code == 413:
        return _too_large(request)
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


def _unreadable(error: ValidationException) -> ProblemDetails:
    extra = error.extra if isinstance(error.extra, list) else []
    first = extra[0] if extra and isinstance(extra[0], dict) else {}
    fault = structure.fault(str(first.get("key", "")), str(first.get("message", error.detail)))
    return ProblemDetails(
        type="urn:mot-cua:http.invalid",
        title=_TITLES[422],
        status=422,
        detail=f"Nội dung gửi lên chưa đúng cấu trúc: {fault.vi}. Chưa có gì được ghi.",
        detail_en=f"What was sent does not have the right structure: {fault.en}. Nothing was stored.",
        field=fault.field,
    )


def _wrong_method(error: MethodNotAllowedException) -> ProblemDetails:
    allowed = (error.headers or {}).get("allow", "").split(", ")
    taken = ", ".join(sorted(method for method in allowed if method != "OPTIONS"))
    return ProblemDetails(
        type="urn:mot-cua:http.405",
        title=_TITLES[405],
        status=405,
        detail=f"Địa chỉ này không nhận thao tác đó. Thao tác được nhận: {taken}.",
        detail_en=f"This address does not take that method. Taken are: {taken}.",
        field="method",
    )


def _too_large(request: AnyRequest) -> ProblemDetails:
    """Refused before it was read: the address says how much it takes."""
    most = request.route_handler.resolve_request_max_body_size() or 0
    shown = f"{most / 1048576:.1f}"
    return ProblemDetails(
        type="urn:mot-cua:http.413",
        title=_TITLES[413],
        status=413,
        detail=f"Nội dung gửi lên vượt giới hạn {shown} MB của địa chỉ này. Chưa có gì được ghi; hãy chia nhỏ hoặc "
        "quét lại tệp ở 200–300 dpi.",
        detail_en=f"What was sent is over this address's limit of {shown} MB. Nothing was stored; split it or scan the "
        "file again at 200–300 dpi.",
        field="body",
        data={"limit": most},
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
    """As problem details, with the headers that the status asks for."""
    body = details(request, error)
    headers = error.headers if isinstance(error, HTTPException) else None
    return Response(msgspec.json.encode(body), status_code=body.status, media_type=MEDIA_TYPE, headers=headers or {})
