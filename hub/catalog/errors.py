"""What can go wrong with the catalogue."""

from hub.kernel.errors import Conflict, Invalid, NotFound


class LocalDataError(ValueError):
    """A file of forms, routes or workflows cannot be used; the text names the file and the reason."""


def unknown_procedure(code: str, version: int | None) -> NotFound:
    """No such procedure, or it never had this version."""
    which = f" phiên bản {version}" if version else ""
    return NotFound(
        "catalog.unknown-procedure",
        f"Không có thủ tục mã {code}{which} trong danh mục. Hãy tìm thủ tục theo tên.",
        f"There is no procedure {code}{f' version {version}' if version else ''}. Search for it by name.",
        field="procedure_code",
        data={"code": code},
    )


def empty_list() -> Conflict:
    """The national list came back empty: that is the sender's fault, not the end of all procedures."""
    return Conflict(
        "catalog.list-empty",
        "Danh sách thủ tục nhận về trống nên không áp dụng. Kiểm tra kết nối với Cổng Dịch vụ công quốc gia.",
        "The received list of procedures is empty and was not applied. Check the connection to the national portal.",
    )


def longer_than_statutory(code: str, ours: str, statutory: str) -> Invalid:
    """PRO-15."""
    return Invalid(
        "catalog.limit-too-long",
        f"Thủ tục {code}: thời hạn của tỉnh ({ours}) dài hơn thời hạn công bố ({statutory}). Sửa tệp trong catalog/forms.",
        f"Procedure {code}: the province's limit ({ours}) is longer than the published one ({statutory}).",
        data={"code": code},
    )
