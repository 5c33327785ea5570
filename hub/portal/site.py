"""What a province shows of itself on every page."""

import msgspec


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """`mark` is the address of the province's own image; empty shows the plain door."""

    name_vi: str
    name_en: str
    centre: str = "Trung tâm Phục vụ hành chính công"
    address: str = ""
    hotline: str = ""
    email: str = ""
    mark: str = ""
    centre_code: str = ""


class Viewer(msgspec.Struct, frozen=True, kw_only=True):
    """Who looks at the page."""

    kind: str
    name: str
    roles: frozenset[str] = frozenset()
    at_centre: bool = False

    @property
    def counter(self) -> bool:
        """Works at the one-stop counter, or heads it."""
        return "counter" in self.roles or (self.at_centre and "head" in self.roles)

    @property
    def department(self) -> bool:
        """Has tasks of internal procedures."""
        return bool(self.roles & {"head", "specialist", "leader", "clerk"})

    @property
    def copies(self) -> bool:
        """Digitises paper results and issues certified copies (RES-07)."""
        return bool(self.roles & {"counter", "head", "clerk"})

    @property
    def seals(self) -> bool:
        """Registers seals with a second person (RES-01)."""
        return bool(self.roles & {"clerk", "leader", "head", "operator"})

    @property
    def staff(self) -> bool:
        """An officer of any role."""
        return self.kind == "officer"

    @property
    def operator(self) -> bool:
        """Watches connectors; decides no dossier."""
        return "operator" in self.roles
