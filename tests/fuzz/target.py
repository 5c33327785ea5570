"""The one question of every fuzzer: does this file get a verdict, in every form of the report, within the limit?"""

import signal
from collections.abc import Callable
from types import FrameType

from signing import Policy, TrustStore, verify
from signing.report_xml import etsi_xml
from tests.unit.signing.makers import NOW

SECONDS = 5.0
"""What `signing.bounded` gives a file in its own process."""


class TooLong(BaseException):
    """Not an Exception: nothing that reads hostile files may swallow it."""


def target(trust: TrustStore) -> Callable[[bytes], None]:
    """Raises what escapes from `verify` or from its reports, or TooLong. Only in the main thread."""

    def ask(data: bytes) -> None:
        before = signal.signal(signal.SIGVTALRM, _stop)
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
        try:
            report = verify(data, trust=trust, at=NOW, policy=Policy.OWN if len(data) % 2 else Policy.INCOMING)
            report.to_json()
            etsi_xml(report)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, before)

    return ask


def _stop(_: int, __: FrameType | None) -> None:
    raise TooLong
