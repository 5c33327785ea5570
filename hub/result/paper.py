"""A result on paper: the form of the province's terms around the whole document (RES-09, NĐ 45/2020 Điều 18)."""

from hub import profiles, vault
from hub.kernel.clock import VN
from hub.kernel.db import UnitOfWork
from hub.kernel.text import nfc
from hub.profiles import Terms
from hub.result.errors import counts_no_more
from hub.result.model import Result, Status
from hub.result.service import by_code


async def convert_to_paper(uow: UnitOfWork, code: str, *, symbol: str, verify_at: str) -> vault.Conversion:
    """A numbered paper copy, kept in the owner's vault. `symbol`: the document's own number (1234/QĐ-UBND);

    `verify_at`: the address to which the copy's token is added for its QR code. Raises NotFound, and Conflict for a
    result that was replaced or revoked.
    """
    result = await by_code(uow, code)
    if result.status is not Status.ISSUED:
        raise counts_no_more(code)
    terms = profiles.active().at(uow.now.astimezone(VN).date())

    async def render(numbered: vault.Numbered, _: vault.Entry, content: bytes) -> bytes:
        document = await vault.render_conversion(_form(terms, result, numbered, nfc(symbol), verify_at), content)
        return document.pdf

    return await vault.convert_to_paper(uow, result.entry_id, render=render)


def _form(terms: Terms, result: Result, made: vault.Numbered, symbol: str, verify_at: str) -> vault.ConversionData:
    centre = next((unit for unit in terms.units if unit.kind == "centre"), None)
    signed = result.signed_at.astimezone(VN) if result.signed_at else None
    return vault.ConversionData(
        office=centre.name if centre else terms.names.portal,
        address=(centre.address if centre else "") or terms.contact.address,
        phone=(centre.phone if centre else "") or terms.contact.phone,
        symbol=symbol,
        authority=result.organisation,
        signer=result.signer,
        signed_on=f"{signed:%d/%m/%Y}" if signed else "",
        result_code=result.code,
        verify_url=f"{verify_at}{made.token}",
        footer=terms.names.footer,
        number=made.number,
        converted_at=made.at,
        converted_by=made.by,
        sha256=result.sha256,
        basis=terms.forms.conversion_basis or terms.basis,
    )
