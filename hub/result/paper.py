"""A result on paper: the form of the province's terms around the whole document (RES-09, NĐ 45/2020 Điều 18)."""

import msgspec

from hub import profiles, vault
from hub.kernel.clock import VN
from hub.kernel.db import UnitOfWork
from hub.kernel.text import nfc
from hub.profiles import Terms
from hub.result import repository
from hub.result.code import Press, offline_address
from hub.result.errors import counts_no_more
from hub.result.model import Result, Status
from hub.result.service import by_code
from signing import cose


async def convert_to_paper(uow: UnitOfWork, code: str, *, symbol: str, press: Press) -> vault.Conversion:
    """A numbered paper copy, kept in the owner's vault. `symbol`: the document's own number (1234/QĐ-UBND).

    Raises NotFound, and Conflict for a result that was replaced or revoked.
    """
    result = await by_code(uow, code)
    if result.status is not Status.ISSUED:
        raise counts_no_more(code)
    terms = profiles.active().at(uow.now.astimezone(VN).date())

    async def render(numbered: vault.Numbered, _: vault.Entry, content: bytes) -> bytes:
        qr = await offline_address(result, numbered.number, numbered.token, numbered.at, press)
        form = _form(terms, result, numbered, nfc(symbol), f"{press.verify_at}{numbered.token}")
        document = await vault.render_conversion(msgspec.structs.replace(form, qr_text=qr), content)
        return document.pdf

    await repository.know_key(uow.conn, cose.key_id(press.key.certificate), press.key.certificate.der, uow.now)
    return await vault.convert_to_paper(uow, result.entry_id, render=render)


def _form(terms: Terms, result: Result, made: vault.Numbered, symbol: str, address: str) -> vault.ConversionData:
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
        verify_url=address,
        footer=terms.names.footer,
        number=made.number,
        converted_at=made.at,
        converted_by=made.by,
        sha256=result.sha256,
        basis=terms.forms.conversion_basis or terms.basis,
    )
