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


class Viewer(msgspec.Struct, frozen=True, kw_only=True):
    """Who looks at the page."""

    kind: str
    name: str
    roles: frozenset[str] = frozenset()

    @property
    def staff(self) -> bool:
        """An officer of any role."""
        return self.kind == "officer"

    @property
    def operator(self) -> bool:
        """Watches connectors; decides no dossier."""
        return "operator" in self.roles
