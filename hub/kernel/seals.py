"""What a person is told when a key or the time-stamp authority cannot seal now: nothing was lost, and it can be repeated."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from hub.kernel.errors import Away
from signing import KeyUnavailable, TimestampError
from signing.errors import Lapsed

log = structlog.get_logger(__name__)


class NotNow(Away):
    """Key or authority is away, not the hub."""


@contextmanager
def answering() -> Iterator[None]:
    """Around whatever seals with the keys of the house. Raises NotNow; the technical words go to the log."""
    try:
        yield
    except TimestampError as away:
        log.warning("seals.no-timestamp", why=str(away))
        raise NotNow(
            "seals.no-timestamp",
            "Dịch vụ cấp dấu thời gian tạm thời không dùng được nên chưa ký số được. Dữ liệu đã có vẫn còn; "
            "hãy làm lại sau ít phút.",
            "The time-stamp authority cannot be used now, so nothing was sealed. What was there is kept; "
            "try again in a few minutes.",
        ) from away
    except Lapsed as lapsed:
        log.warning("seals.certificate-lapsed", why=str(lapsed))
        raise NotNow(
            "seals.certificate-lapsed",
            "Chứng thư số của cơ quan không còn hiệu lực nên chưa ký số được. Dữ liệu đã có vẫn còn; "
            "hãy báo quản trị hệ thống thay chứng thư.",
            "The agency's certificate is not valid, so nothing was sealed. What was there is kept; "
            "ask the system's operator to replace it.",
        ) from lapsed
    except KeyUnavailable as away:
        log.warning("seals.key-away", why=str(away))
        raise NotNow(
            "seals.key-away",
            "Thiết bị giữ khóa ký của cơ quan tạm thời không dùng được nên chưa ký số được. Dữ liệu đã có vẫn còn; "
            "hãy làm lại sau ít phút.",
            "The device that holds the agency's key cannot be used now, so nothing was sealed. What was there is kept; "
            "try again in a few minutes.",
        ) from away
