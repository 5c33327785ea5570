"""Addresses of files for partners: theirs alone, for a while (OPS-07)."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest

from hub.kernel.links import LIFE, Links

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
ENTRY = uuid4()


def links(now: datetime = NOW, key: bytes = b"k") -> Links:
    return Links("https://hub.test", key, lambda: now, {"vbdlis": "Hệ thống thông tin đất đai"})


def parts(address: str) -> tuple[UUID, str, int, str]:
    url = urlsplit(address)
    asked = {name: values[0] for name, values in parse_qs(url.query).items()}
    return UUID(url.path.rpartition("/")[2]), asked["cho"], int(asked["han"]), asked["ky"]


def test_an_address_opens_one_file_for_one_partner_until_it_lapses() -> None:
    entry, reader, until, signature = parts(links().given_to("vbdlis").address(ENTRY))
    assert (entry, links().title(reader)) == (ENTRY, "Hệ thống thông tin đất đai")
    assert links().holds(entry, reader, until, signature)
    assert not links().holds(uuid4(), reader, until, signature)
    assert not links().holds(entry, "national_portal", until, signature)
    assert not links().holds(entry, reader, until + 1, signature)
    assert not links(key=b"another").holds(entry, reader, until, signature)
    assert not links(NOW + LIFE + timedelta(seconds=1)).holds(entry, reader, until, signature)


@pytest.mark.parametrize("until", [-1, 0, 1 << 62])
def test_a_moment_that_is_no_moment_opens_nothing(until: int) -> None:
    assert not links().holds(ENTRY, "vbdlis", until, "ố")
