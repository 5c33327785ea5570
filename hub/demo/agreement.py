"""Whether every partner holds what the hub holds: nothing lost, nothing twice, nothing out of order (INT-10)."""

from collections import Counter
from typing import Any

import msgspec

from hub.demo.people import Person
from hub.demo.world import World


class Tally(msgspec.Struct, kw_only=True):
    """Counts over all dossiers compared; `notes` says where, at most 50 lines."""

    dossiers: int = 0
    lost: int = 0
    duplicated: int = 0
    out_of_order: int = 0
    notes: list[str] = []

    @property
    def clean(self) -> bool:
        """Parity holds."""
        return self.lost == self.duplicated == self.out_of_order == 0

    def note(self, kind: str, text: str) -> None:
        """One more of a kind."""
        setattr(self, kind, getattr(self, kind) + 1)
        if len(self.notes) < 50:
            self.notes.append(f"{kind}: {text}")


async def compare(world: World, stories: list[dict[str, Any]]) -> Tally:
    """`stories`: the hub's own (GET /api/v1/dossiers/<id>) of dossiers that have ended."""
    tally = Tally(dossiers=len(stories))
    codes = {story["dossier"]["code"] for story in stories}
    everything = {name: await world.effects(name) for name in world.desks}
    _keys(everything, tally)
    effects = {name: [e for e in rows if e["dossier"] in codes] for name, rows in everything.items()}
    for story in stories:
        await national(world, story, tally)
        _once(effects, story["dossier"]["code"], tally)
    return tally


async def national(world: World, story: dict[str, Any], tally: Tally) -> None:
    """Each log row from acceptance on is one step there, in our order; the status is ours."""
    code = story["dossier"]["code"]
    answer = await world.desks["national_portal"].get(f"/_sim/dossiers/{code}")
    if not answer.is_success:
        tally.note("lost", f"{code}: cổng quốc gia không có")
        return
    held = answer.json()
    ours = [(str(row["target"]), row["cause"]) for row in story["log"] if row["trigger"] != "submit"]
    theirs = [(step["TrangThai"], step["NoiDungXuLy"]) for step in held["steps"]]
    missing, extra = Counter(ours) - Counter(theirs), Counter(theirs) - Counter(ours)
    for step in missing.elements():
        tally.note("lost", f"{code}: thiếu bước {step}")
    for step in extra.elements():
        tally.note("duplicated", f"{code}: thừa bước {step}")
    if not missing and not extra and ours != theirs:
        tally.note("out_of_order", f"{code}: {theirs}")
    if held["record"]["TrangThaiHoSo"] != str(story["dossier"]["status"]):
        tally.note("lost", f"{code}: cổng quốc gia còn giữ {held['record']['TrangThaiHoSo']}")


_EXPECTED: dict[str, tuple[str, ...]] = {
    "vbdlis": ("received", "supplemented", "returned"),
    "payment_platform": ("payment-opened", "paid", "voucher-issued"),
    "vnpost": ("parcel-ordered",),
}
"""Kinds of effect that one whole journey leaves exactly once at a partner."""


_KEYED = {
    "payment_platform": ("payment-opened", "paid", "voucher-issued"),
    "vnpost": ("parcel-ordered",),
    "vbdlis": ("received", "returned"),
    "mail": ("mail-received",),
}
"""Kinds of effect whose key (payment reference, order number, dossier, Message-ID) never comes twice."""


def _keys(effects: dict[str, list[dict[str, Any]]], tally: Tally) -> None:
    for partner, kinds in _KEYED.items():
        counts = Counter((e["kind"], e["key"]) for e in effects.get(partner, ()) if e["kind"] in kinds)
        for (kind, key), count in counts.items():
            if count > 1:
                tally.note("duplicated", f"{partner} có {count} lần {kind} {key}")


def _once(effects: dict[str, list[dict[str, Any]]], code: str, tally: Tally) -> None:
    for partner, kinds in _EXPECTED.items():
        counts = Counter(e["kind"] for e in effects[partner] if e["dossier"] == code)
        for kind in kinds:
            if counts[kind] == 0:
                tally.note("lost", f"{code}: {partner} không có {kind}")
            if counts[kind] > 1:
                tally.note("duplicated", f"{code}: {partner} có {counts[kind]} lần {kind}")


async def stories_of(ids: dict[str, Person]) -> list[dict[str, Any]]:
    """The hub's account of each dossier, told to its owner. `ids`: dossier id → owner."""
    return [await owner.get(f"/api/v1/dossiers/{dossier}") for dossier, owner in ids.items()]
