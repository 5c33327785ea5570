"""The keys of the house that settings name: opened at the start, each wrong setting with its sentence."""

from datetime import datetime, timedelta
from pathlib import Path

import structlog
from cryptography.hazmat.primitives.asymmetric import ec

from hub.key_address import FileAddress, TokenAddress, read_address
from hub.settings import Secret, SettingError
from signing import Cert, KeyUnavailable, SigningKey
from signing.key_files import read_certificates, read_key
from signing.token import TokenKey

log = structlog.get_logger(__name__)
_OTHERS = 0o077
_MOST = 1024 * 1024
_SOON = timedelta(days=30)


def open_key(name: str, address: str, password: Secret, now: datetime) -> SigningKey:
    """The key that the variable `name` addresses. Raises SettingError.

    A certificate that has lapsed stops nothing else: what it must seal waits, and the log says so.
    """
    where = read_address(name, address)
    beside = _beside(name, where.chain)
    key = (
        _from_file(name, where, password, beside)
        if isinstance(where, FileAddress)
        else _on_token(name, where, password, beside)
    )
    certificate = key.certificate
    if certificate.is_ca or not certificate.may_sign_documents():
        raise SettingError(
            f"{name}: chứng thư {certificate.subject_text} không dùng để ký / the certificate is not for signing"
        )
    if not certificate.valid_at(now + _SOON):
        log.warning("keys.lapse", variable=name, holder=certificate.subject_text, until=str(certificate.not_after))
    return key


def open_point_key(name: str, address: str, password: Secret, now: datetime) -> SigningKey:
    """The same for a key that must be P-256: the code on paper copies has no room for another."""
    key = open_key(name, address, password, now)
    public = key.certificate.public_key
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        raise SettingError(f"{name}: phải là khóa EC P-256 / must be an EC P-256 key")
    return key


def _from_file(name: str, where: FileAddress, password: Secret, beside: list[Cert]) -> SigningKey:
    data = _private(name, where.path)
    try:
        return read_key(data, password.reveal(), beside)
    except KeyUnavailable as wrong:
        raise SettingError(
            f"{name}: không mở được {where.path}; hãy kiểm tra tệp và {name}_PASSWORD "
            f"/ cannot be opened, check the file and {name}_PASSWORD ({wrong})"
        ) from None


def _on_token(name: str, where: TokenAddress, password: Secret, beside: list[Cert]) -> SigningKey:
    try:
        return TokenKey.open(where.library, where.token, password.reveal(), where.label, beside)
    except KeyUnavailable as wrong:
        raise SettingError(
            f"{name}: không dùng được khóa «{where.label}» trên thiết bị «{where.token}»; hãy kiểm tra thiết bị và "
            f"{name}_PASSWORD (mã PIN) / the token's key cannot be used, check the token and the PIN ({wrong})"
        ) from None


def _private(name: str, path: Path) -> bytes:
    """Nobody else may read it, as with VAULT_KEYS."""
    data = _content(name, path)
    if path.stat().st_mode & _OTHERS:
        raise SettingError(f"{name}: người khác đọc được {path} / others can read it; chmod 600")
    return data


def _beside(name: str, path: Path | None) -> list[Cert]:
    if path is None:
        return []
    try:
        return read_certificates(_content(name, path))
    except KeyUnavailable:
        raise SettingError(f"{name}: {path} không phải chứng thư / holds no certificates") from None


def _content(name: str, path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MOST)
    except OSError:
        raise SettingError(f"{name}: không đọc được tệp {path} / cannot be read") from None
