"""XML Signature without its traps: an allow list of algorithms and transforms, and what was really signed.

No DTD, no address outside the document, no XSLT, no XPath but the one that leaves signatures out; identifiers must
be unique; texts that count must hold no comment (CVE-2025-29775); exactly one SignedInfo (CVE-2025-29774).
"""

from __future__ import annotations

import base64
import binascii
import copy
import re
from typing import Any

import msgspec
from lxml import etree

from signing import crypto
from signing.model import SubIndication
from signing.xml_malformed import kind_of, place_of

DS = "http://www.w3.org/2000/09/xmldsig#"
DS11 = "http://www.w3.org/2009/xmldsig11#"
XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
XPATH2 = "http://www.w3.org/2002/06/xmldsig-filter2"
EXC = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = DS + "enveloped-signature"
BASE64 = DS + "base64"
MAX_DEPTH = 200
MAX_REFERENCES = 100
MAX_SIGNATURES = 50
MAX_NODES = 500_000

DEFAULT_C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
C14N = {
    DEFAULT_C14N: (False, False),
    DEFAULT_C14N + "#WithComments": (False, True),
    "http://www.w3.org/2006/12/xml-c14n11": (False, False),
    "http://www.w3.org/2006/12/xml-c14n11#WithComments": (False, True),
    EXC: (True, False),
    EXC + "WithComments": (True, True),
}
DIGESTS = {
    "http://www.w3.org/2001/04/xmldsig-more#md5": "md5",
    DS + "sha1": "sha1",
    "http://www.w3.org/2001/04/xmldsig-more#sha224": "sha224",
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
    "http://www.w3.org/2007/05/xmldsig-more#sha3-224": "sha3_224",
    "http://www.w3.org/2007/05/xmldsig-more#sha3-256": "sha3_256",
    "http://www.w3.org/2007/05/xmldsig-more#sha3-384": "sha3_384",
    "http://www.w3.org/2007/05/xmldsig-more#sha3-512": "sha3_512",
}
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
NEW = "http://www.w3.org/2007/05/xmldsig-more#"
SIGNATURES: dict[str, tuple[str, str]] = {
    DS + "rsa-sha1": ("rsa", "sha1"),
    DS + "dsa-sha1": ("dsa", "sha1"),
    "http://www.w3.org/2009/xmldsig11#dsa-sha256": ("dsa", "sha256"),
    _MORE + "rsa-md5": ("rsa", "md5"),
    **{_MORE + f"rsa-{d}": ("rsa", d) for d in ("sha224", "sha256", "sha384", "sha512")},
    **{_MORE + f"ecdsa-{d}": ("ecdsa", d) for d in ("sha1", "sha224", "sha256", "sha384", "sha512")},
    **{NEW + f"{d}-rsa-MGF1": ("pss", d) for d in ("sha1", "sha224", "sha256", "sha384", "sha512")},
    **{NEW + f"ecdsa-{d}": ("ecdsa", d.replace("-", "_")) for d in ("sha3-224", "sha3-256", "sha3-384", "sha3-512")},
}
IDENTIFIERS = ("Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id",
               "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd}Id",
               "AssertionID")  # fmt: skip
XPOINTER_ID = re.compile(r"#xpointer\(id\((['\"])([^'\"]+)\1\)\)")
NOT_A_SIGNATURE = re.compile(r"^not\s*\(\s*ancestor-or-self::(\w+):Signature\s*\)$")


class XmlRefused(Exception):
    """A construct that a secure verifier does not follow. `why` is a key of `sentences.WHY`, `place` line and column."""

    def __init__(self, sub: SubIndication, detail: str, why: str = "format", place: tuple[int, int] = (0, 0)) -> None:
        super().__init__(detail)
        self.sub = sub
        self.detail = detail
        self.why = why
        self.place = place


class Reference(msgspec.Struct, kw_only=True):
    """One Reference: what it points at and whether its digest holds."""

    uri: str | None
    kind: str
    ok: bool | None
    digest: str
    target: Any = None
    whole: bool = False


def parse(data: bytes) -> Any:
    """The document's root; a DOCTYPE is refused before anything of it is used."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=False, remove_pis=False, strip_cdata=False, collect_ids=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        kind, place = kind_of(error), place_of(error)
        raise XmlRefused(SubIndication.FORMAT_FAILURE, f"{kind} {place[0]}:{place[1]}", kind, place) from error
    docinfo: Any = root.getroottree().docinfo
    if docinfo.doctype or docinfo.internalDTD is not None:
        raise XmlRefused(SubIndication.FORMAT_FAILURE, "a DOCTYPE is not accepted", "xml-doctype")
    return root


def tag(name: str) -> str:
    return f"{{{DS}}}{name}"


def only(parent: Any, name: str) -> Any:
    """The one child of that name; none or several is an attack or a defect."""
    found = parent.findall(tag(name))
    if len(found) != 1:
        raise XmlRefused(SubIndication.FORMAT_FAILURE, f"{len(found)} {name} elements")
    return found[0]


def plain_text(element: Any) -> str:
    """The text of an element that may hold nothing else: a comment inside would hide part of it."""
    if len(element):
        raise XmlRefused(SubIndication.FORMAT_FAILURE, f"nodes inside {etree.QName(element).localname}")
    return element.text or ""


def b64(element: Any) -> bytes:
    text = "".join(plain_text(element).split())
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise XmlRefused(SubIndication.FORMAT_FAILURE, f"base64 in {etree.QName(element).localname}") from error


def canonical(node: Any, algorithm: str, prefixes: list[str] | None = None, *, comments: bool = True) -> bytes:
    """Canonical XML of an element in its place, or of a whole tree."""
    if algorithm not in C14N:
        raise XmlRefused(SubIndication.SIG_CONSTRAINTS_FAILURE, f"canonicalization {algorithm}")
    exclusive, with_comments = C14N[algorithm]
    if not exclusive and _is_inner(node):
        node = _with_inherited(node)
    comments = comments and with_comments
    try:
        octets: bytes = etree.tostring(
            node,
            method="c14n",
            exclusive=exclusive,
            with_comments=comments,
            inclusive_ns_prefixes=prefixes or None if exclusive else None,
        )
        return octets
    except etree.C14NError as error:
        if exclusive and not prefixes and hasattr(node, "getparent"):
            # libxml2 refuses relative namespace names; the same form by another way
            relative: str = etree.canonicalize(node, with_comments=comments)
            return relative.encode()
        raise XmlRefused(SubIndication.FORMAT_FAILURE, str(error)) from error


def canonical_form(holder: Any) -> str:
    """What a time-stamp's CanonicalizationMethod asks for; Canonical XML 1.0 when it does not say."""
    method = holder.find(tag("CanonicalizationMethod"))
    return (method.get("Algorithm") if method is not None else None) or DEFAULT_C14N


def _is_inner(node: Any) -> bool:
    """An element below another one; a tree has no parent to ask for."""
    return hasattr(node, "getparent") and node.getparent() is not None


def _with_inherited(node: Any) -> Any:
    """A copy of an inner element as a document of its own, with what inclusive C14N takes over from its ancestors.

    Namespaces come along by serialising (lxml's own way for inner elements writes a false xmlns="");
    xml:* attributes are copied (C14N 1.0 §2.4).
    """
    twin = parse(etree.tostring(node, with_tail=False))
    for ancestor in node.iterancestors():
        for key, value in ancestor.attrib.items():
            if key.startswith("{http://www.w3.org/XML/1998/namespace}") and key not in twin.attrib:
                twin.set(key, value)
    return twin


def _position(node: Any) -> list[int]:
    path: list[int] = []
    while node.getparent() is not None:
        path.append(node.getparent().index(node))
        node = node.getparent()
    return path[::-1]


def _at(root: Any, position: list[int]) -> Any:
    for index in position:
        root = root[index]
    return root


class Document:
    """A parsed document with its identifiers."""

    def __init__(self, data: bytes, detached: bytes | None = None) -> None:
        self.root = parse(data)
        self.detached = detached
        self.ids: dict[str, list[Any]] = {}
        for count, element in enumerate(self.root.iter(etree.Element)):
            if count > MAX_NODES:
                raise XmlRefused(SubIndication.FORMAT_FAILURE, "too many elements")
            seen = {element.get(name) for name in IDENTIFIERS} - {None}
            for value in seen:
                self.ids.setdefault(value, []).append(element)

    def signatures(self) -> list[Any]:
        found = list(self.root.iter(tag("Signature")))
        if len(found) > MAX_SIGNATURES:
            raise XmlRefused(SubIndication.FORMAT_FAILURE, f"{len(found)} signatures")
        return found

    def by_id(self, value: str) -> Any:
        found = self.ids.get(value, [])
        if not found:
            raise XmlRefused(SubIndication.FORMAT_FAILURE, f"no element with the identifier {value}")
        if len(found) > 1:
            raise XmlRefused(SubIndication.FORMAT_FAILURE, f"the identifier {value} occurs {len(found)} times")
        return found[0]

    def reference(self, element: Any, signature: Any) -> Reference:
        """Dereference, transform, digest."""
        method = only(element, "DigestMethod").get("Algorithm") or ""
        if method not in DIGESTS:
            raise XmlRefused(SubIndication.CRYPTO_CONSTRAINTS_FAILURE, f"digest {method}")
        expected = b64(only(element, "DigestValue"))
        found = Reference(uri=element.get("URI"), kind=element.get("Type") or "", ok=None, digest=DIGESTS[method])
        octets = self._octets(element, found, signature, None)
        if octets is not None:
            found.ok = crypto.digest(found.digest, octets) == expected
        return found

    def octets(self, element: Any, signature: Any, form: str) -> bytes | None:
        """What a Reference digests; None: not at hand. Nodes that its transforms leave are given in this canonical form."""
        found = Reference(uri=element.get("URI"), kind="", ok=None, digest="")
        return self._octets(element, found, signature, form)

    def _octets(self, element: Any, found: Reference, signature: Any, form: str | None) -> bytes | None:
        uri = found.uri
        if uri is None or (uri and not uri.startswith("#")):
            found.target = None if self.detached is None else "detached"
            return self.detached
        comments = False
        if uri in ("", "#xpointer(/)"):
            found.target, found.whole, comments = self.root, True, uri != ""
        else:
            pointer = XPOINTER_ID.fullmatch(uri)
            comments = pointer is not None
            found.target = self.by_id(pointer.group(2) if pointer else uri[1:])
            found.whole = found.target is self.root
        return self._transform(element, found, signature, comments, form)

    def _transform(self, element: Any, found: Reference, signature: Any, comments: bool, form: str | None) -> bytes:
        transforms = element.find(tag("Transforms"))
        steps = transforms.findall(tag("Transform")) if transforms is not None else []
        if len(steps) > 8:
            raise XmlRefused(SubIndication.SIG_CONSTRAINTS_FAILURE, "too many transforms")
        node = found.target
        document_level = found.uri in ("", "#xpointer(/)")
        octets: bytes | None = None
        for step in steps:
            algorithm = step.get("Algorithm") or ""
            if octets is not None and algorithm not in C14N:
                raise XmlRefused(SubIndication.SIG_CONSTRAINTS_FAILURE, f"transform {algorithm} after octets")
            if octets is not None:
                octets = canonical(parse(octets), algorithm)
            elif algorithm == ENVELOPED:
                node = _without(node, [signature])
            elif algorithm in C14N:
                prefixes = prefixes_of(step)
                octets = canonical(_whole(node, document_level), algorithm, prefixes, comments=comments)
            elif algorithm == BASE64:
                octets = base64.b64decode("".join("".join(node.itertext()).split()))
            elif algorithm in (XPATH, XPATH2):
                _only_leaving_signatures_out(step, algorithm)
                node = _without(node, list(node.iter(tag("Signature"))))
            else:
                raise XmlRefused(SubIndication.SIG_CONSTRAINTS_FAILURE, f"transform {algorithm} is not permitted")
        if octets is None:
            form = form or DEFAULT_C14N + ("#WithComments" if comments else "")
            octets = canonical(_whole(node, document_level), form, comments=comments)
        return octets


def _whole(node: Any, document_level: bool) -> Any:
    return node.getroottree() if document_level and node.getparent() is None else node


def prefixes_of(step: Any) -> list[str]:
    listed = step.find(f"{{{EXC}}}InclusiveNamespaces")
    if listed is None:
        return []
    return [p for p in (listed.get("PrefixList") or "").split() if p != "#default"]


def _only_leaving_signatures_out(step: Any, algorithm: str) -> None:
    name = f"{{{XPATH2}}}XPath" if algorithm == XPATH2 else tag("XPath")
    expressions = step.findall(name)
    for expression in expressions:
        text = plain_text(expression).strip()
        if algorithm == XPATH2:
            prefix = re.fullmatch(r"/descendant(?:-or-self)?::(\w+):Signature|//(\w+):Signature", text)
            good = expression.get("Filter") == "subtract" and prefix is not None
        else:
            prefix = NOT_A_SIGNATURE.match(text)
            good = prefix is not None
        bound = next((g for g in prefix.groups() if g), "") if prefix else ""
        if not good or expression.nsmap.get(bound) != DS:
            raise XmlRefused(SubIndication.SIG_CONSTRAINTS_FAILURE, f"XPath {text[:60]}")
    if len(expressions) != 1:
        raise XmlRefused(SubIndication.SIG_CONSTRAINTS_FAILURE, "XPath transform without one expression")


def _without(node: Any, signatures: list[Any]) -> Any:
    """A copy of `node` in a copy of its document, without the given descendants; their tails stay."""
    inside = [s for s in signatures if s is not node and node in s.iterancestors()]
    if not inside:
        return node
    tree = copy.deepcopy(node.getroottree())
    root = tree.getroot()
    positions = [_position(s) for s in inside]
    twin = _at(root, _position(node))
    for victim in [_at(root, p) for p in positions]:
        _remove(victim)
    return twin


def _remove(element: Any) -> None:
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        previous = element.getprevious()
        if previous is not None:
            previous.tail = (previous.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)
