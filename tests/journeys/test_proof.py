"""After a whole journey the log tells of all of it, and the citizen takes a proof home that holds without the hub."""

import os
from pathlib import Path
from uuid import UUID

from hub import identity, proof
from hub.demo import province
from hub.demo.people import log_in
from hub.demo.run import play
from hub.kernel.actor import system
from hub.settings import load
from hub.whole import house, world_of
from signing.proof_check import Asked, check
from signing.proof_words import Code
from tests.journeys.houses import SPEED
from tests.support.house_keys import with_keys


async def test_a_journey_leaves_a_whole_log_and_proofs_to_take_home(tmp_path: Path, database_url: str) -> None:
    """Receipt, result, paper copy, steps: each has its entry; the audit agrees with every module (RES-09, DOS-04)."""
    environ = {**os.environ, "DATA_DIR": str(with_keys(tmp_path)), "DATABASE_URL": database_url}
    async with house(load(environ), environ=environ, speed=SPEED) as home, world_of(home) as world:
        _, passwords = await province.seed(home.parts.db, tmp_path)
        assert (await play(world, passwords)).ok
        citizen = await log_in(world, identity.CITIZEN_LOGIN, passwords["citizen"])
        [dossier] = await citizen.get("/api/v1/dossiers")
        [result] = await citizen.get(f"/api/v1/results/of/{dossier['id']}")
        await citizen.file(f"/api/v1/results/{result['id']}/paper")
        async with home.parts.db.begin(system("proof")) as uow:
            signed = await proof.sign_root(uow, home.parts.witness)
        assert signed is not None
        async with home.parts.db.begin(system("proof")) as uow:
            audited = await proof.audit(uow, await home.parts.trust.current())
            held = await proof.held_of(uow, dossier_id=UUID(dossier["id"]))
        assert audited.broken is None
        assert audited.entries == signed.size == len(held)
        kinds = {each.kind for each in held}
        assert {"dossier-submit", "dossier-accept", "dossier-resolve", "dossier-return"} <= kinds
        assert {"receipt-issued", "result-issued", "paper-copy"} <= kinds
        fact = next(each.fact_id for each in held if each.kind == "result-issued")
        data = await citizen.file(f"/api/v1/proof/of/{fact}")
        document = await citizen.file(f"/api/v1/files/{result['entry_id']}")
        said = check(
            data, trust=await home.parts.trust.current(), at=home.parts.db.now(), asked=Asked(document=document)
        )
        assert said.code is Code.HOLDS, said.vi
        [pinned] = await citizen.get("/api/v1/proof/roots")
        assert pinned["hash"] == signed.hash.hex()
