"""Who takes a dossier in and who decides it, by the province's profile and the procedure's route."""

from datetime import date

import msgspec

from hub import profiles
from hub.catalog import Procedure


class Competence(msgspec.Struct, frozen=True, kw_only=True):
    """`agency_*`: the one-stop counter; `unit_*`: the department; `connector`: its sector system, if any."""

    agency_code: str
    agency_name: str
    unit_id: str
    unit_name: str
    connector: str


def competent(procedure: Procedure, day: date) -> Competence:
    """The centre takes in (non-territorial, AG23 32.7); the route's unit decides."""
    terms = profiles.active().at(day)
    centre = next(unit for unit in terms.units if unit.kind == "centre")
    unit = terms.unit(procedure.route.unit) or centre
    return Competence(
        agency_code=centre.code,
        agency_name=centre.name,
        unit_id=unit.code,
        unit_name=unit.name,
        connector=procedure.route.connector,
    )


def deciders(unit_code: str, day: date) -> tuple[str, ...]:
    """Whose seals count for a unit's results: its own and those of the agencies above it, up to the committee."""
    terms = profiles.active().at(day)
    found: list[str] = []
    while unit_code and unit_code not in found:
        found.append(unit_code)
        unit = terms.unit(unit_code)
        unit_code = unit.parent if unit else ""
    return tuple(found)
