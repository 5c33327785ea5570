"""The simulated bank's signature (NĐ 45/2020 Đ13). The one place of this folder that knows `signing`."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from signing import Level, Look, seal_pdf
from signing.test_pki import Pki


class BankSeal:
    """Signs as the holder "bank" of the demonstration PKI, which the hub trusts when it runs beside simulators."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self._folder = folder
        self._now = now
        self._lock = asyncio.Lock()
        self._pki: Pki | None = None

    async def sign(self, pdf: bytes) -> bytes:
        """The PDF with the bank's time-stamped signature, unseen on the page."""
        async with self._lock:
            if self._pki is None:  # making the keys takes seconds, the first time
                self._pki = await asyncio.to_thread(Pki.load_or_create, self._folder, self._now())
        look = Look(reason="Chứng từ thanh toán")
        return await seal_pdf(
            pdf, self._pki.key("bank"), look, tsa=self._pki.tsa(self._now), level=Level.B_T, at=self._now()
        )
