"""What is wrong with XML that cannot be parsed: the parser's error codes, by what a person would do about them.

Each value is a key of `sentences.WHY`; the parser's own words, which may repeat the file's, are never shown.
"""

from __future__ import annotations

from lxml import etree

MALFORMED = "xml-malformed"
_ERRORS = etree.ErrorTypes
_KINDS: dict[str, tuple[int, ...]] = {
    "xml-cut-off": (
        _ERRORS.ERR_DOCUMENT_EMPTY,
        _ERRORS.ERR_TAG_NOT_FINISHED,
        _ERRORS.ERR_GT_REQUIRED,
        _ERRORS.ERR_ATTRIBUTE_NOT_FINISHED,
        _ERRORS.ERR_COMMENT_NOT_FINISHED,
        _ERRORS.ERR_CDATA_NOT_FINISHED,
        _ERRORS.ERR_PI_NOT_FINISHED,
        _ERRORS.ERR_DOCTYPE_NOT_FINISHED,
    ),
    "xml-after-end": (_ERRORS.ERR_DOCUMENT_END,),
    "xml-tags": (_ERRORS.ERR_TAG_NAME_MISMATCH,),
    "xml-markup": (
        _ERRORS.ERR_NAME_REQUIRED,
        _ERRORS.ERR_LT_REQUIRED,
        _ERRORS.ERR_LT_IN_ATTRIBUTE,
        _ERRORS.ERR_MISPLACED_CDATA_END,
        _ERRORS.ERR_HYPHEN_IN_COMMENT,
        _ERRORS.ERR_ENTITYREF_SEMICOL_MISSING,
        _ERRORS.ERR_ENTITYREF_NO_NAME,
    ),
    "xml-characters": (_ERRORS.ERR_INVALID_CHAR, _ERRORS.ERR_INVALID_CHARREF),
    "xml-encoding": (
        _ERRORS.ERR_INVALID_ENCODING,
        _ERRORS.ERR_UNSUPPORTED_ENCODING,
        _ERRORS.ERR_UNKNOWN_ENCODING,
        _ERRORS.ERR_ENCODING_NAME,
        _ERRORS.I18N_CONV_FAILED,
    ),
    "xml-entity": (_ERRORS.ERR_UNDECLARED_ENTITY, _ERRORS.WAR_UNDECLARED_ENTITY, _ERRORS.ERR_ENTITY_LOOP),
    "xml-attribute": (
        _ERRORS.ERR_ATTRIBUTE_NOT_STARTED,
        _ERRORS.ERR_ATTRIBUTE_WITHOUT_VALUE,
        _ERRORS.ERR_ATTRIBUTE_REDEFINED,
        _ERRORS.NS_ERR_ATTRIBUTE_REDEFINED,
    ),
    "xml-namespace": (
        _ERRORS.NS_ERR_XML_NAMESPACE,
        _ERRORS.NS_ERR_UNDEFINED_NAMESPACE,
        _ERRORS.NS_ERR_QNAME,
        _ERRORS.NS_ERR_EMPTY,
    ),
    "xml-declaration": (
        _ERRORS.ERR_RESERVED_XML_NAME,
        _ERRORS.ERR_VERSION_MISSING,
        _ERRORS.ERR_XMLDECL_NOT_FINISHED,
        _ERRORS.ERR_XMLDECL_NOT_STARTED,
    ),
    "xml-too-large": (114, _ERRORS.ERR_NAME_TOO_LONG),  # 114: XML_ERR_RESOURCE_LIMIT, which the library does not name
}
_BY_CODE = {code: key for key, codes in _KINDS.items() for code in codes}


def kind_of(error: etree.XMLSyntaxError) -> str:
    """The key of the sentence that tells what is wrong."""
    return _BY_CODE.get(getattr(error, "code", 0), MALFORMED)


def place_of(error: etree.XMLSyntaxError) -> tuple[int, int]:
    """Line and column, both from 1."""
    line, column = error.position
    return max(line or 1, 1), max(column or 1, 1)
