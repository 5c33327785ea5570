"""Trust lists as files: each anchor pinned by SHA-256, each list vouched for by two persons.

    <folder>/<name>/list.toml      name, version, source, approved_by = ["…", "…"]
                                   [[anchor]]        file = "root.pem"  sha256 = "…"
                                   [[intermediate]]  file = "ca.pem"    sha256 = "…"
    <folder>/<name>/crls/*         CRLs taken over (DER), in the order of their numbers
    <folder>/<name>/ocsp/*         OCSP responses taken over (DER)

A feed (`feed.toml`: [[list]] name, sha256 of its list.toml) pins a set of lists in the same way.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import load_pem_public_key

from signing.certs import Cert, load_cert
from signing.errors import OlderRevocation, TrustError
from signing.revocation import Crl
from signing.trust import TrustList, TrustStore

MAX_FILE = 64 * 1024 * 1024


def read_list(folder: Path) -> TrustList:
    """One list; a wrong pin, one approver or an unreadable certificate refuses the whole list."""
    try:
        table = tomllib.loads((folder / "list.toml").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise TrustError(f"trust list {folder.name}: {error}") from error
    approvers = {str(a).strip() for a in table.get("approved_by", []) if str(a).strip()}
    if len(approvers) < 2:
        raise TrustError(f"trust list {folder.name} is not approved by two persons")
    if not table.get("version") or not table.get("anchor"):
        raise TrustError(f"trust list {folder.name} has no version or no anchor")
    return TrustList(
        name=str(table.get("name", folder.name)),
        version=str(table["version"]),
        anchors=tuple(_pinned(folder, item) for item in table["anchor"]),
        intermediates=tuple(_pinned(folder, item) for item in table.get("intermediate", [])),
        source=str(table.get("source", "")),
    )


def _pinned(folder: Path, item: dict[str, Any]) -> bytes:
    path = folder / str(item.get("file", ""))
    if not path.resolve().is_relative_to(folder.resolve()):
        raise TrustError(f"{path} lies outside its list")
    try:
        cert = load_cert(path.read_bytes())
    except (OSError, ValueError) as error:
        raise TrustError(f"{path.name}: {error}") from error
    if cert.sha256 != str(item.get("sha256", "")).replace(":", "").lower():
        raise TrustError(f"{path.name} is not the certificate that was pinned")
    return cert.der


def read_feed(folder: Path, pin: str | None = None) -> list[TrustList]:
    """The lists that a feed names, each with the content that the feed pins."""
    data = (folder / "feed.toml").read_bytes()
    if pin is not None and hashlib.sha256(data).hexdigest() != pin.lower():
        raise TrustError("the feed is not the one that was pinned")
    found = []
    for item in tomllib.loads(data.decode("utf-8")).get("list", []):
        name = str(item["name"])
        if "/" in name or name.startswith("."):
            raise TrustError(f"a list may not be called {name}")
        actual = hashlib.sha256((folder / name / "list.toml").read_bytes()).hexdigest()
        if actual != str(item["sha256"]).lower():
            raise TrustError(f"trust list {name} is not the version that the feed pins")
        found.append(read_list(folder / name))
    return found


def open_store(folder: Path, names: Iterable[str], at: datetime) -> TrustStore:
    """A store of the named lists with the revocation data that lies beside them."""
    names = list(names)
    for name in names:
        if not (folder / name / "list.toml").is_file():
            known = ", ".join(sorted(p.parent.name for p in folder.glob("*/list.toml"))) or "none"
            raise TrustError(f"no trust list called {name} in {folder} (known: {known})")
    store = TrustStore([read_list(folder / name) for name in names])
    for name in names:
        load_revocation(store, folder / name, at)
    return store


def load_revocation(store: TrustStore, folder: Path, at: datetime) -> None:
    """Take over the CRLs, oldest first, and OCSP responses of a folder."""
    lists = []
    for path in sorted((folder / "crls").glob("*")):
        data = path.read_bytes()
        try:
            lists.append((Crl(data).this_update, data))
        except (ValueError, TypeError) as error:
            raise TrustError(f"{path.name} is not a CRL: {error}") from error
    for _, data in sorted(lists, key=lambda item: item[0]):
        store.import_crl(data, at)
    for path in sorted((folder / "ocsp").glob("*")):
        try:
            store.import_ocsp(path.read_bytes(), at)
        except OlderRevocation:
            continue


def write_list(folder: Path, table: TrustList, approved_by: tuple[str, str]) -> None:
    """Write a list in the form that `read_list` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        f"name = {_quoted(table.name)}",
        f"version = {_quoted(table.version)}",
        f"source = {_quoted(table.source)}",
    ]
    lines.append(f"approved_by = [{', '.join(map(_quoted, approved_by))}]")
    for kind, ders in (("anchor", table.anchors), ("intermediate", table.intermediates)):
        for number, der in enumerate(ders, start=1):
            name = f"{kind}-{number}.der"
            (folder / name).write_bytes(der)
            lines += ["", f"[[{kind}]]", f"# {load_cert(der).subject_text}", f"file = {_quoted(name)}"]
            lines.append(f"sha256 = {_quoted(hashlib.sha256(der).hexdigest())}")
    (folder / "list.toml").write_text("\n".join(lines) + "\n", "utf-8")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def load_anchor(data: bytes) -> tuple[Cert | None, Any]:
    """An anchor given on the command line: a certificate, or a bare public key that proves integrity only."""
    if b"BEGIN PUBLIC KEY" in data:
        try:
            return None, load_pem_public_key(data)
        except ValueError as error:
            raise TrustError(f"not a public key: {error}") from error
    try:
        return load_cert(data), None
    except ValueError as error:
        raise TrustError(f"not a certificate: {error}") from error
