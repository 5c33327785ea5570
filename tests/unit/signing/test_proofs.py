"""A citizen's proof, checked without the hub: each way to fail has its own code (PEERS §2(b) 12)."""

import asyncio
import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing import TrustList, TrustStore, merkle, proofs, seal_jws
from signing.crypto import digest
from signing.proof_check import Asked, Verdict, check
from signing.proof_words import Code
from signing.proofs import Entry, Head, Link, Private, Proof, Root
from signing.test_pki import Pki

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LOG = "018f2f6e-0000-7000-8000-000000000001"
DOCUMENT = b"%PDF-1.7 ket qua"
SALT = bytes(range(16))
PERSON = {"name": "Lê Thị Mẩu", "id_number": "089185000123", "cause": ""}


class Log:
    """Twelve entries; the fifth is the citizen's. Two roots: over eight and over all."""

    def __init__(self, pki: Pki, log: str = LOG) -> None:
        self.pki = pki
        self.log = log
        self.entries: list[str] = []
        self.nodes: dict[merkle.Node, bytes] = {}
        for n in range(12):
            self._append(n)

    def _append(self, n: int) -> None:
        previous = merkle.leaf_hash(self.entries[-1].encode()).hex() if self.entries else proofs.genesis(self.log)
        entry = Entry(
            format=proofs.ENTRY, log=self.log, sequence=n, kind="result-issued", subject=f"H01-{n}-KQ1", revision=1,
            at=proofs.moment(AT), digests={"document": digest("sha256", DOCUMENT if n == 5 else b"other").hex()},
            private=proofs.commitment(SALT, PERSON), previous=previous,
        )  # fmt: skip
        self.entries.append(proofs.canonical(entry).decode())
        edge = {node: self.nodes[node] for node in merkle.root_parts(n)}
        self.nodes.update(merkle.grown(n, [merkle.leaf_hash(self.entries[-1].encode())], edge))

    def hash(self, size: int) -> str:
        return merkle.fold(merkle.root_parts(size), self.nodes).hex()

    def head(self, size: int) -> Head:
        return Head(log=self.log, size=size, hash=self.hash(size))

    def signed(self, size: int, signer: str = "hub", at: datetime = AT) -> str:
        root = Root(
            format=proofs.ROOT, log=self.log, size=size, hash=self.hash(size), at=proofs.moment(at),
            previous_size=0, previous_hash="",
        )  # fmt: skip
        return asyncio.run(seal_jws(proofs.canonical(root), self.pki.key(signer), at=at)).decode()

    def proof(self, size: int = 12, index: int = 5, signer: str = "hub") -> dict[str, Any]:
        root = self.signed(size, signer)
        stamp = asyncio.run(self.pki.tsa(lambda: AT).stamp(digest("sha256", root.encode()), "sha256"))
        entry = self.entries[index]
        made = Proof(
            format=proofs.PROOF, entry=entry, entry_hash=merkle.leaf_hash(entry.encode()).hex(), index=index, size=size,
            path=tuple(merkle.fold(p, self.nodes).hex() for p in merkle.inclusion_parts(index, size)), root=root,
            timestamp=base64.b64encode(stamp).decode(), private=Private(salt=SALT.hex(), facts=PERSON),
        )  # fmt: skip
        return msgspec.to_builtins(made)  # type: ignore[no-any-return]

    def link(self, first: int, second: int) -> Link:
        path = tuple(merkle.fold(p, self.nodes).hex() for p in merkle.consistency_parts(first, second))
        return Link(format=proofs.LINK, first=self.head(first), second=self.head(second), path=path)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    return Log(Pki.load_or_create(Path(tmp_path_factory.mktemp("pki")) / "pki", AT))


@pytest.fixture(scope="module")
def good(log: Log) -> dict[str, Any]:
    return log.proof()


def verdict(
    log: Log, proof: dict[str, Any], *, trust: TrustStore | None = None, at: datetime = AT, **asked: Any
) -> Verdict:
    data = msgspec.json.encode(proof)
    return check(data, trust=trust or log.pki.trust(AT), at=at + timedelta(minutes=1), asked=Asked(**asked))


def test_a_good_proof_holds_and_says_by_whom_and_when(log: Log, good: dict[str, Any]) -> None:
    said = verdict(log, good, document=DOCUMENT)
    assert (said.code, said.holds) == (Code.HOLDS, True)
    assert "Trung tâm Phục vụ hành chính công tỉnh An Giang" in said.vi
    assert said.private["name"] == "Lê Thị Mẩu"
    assert said.stamped.startswith("2026-11-23T02:00")
    assert len(said.notes_vi) == len(said.notes_en) == 2


def test_no_personal_data_is_in_the_entry(good: dict[str, Any]) -> None:
    for value in filter(None, PERSON.values()):
        assert value not in good["entry"]


def _entry(p: dict[str, Any]) -> dict[str, Any]:
    return p | {"entry": p["entry"].replace("KQ1", "KQ9")}


def _rehashed(p: dict[str, Any]) -> dict[str, Any]:
    bent = _entry(p)
    return bent | {"entry_hash": merkle.leaf_hash(bent["entry"].encode()).hex()}


def _person(p: dict[str, Any]) -> dict[str, Any]:
    return p | {"private": {"salt": SALT.hex(), "facts": PERSON | {"name": "Người Khác"}}}


def _root(p: dict[str, Any]) -> dict[str, Any]:
    head, body, value = p["root"].split(".")
    return p | {"root": ".".join((head, body[:40] + ("A" if body[40] != "A" else "B") + body[41:], value))}


def _path(p: dict[str, Any]) -> dict[str, Any]:
    return p | {"path": [*p["path"][:-1], "00" * 32]}


@pytest.mark.parametrize(
    ("bend", "code"),
    [
        (_entry, Code.ENTRY_ALTERED),
        (_rehashed, Code.PATH_WRONG),
        (_person, Code.PRIVATE_ALTERED),
        (_root, Code.ROOT_SIGNATURE),
        (_path, Code.PATH_WRONG),
        (lambda p: p | {"path": p["path"][:-1]}, Code.PATH_WRONG),
        (lambda p: p | {"size": 11}, Code.PATH_WRONG),
        (lambda p: p | {"format": "x"}, Code.UNREADABLE),
        (lambda p: p | {"index": 4}, Code.UNREADABLE),
        (lambda p: p | {"timestamp": "?"}, Code.UNREADABLE),
        (lambda p: {"a": 1}, Code.UNREADABLE),
    ],
)
def test_each_way_to_fail_has_its_code(log: Log, good: dict[str, Any], bend: Any, code: Code) -> None:
    said = verdict(log, bend(good))
    assert said.code is code
    assert said.vi
    assert said.en


def test_the_wrong_document_is_told_apart_from_a_wrong_proof(log: Log, good: dict[str, Any]) -> None:
    assert verdict(log, good, document=b"%PDF-1.7 khac").code is Code.DOCUMENT_DIFFERS


@pytest.mark.parametrize("signer", ["stranger", "revoked", "citizen"])
def test_a_root_counts_only_from_an_organisation_that_is_trusted(log: Log, signer: str) -> None:
    """Another tree, a certificate taken back, a private person of a trusted tree."""
    assert verdict(log, log.proof(signer=signer)).code is Code.SIGNER_UNTRUSTED


def test_who_must_have_signed_can_be_demanded(log: Log, good: dict[str, Any]) -> None:
    """Any office of the tree can sign a log of its own: the name decides, or a root that was pinned."""
    assert verdict(log, log.proof(signer="agency")).code is Code.HOLDS
    ours = "Trung tâm Phục vụ hành chính công tỉnh An Giang"
    assert verdict(log, log.proof(signer="agency"), organisation=ours).code is Code.ANOTHER_SIGNER
    assert verdict(log, good, organisation=ours).code is Code.HOLDS


def test_with_an_anchor_alone_it_says_what_it_could_not_check(log: Log, good: dict[str, Any]) -> None:
    anchors = tuple(log.pki.trust_list().anchors)
    said = verdict(log, good, trust=TrustStore([TrustList(name="--anchor", version="1", anchors=anchors)]))
    assert said.code is Code.HOLDS
    assert any("thu hồi" in note for note in said.notes_vi)


def test_pinned_roots(log: Log, good: dict[str, Any]) -> None:
    assert verdict(log, good, pinned=log.head(12)).code is Code.HOLDS
    assert verdict(log, good, pinned=Head(log=LOG, size=12, hash="11" * 32)).code is Code.ANOTHER_LOG
    assert verdict(log, good, pinned=Head(log="another", size=12, hash=log.hash(12))).code is Code.ANOTHER_LOG
    assert verdict(log, good, pinned=log.head(8)).code is Code.NOT_LINKED
    assert verdict(log, good, pinned=log.head(8), link=log.link(8, 12)).code is Code.HOLDS
    bent = msgspec.structs.replace(log.link(8, 12), path=("00" * 32,))
    assert verdict(log, good, pinned=log.head(8), link=bent).code is Code.ANOTHER_LOG


def test_a_root_of_another_log_over_the_same_hash(log: Log, good: dict[str, Any]) -> None:
    other = Log(log.pki, "another-log")
    other.nodes = log.nodes
    assert verdict(log, good | {"root": other.signed(12)}).code is Code.ANOTHER_LOG


def test_it_still_holds_after_the_certificate_has_lapsed_if_it_was_stamped(log: Log, good: dict[str, Any]) -> None:
    later = AT + timedelta(days=4 * 365)
    assert verdict(log, good, at=later).code is Code.HOLDS
    assert verdict(log, good | {"timestamp": ""}, at=later).code is Code.SIGNER_UNTRUSTED


@given(st.binary(max_size=200))
def test_random_bytes_are_a_verdict(log: Log, data: bytes) -> None:
    assert check(data, trust=TrustStore(), at=AT).code is Code.UNREADABLE


@given(st.dictionaries(st.sampled_from(["id_number", "name", "cause", "b", "a"]), st.text(max_size=8)))
def test_canonical_json_does_not_depend_on_the_order(facts: dict[str, str]) -> None:
    other = dict(reversed(list(facts.items())))
    assert proofs.canonical(facts) == proofs.canonical(other)
