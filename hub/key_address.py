"""Where a key of the house lies, as a setting says it: the absolute path of a file, or a token (`pkcs11:`, RFC 7512)."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

import msgspec

from hub.settings import SettingError

_FORMS = "/…/khoa.p12, /…/khoa.pem?chain=/…/chung-thu.pem, pkcs11:token=…;object=…?module-path=/…/lib.so"
_TOKEN_PATH = frozenset({"token", "object"})
_TOKEN_QUERY = frozenset({"module-path", "chain"})


class FileAddress(msgspec.Struct, frozen=True, kw_only=True):
    """A PKCS#12 file, or a PEM file; `chain`: the certificate and those above it, when they lie in a file of their own."""

    path: Path
    chain: Path | None = None


class TokenAddress(msgspec.Struct, frozen=True, kw_only=True):
    """A key on a token or HSM. `label`: CKA_LABEL of the key; `chain`: certificates that the token does not hold."""

    library: str
    token: str
    label: str
    chain: Path | None = None


def read_address(name: str, text: str) -> FileAddress | TokenAddress:
    """The address in the variable `name`; raises SettingError. No secret belongs in it."""
    if text.startswith("/"):
        return _file(name, text)
    if text.lower().startswith("pkcs11:"):
        return _token(name, text)
    raise SettingError(f"{name}={text!r}: chỉ nhận / only {_FORMS}")


def _file(name: str, text: str) -> FileAddress:
    path, _, query = text.partition("?")
    said = _attributes(name, query, "&", frozenset({"chain"}))
    return FileAddress(path=Path(path), chain=_path(said.get("chain")))


def _token(name: str, text: str) -> TokenAddress:
    path, _, query = text.partition(":")[2].partition("?")
    said = {**_attributes(name, path, ";", _TOKEN_PATH), **_attributes(name, query, "&", _TOKEN_QUERY)}
    for needed in ("token", "object", "module-path"):
        if not said.get(needed):
            raise SettingError(f"{name}: địa chỉ pkcs11 thiếu {needed} / the pkcs11 address lacks {needed}")
    return TokenAddress(
        library=said["module-path"], token=said["token"], label=said["object"], chain=_path(said.get("chain"))
    )


def _attributes(name: str, text: str, separator: str, known: frozenset[str]) -> Mapping[str, str]:
    """Unknown ones are refused without their value: people write PINs there."""
    found = {}
    for part in filter(None, text.split(separator)):
        key, _, value = part.partition("=")
        if key.startswith("pin-"):
            raise SettingError(
                f"{name}: không ghi mã PIN trong địa chỉ, hãy đặt {name}_PASSWORD / no PIN here, set {name}_PASSWORD"
            )
        if key not in known:
            raise SettingError(f"{name}: không dùng thuộc tính {key} / attribute {key} is not used here")
        found[key] = unquote(value)
    return found


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None
