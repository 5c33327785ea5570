"""Checking a proof file: the first check that fails is the verdict, in a code and in words."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from signing import jws, merkle, proof_words, proofs
from signing.judge import Judge, Material
from signing.model import Indication, Policy, SubIndication
from signing.policy import RULES
from signing.proof_words import Code
from signing.proofs import Entry, Head, Link, Proof, Root
from signing.report import SignatureReport
from signing.sentences import Pair
from signing.sentences import moment as spoken
from signing.timestamp import imprint_of, read_token
from signing.trust import TrustStore

_BYTES = frozenset(
    {
        SubIndication.FORMAT_FAILURE,
        SubIndication.HASH_FAILURE,
        SubIndication.SIG_CRYPTO_FAILURE,
        SubIndication.SIGNED_DATA_NOT_FOUND,
        SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
    }
)
_UNCHECKED = frozenset({SubIndication.TRY_LATER})
"""The chain leads to an anchor; only revocation data is not at hand."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """`code` is stable; `entry` and `root` are what was proved, or None when they could not be read."""

    code: Code
    vi: str
    en: str
    notes_vi: tuple[str, ...] = ()
    notes_en: tuple[str, ...] = ()
    entry: Entry | None = None
    root: Root | None = None
    signer: str = ""
    organisation: str = ""
    stamped: str = ""
    private: dict[str, str] = {}

    @property
    def holds(self) -> bool:
        """Whether everything that was asked holds."""
        return self.code is Code.HOLDS


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the proof is held against besides itself. `organisation`: who must have signed."""

    document: bytes | None = None
    pinned: Head | None = None
    link: Link | None = None
    organisation: str = ""


class _Fails(Exception):
    def __init__(self, code: Code, **words: str) -> None:
        super().__init__(code)
        self.code = code
        self.words = words


def check(data: bytes, *, trust: TrustStore, at: datetime, asked: Asked | None = None) -> Verdict:
    """The verdict on a proof file. Never raises for what the file contains."""
    checking = _Checking(trust, at, asked or Asked())
    try:
        return checking.run(data)
    except _Fails as found:
        vi, en = proof_words.WORDS[found.code]
        return checking.verdict(found.code, (vi.format(**found.words), en.format(**found.words)))


class _Checking:
    """One run; what is known so far goes into the verdict, whatever that will be."""

    def __init__(self, trust: TrustStore, at: datetime, asked: Asked) -> None:
        self.trust = trust
        self.at = at
        self.asked = asked
        self.notes: list[Pair] = []
        self.known: dict[str, Any] = {}

    def verdict(self, code: Code, said: Pair) -> Verdict:
        vi, en = zip(*self.notes, strict=True) if self.notes else ((), ())
        return Verdict(code=code, vi=said[0], en=said[1], notes_vi=tuple(vi), notes_en=tuple(en), **self.known)

    def run(self, data: bytes) -> Verdict:
        proof, entry = self._read(data)
        self._private(proof, entry)
        root = self._root(proof)
        if root.log != entry.log:
            raise _Fails(Code.ANOTHER_LOG, detail=f"{root.log} ≠ {entry.log}")
        self._path(proof, root)
        self._pinned(root)
        self._document(entry)
        vi, en = proof_words.WORDS[Code.HOLDS]
        words = {"organisation": self.known["organisation"], "day": root.at[:10]}
        return self.verdict(Code.HOLDS, (vi.format(**words), en.format(**words)))

    def _read(self, data: bytes) -> tuple[Proof, Entry]:
        try:
            proof = msgspec.json.decode(data, type=Proof)
            expected = proofs.from_hex(proof.entry_hash)
            proofs.stamp_of(proof)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            raise _Fails(Code.UNREADABLE, detail=str(error)[:120]) from error
        if proof.format != proofs.PROOF:
            raise _Fails(Code.UNREADABLE, detail=f"format {proof.format[:40]}")
        if merkle.leaf_hash(proof.entry.encode()) != expected:
            raise _Fails(Code.ENTRY_ALTERED)
        try:
            entry = msgspec.json.decode(proof.entry, type=Entry)
        except (msgspec.DecodeError, RecursionError) as error:
            raise _Fails(Code.UNREADABLE, detail=str(error)[:120]) from error
        if entry.format != proofs.ENTRY or entry.sequence != proof.index:
            raise _Fails(Code.UNREADABLE, detail="entry")
        self.known["entry"] = entry
        return proof, entry

    def _private(self, proof: Proof, entry: Entry) -> None:
        if proof.private is None:
            return
        try:
            salt = bytes.fromhex(proof.private.salt)
        except ValueError as error:
            raise _Fails(Code.PRIVATE_ALTERED) from error
        if proofs.commitment(salt, proof.private.facts) != entry.private:
            raise _Fails(Code.PRIVATE_ALTERED)
        self.known["private"] = proof.private.facts

    def _root(self, proof: Proof) -> Root:
        """Signed, intact, by an organisation that leads to an anchor."""
        signed = proof.root.encode()
        report = self._signature(signed, proofs.stamp_of(proof))
        try:
            root = msgspec.json.decode(jws.payload_of(signed), type=Root)
        except (jws.Refused, msgspec.DecodeError, RecursionError) as error:
            raise _Fails(Code.ROOT_SIGNATURE, detail="payload") from error
        if root.format != proofs.ROOT:
            raise _Fails(Code.ROOT_SIGNATURE, detail="format")
        wanted = self.asked.organisation
        if wanted and report.organisation != wanted:
            raise _Fails(Code.ANOTHER_SIGNER, organisation=report.organisation or "", wanted=wanted)
        self.known |= {"root": root, "signer": report.signer or "", "organisation": report.organisation or ""}
        return root

    def _signature(self, signed: bytes, stamp: bytes) -> SignatureReport:
        judge = Judge(self.trust, RULES[Policy.INCOMING], self.at)
        tokens = (
            [judge.token(read_token(stamp, imprint_of(signed), kind="signature"), Material(), self.at)] if stamp else []
        )
        reports = jws.verify_jws(signed, judge, tokens=tokens)
        if len(reports) != 1:
            raise _Fails(Code.ROOT_SIGNATURE, detail="JWS")
        (report,) = reports
        sub = report.sub_indication
        if sub in _BYTES:
            raise _Fails(Code.ROOT_SIGNATURE, detail=str(sub))
        if sub in _UNCHECKED:
            self.notes.append(proof_words.UNCHECKED)
        elif report.indication is not Indication.TOTAL_PASSED:
            raise _Fails(Code.SIGNER_UNTRUSTED, signer=report.signer or "?", detail=str(sub))
        if not report.organisation:
            raise _Fails(Code.SIGNER_UNTRUSTED, signer=report.signer or "?", detail="no organisation")
        proven = next((each.proves for each in tokens if each.proves is not None), None)
        if proven is not None:
            self.known["stamped"] = proofs.moment(proven)
            vi, en = proof_words.STAMPED
            self.notes.append((vi.format(at=spoken(proven)), en.format(at=spoken(proven))))
        return report

    def _path(self, proof: Proof, root: Root) -> None:
        try:
            path = [proofs.from_hex(each) for each in proof.path]
            expected = proofs.from_hex(root.hash)
        except ValueError as error:
            raise _Fails(Code.PATH_WRONG) from error
        leaf = proofs.from_hex(proof.entry_hash)
        found = merkle.root_from_path(leaf, proof.index, proof.size, path)
        if proof.size != root.size or found != expected:
            raise _Fails(Code.PATH_WRONG)

    def _pinned(self, root: Root) -> None:
        """The same log as the one that was pinned: the same root, or one that grew out of it, or the other way."""
        pinned = self.asked.pinned
        if pinned is None:
            return
        mine = Head(log=root.log, size=root.size, hash=root.hash)
        if pinned.log != mine.log:
            raise _Fails(Code.ANOTHER_LOG, detail=f"{mine.log} ≠ {pinned.log}")
        if pinned.size == mine.size:
            if pinned.hash != mine.hash:
                raise _Fails(Code.ANOTHER_LOG, detail=f"{mine.hash[:16]}… ≠ {pinned.hash[:16]}…")
        else:
            self._linked(*sorted((pinned, mine), key=lambda head: head.size))
        self.notes.append(proof_words.PINNED)

    def _linked(self, first: Head, second: Head) -> None:
        link = self.asked.link
        if link is None or (link.first.size, link.second.size) != (first.size, second.size):
            sizes = {"first": str(first.size), "second": str(second.size)}
            raise _Fails(Code.NOT_LINKED, detail=f"{first.size} → {second.size}", **sizes)
        if (link.first, link.second) != (first, second) or not proofs.linked(link):
            raise _Fails(Code.ANOTHER_LOG, detail=f"{first.size} ↛ {second.size}")

    def _document(self, entry: Entry) -> None:
        if self.asked.document is None:
            return
        if sha256(self.asked.document).hexdigest() not in entry.digests.values():
            raise _Fails(Code.DOCUMENT_DIFFERS)
        self.notes.append(proof_words.DOCUMENT)
