"""How a connector reads its settings from the environment: typed, named in the error, secrets hidden."""

from collections.abc import Mapping


class SettingError(ValueError):
    """A setting that cannot be used; the text names the variable and says what is allowed."""


class Secret:
    """A value that never shows itself in a log, a traceback or a `repr` of settings."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def __repr__(self) -> str:
        return "Secret(***)"

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def reveal(self) -> str:
        """The value, for the one place that needs it."""
        return self._value


class Environment:
    """Reads `<PREFIX>_<NAME>`; an empty variable counts as not set."""

    def __init__(self, environ: Mapping[str, str], prefix: str) -> None:
        self._environ = environ
        self._prefix = prefix

    def text(self, name: str, default: str) -> str:
        return self._environ.get(self._full(name), "").strip() or default

    def secret(self, name: str, default: str) -> Secret:
        return Secret(self.text(name, default))

    def address(self, name: str, default: str) -> str:
        """A base URL, always without the slash at its end."""
        value = self.text(name, default)
        if not value.startswith(("http://", "https://")):
            raise SettingError(
                f"{self._full(name)}={value!r}: phải bắt đầu bằng http(s):// / must start with http(s)://"
            )
        return value.rstrip("/")

    def number(self, name: str, default: int) -> int:
        value = self.text(name, str(default))
        if not value.isdecimal():
            raise SettingError(f"{self._full(name)}={value!r}: phải là số nguyên dương / must be a whole number")
        return int(value)

    def seconds(self, name: str, default: float) -> float:
        value = self.text(name, str(default))
        try:
            seconds = float(value)
        except ValueError:
            seconds = -1.0
        if not 0 < seconds < 86_400:
            raise SettingError(f"{self._full(name)}={value!r}: phải là số giây > 0 / must be seconds above 0")
        return seconds

    def flag(self, name: str, default: bool) -> bool:
        value = self.text(name, "1" if default else "0").lower()
        if value not in ("0", "1", "true", "false"):
            raise SettingError(f"{self._full(name)}={value!r}: chỉ nhận / only 0, 1, true, false")
        return value in ("1", "true")

    def _full(self, name: str) -> str:
        return f"{self._prefix}_{name}"
