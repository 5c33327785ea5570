"""What a simulated partner remembers: its effects, its own records, its fault switches. SQLite, so a kill -9 loses
nothing that was answered."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

DUPLICATE = "duplicate"

SCHEMA = """
create table if not exists effect (
    n integer primary key autoincrement, kind text not null, key text not null, dossier text not null,
    at text not null, detail text not null);
create table if not exists record (
    kind text not null, key text not null, value text not null, primary key (kind, key));
create table if not exists fault (
    name text primary key, "on" integer not null, times integer, seconds real not null);
"""


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the partner did once. A repeat that it recognised has kind `duplicate`."""

    n: int
    kind: str
    key: str
    dossier: str
    at: datetime
    detail: dict[str, Any]


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """A switch: on for the next `times` calls, or until switched off (`times` None). `seconds` for slow ones."""

    on: bool = False
    times: int | None = None
    seconds: float = 5.0


class FaultChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{"times": 3}` | `{"on": true}` | `{"on": false}`, each with `seconds` if wanted."""

    on: bool | None = None
    times: int | None = None
    seconds: float = 5.0


class Book:
    """One file, one process, one event loop. Each call is its own commit, unless it is within `together()`."""

    def __init__(self, path: Path, *, faults: Sequence[str]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.fault_names = tuple(faults)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = normal")
        self._db.executescript(SCHEMA)
        self._together = False

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Everything inside is committed at once or not at all. Do not await inside."""
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    def effect(self, kind: str, key: str, dossier: str, at: datetime, detail: dict[str, Any] | None = None) -> int:
        """Write down something that the partner has now done; its number."""
        row = self._db.execute(
            "insert into effect (kind, key, dossier, at, detail) values (?, ?, ?, ?, ?) returning n",
            (kind, key, dossier, at.isoformat(), _json(detail or {})),
        ).fetchone()
        return int(row[0])

    def duplicate(self, key: str, dossier: str, at: datetime, detail: dict[str, Any] | None = None) -> int:
        """Write down a repeat that the partner recognised and did not do again."""
        return self.effect(DUPLICATE, key, dossier, at, detail)

    def effects(self, *, everything: bool = False) -> list[Effect]:
        """Oldest first; repeats only with `everything`."""
        rows = self._db.execute(
            "select n, kind, key, dossier, at, detail from effect where ? or kind <> ? order by n",
            (everything, DUPLICATE),
        ).fetchall()
        return [
            Effect(
                n=n,
                kind=kind,
                key=key,
                dossier=dossier,
                at=datetime.fromisoformat(at),
                detail=msgspec.json.decode(text),
            )
            for n, kind, key, dossier, at, text in rows
        ]

    def put(self, kind: str, key: str, value: Any) -> None:
        """Keep a record of the partner's own, in place of an older one of the same kind and key."""
        self._db.execute(
            "insert into record (kind, key, value) values (?, ?, ?) "
            "on conflict (kind, key) do update set value = excluded.value",
            (kind, key, _json(value)),
        )

    def get(self, kind: str, key: str, shape: type[T]) -> T | None:
        row = self._db.execute("select value from record where kind = ? and key = ?", (kind, key)).fetchone()
        return None if row is None else msgspec.json.decode(row[0], type=shape)

    def drop(self, kind: str, key: str) -> None:
        self._db.execute("delete from record where kind = ? and key = ?", (kind, key))

    def every(self, kind: str, shape: type[T]) -> dict[str, T]:
        """All records of a kind, in the order in which their keys first came."""
        rows = self._db.execute("select key, value from record where kind = ? order by rowid", (kind,)).fetchall()
        return {key: msgspec.json.decode(value, type=shape) for key, value in rows}

    def next_number(self, name: str) -> int:
        """A counter of the partner's: 1, 2, 3 …"""
        row = self._db.execute(
            "insert into record (kind, key, value) values ('counter', ?, '1') "
            "on conflict (kind, key) do update set value = value + 1 returning value",
            (name,),
        ).fetchone()
        return int(row[0])

    def faults(self) -> dict[str, Fault]:
        found = {name: Fault() for name in self.fault_names}
        for name, on, times, seconds in self._db.execute('select name, "on", times, seconds from fault'):
            if name in found:
                found[name] = Fault(on=bool(on), times=times, seconds=seconds)
        return found

    def switch(self, name: str, change: FaultChange) -> None:
        """Turn a fault on or off. An unknown name is an error, so that a test never waits for a fault that is none."""
        if name not in self.fault_names:
            raise KeyError(name)
        on = change.on if change.on is not None else bool(change.times)
        self._db.execute(
            'insert into fault (name, "on", times, seconds) values (?, ?, ?, ?) on conflict (name) do update '
            'set "on" = excluded."on", times = excluded.times, seconds = excluded.seconds',
            (name, on, change.times if on else None, change.seconds),
        )

    def strikes(self, name: str) -> Fault | None:
        """Does this fault strike now? Uses up one of its times."""
        fault = self.faults()[name]
        if not fault.on:
            return None
        if fault.times is not None:
            left = fault.times - 1
            self.switch(name, FaultChange(on=left > 0, times=left, seconds=fault.seconds))
        return fault


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
