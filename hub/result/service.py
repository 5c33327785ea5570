"""Results come in, are verified before anything else happens, and can be checked by whoever holds one."""

import secrets
from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

import msgspec

from hub import vault
from hub.kernel.db import UnitOfWork
from hub.kernel.ids import uuid7
from hub.kernel.lifecycle import LogRow
from hub.kernel.signatures import Checker
from hub.kernel.text import nfc
from hub.result import errors, lifecycle, repository
from hub.result.code import Press, key_list
from hub.result.events import ENDS, ResultStored
from hub.result.judging import decisive, objection
from hub.result.lifecycle import Trigger
from hub.result.model import Delivered, PublicVerification, Result, Status, Step
from hub.result.seals import seals_of
from signing import Report, load_cert


async def receive(
    uow: UnitOfWork,
    *,
    dossier_id: UUID,
    dossier_code: str,
    owner_id: UUID,
    files: tuple[Delivered, ...],
    checker: Checker,
    deciders: Sequence[str],
    unit_name: str,
) -> tuple[Result, ...]:
    """All files or none: each signature holds before the first byte is stored (RES-01). Raises `result.…` Invalid.

    `deciders`: codes of the deciding unit and of the agencies above it; the decisive signature must be made with a
    seal of one of them. A file that this dossier has already is the same result again.
    """
    seals = await seals_of(uow, deciders)
    checked: list[tuple[Delivered, Report]] = []
    for file in files:
        report = await checker.check(file.content, uow.now)
        if problem := objection(vault.safe_name(file.name), report, seals, unit_name):
            raise problem
        checked.append((file, report))
    await repository.lock(uow.conn, dossier_id)
    results, fresh = [], []
    for file, report in checked:
        known = await repository.same(uow.conn, dossier_id, sha256(file.content).hexdigest())
        result = known or await _keep(uow, dossier_id, dossier_code, owner_id, file, report)
        results.append(result)
        if known is None:
            fresh.append(result.code)
    if fresh:
        await uow.emit(
            ResultStored(dossier_id=dossier_id, dossier_code=dossier_code, owner_id=owner_id, codes=tuple(fresh))
        )
    return tuple(results)


async def _keep(
    uow: UnitOfWork, dossier_id: UUID, dossier_code: str, owner_id: UUID, file: Delivered, report: Report
) -> Result:
    name = vault.safe_name(file.name)
    entry = await vault.store(
        uow,
        file.content,
        owner_id=owner_id,
        kind=vault.Kind.RESULT,
        name=name,
        media_type="application/pdf",
        retention=vault.Retention.PERMANENT,
        dossier_id=dossier_id,
    )
    signature = decisive(report)
    result = Result(
        id=uuid7(),
        dossier_id=dossier_id,
        dossier_code=dossier_code,
        code=f"{dossier_code}-KQ{await repository.next_number(uow.conn, dossier_id)}",
        owner_id=owner_id,
        name=name,
        entry_id=entry.id,
        sha256=entry.sha256,
        token=secrets.token_urlsafe(24),
        status=Status.ISSUED,
        version=1,
        signer=signature.signer or "",
        organisation=signature.organisation or "",
        issuer=signature.issuer or "",
        signed_at=signature.best_time or signature.signing_time,
        verdict_vi=report.sentence_vi,
        verdict_en=report.sentence_en,
        received_at=uow.now,
        updated_at=uow.now,
    )
    await repository.add(uow.conn, result, report, uow.actor)
    await vault.keep_report(uow, entry.id, report, occasion=vault.Occasion.RELEASE)
    await uow.audit("result:result:issue", result.code, {"sha256": result.sha256, "signer": result.signer})
    return result


async def of_dossier(uow: UnitOfWork, dossier_id: UUID, *, ended: bool = False) -> tuple[Result, ...]:
    """A dossier's results that count; with `ended`, the replaced and revoked ones too."""
    return await repository.of_dossier(uow.conn, dossier_id, counting=not ended)


async def of_owner(uow: UnitOfWork, owner_id: UUID) -> tuple[Result, ...]:
    """A person's results, newest first, whatever became of them."""
    return await repository.of_owner(uow.conn, owner_id)


async def by_code(uow: UnitOfWork, code: str) -> Result:
    """Raises NotFound."""
    found = await repository.one(uow.conn, code=code)
    if found is None:
        raise errors.no_such_result()
    return found


async def report_of(uow: UnitOfWork, result_id: UUID) -> dict[str, object]:
    """The signature report with which it was released; raises NotFound."""
    found = await repository.report(uow.conn, result_id)
    if found is None:
        raise errors.no_such_result()
    return found


async def story(uow: UnitOfWork, result_id: UUID) -> tuple[LogRow[Status], ...]:
    """What happened to a result, oldest first."""
    return await repository.log(uow.conn, result_id)


async def steps(
    uow: UnitOfWork, code: str | None = None, *, after: tuple[str, int] = ("", 0), limit: int = 500
) -> tuple[Step, ...]:
    """Steps of one result, or of all of them page by page: by code, then version."""
    return await repository.steps(uow.conn, code, after, limit)


async def by_token(uow: UnitOfWork, token: str) -> PublicVerification:
    """For the public page: the token of a result, or of a paper copy of one. Raises NotFound."""
    found = await repository.one(uow.conn, token=token)
    if found is not None:
        return await _public(uow, found)
    paper = await vault.conversion_by_token(uow, token)
    original = await repository.one(uow.conn, entry_id=paper.entry_id)
    if original is None:
        raise errors.no_such_result()
    return msgspec.structs.replace(
        await _public(uow, original),
        paper_number=paper.number,
        converted_at=paper.converted_at,
        paper_copies=len(await vault.conversions_of(uow, paper.entry_id)),
        converted_by=paper.unit,  # a citizen who prints has no unit, and their name is nobody's business
    )


async def paper_keys(uow: UnitOfWork, press: Press) -> bytes:
    """The keys whose codes on paper are ours, signed (JWS): the past ones and the one in use."""
    kept = [load_cert(der) for der in await repository.paper_keys(uow.conn)]
    current = press.key.certificate
    known = [*(each for each in kept if each.der != current.der), current]
    return await key_list(tuple(known), press, uow.now)


async def _public(uow: UnitOfWork, found: Result) -> PublicVerification:
    last = (await repository.log(uow.conn, found.id))[-1]
    ended = found.status is not Status.ISSUED
    newer = await repository.one(uow.conn, result_id=found.replaced_by) if found.replaced_by else None
    stands = (await vault.current(uow, [found.entry_id]))[found.entry_id]
    renewed = stands.id != found.entry_id
    verdict = (await vault.verdicts(uow, [stands.id])).get(stands.id)
    return PublicVerification(
        code=found.code,
        status=found.status,
        sha256=found.sha256,
        signer=found.signer,
        organisation=found.organisation,
        issuer=found.issuer,
        signed_at=found.signed_at,
        verdict_vi=verdict.sentence_vi if verdict else found.verdict_vi,
        verdict_en=verdict.sentence_en if verdict else found.verdict_en,
        received_at=found.received_at,
        ended_at=last.at if ended else None,
        ended_because=last.cause if ended else "",
        replaced_by=newer.code if newer else "",
        renewed_at=stands.stored_at if renewed else None,
        renewed_sha256=stands.sha256 if renewed else "",
    )


async def supersede(uow: UnitOfWork, code: str, *, by: str, cause: str) -> Result:
    """Another result stands in its place from now on. Raises NotFound, IllegalTransition."""
    newer = await by_code(uow, by)
    return await _end(uow, await by_code(uow, code), Trigger.SUPERSEDE, cause, replaced_by=newer.id)


async def revoke(uow: UnitOfWork, code: str, *, cause: str) -> Result:
    """Taken back by the agency: the public page says so at once. Raises NotFound, IllegalTransition."""
    return await _end(uow, await by_code(uow, code), Trigger.REVOKE, cause)


async def _end(uow: UnitOfWork, result: Result, trigger: Trigger, cause: str, **columns: object) -> Result:
    change = lifecycle.transition(result, trigger, at=uow.now, cause=nfc(cause), **columns)
    ended = await repository.write(uow.conn, change, uow.actor, uow.now)
    await uow.audit(f"result:result:{trigger}", ended.code, {"cause": change.cause})
    await uow.emit(
        ENDS[change.fact](
            result_id=ended.id,
            dossier_id=ended.dossier_id,
            owner_id=ended.owner_id,
            code=ended.code,
            cause=change.cause,
        )
    )
    return ended


async def get(uow: UnitOfWork, result_id: UUID) -> Result:
    """Raises NotFound."""
    found = await repository.one(uow.conn, result_id=result_id)
    if found is None:
        raise errors.no_such_result()
    return found
