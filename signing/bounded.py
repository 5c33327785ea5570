"""Verification in a process that can be killed: limits on time and memory for files from outside."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from signing import sentences
from signing.model import Indication, Kind, LaterChanges, Policy, SubIndication
from signing.report import Report
from signing.trust import TrustList, TrustStore
from signing.verifier import VERIFIER

SECONDS = 5.0
MEMORY = 512 * 1024 * 1024


class Task(msgspec.Struct, kw_only=True):
    """What the worker is handed."""

    file: str
    lists: list[TrustList]
    crls: list[tuple[bytes, datetime]]
    ocsps: list[tuple[bytes, datetime]]
    at: datetime
    kind: Kind | None
    policy: Policy
    password: str | None = None


async def verify_bounded(
    data: bytes,
    *,
    trust: TrustStore,
    at: datetime,
    kind: Kind | None = None,
    policy: Policy = Policy.INCOMING,
    password: str | None = None,
    seconds: float = SECONDS,
    memory: int = MEMORY,
) -> Report:
    """`verify` in a worker of its own; over a limit the answer is INDETERMINATE and says so."""
    with TemporaryDirectory(prefix="verify-") as folder:
        path = Path(folder) / "file"
        path.write_bytes(data)
        crls, ocsps = trust.revocation.contents()
        task = Task(
            file=str(path),
            lists=list(trust.lists),
            crls=crls,
            ocsps=ocsps,
            at=at,
            kind=kind,
            policy=policy,
            password=password,
        )
        (Path(folder) / "task").write_bytes(msgspec.msgpack.encode(task))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "signing.bounded", str(Path(folder) / "task"), str(memory), str(int(seconds) + 1),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, env={**os.environ, "PYTHONHASHSEED": "0"},
        )  # fmt: skip
        try:
            out, _ = await asyncio.wait_for(process.communicate(), seconds)
        except TimeoutError:
            process.kill()
            await process.wait()
            return over_limit(data, trust, at, policy, kind, "time")
    try:
        return msgspec.json.decode(out, type=Report)
    except msgspec.DecodeError:
        return over_limit(data, trust, at, policy, kind, "memory")


def over_limit(
    source: bytes | Path, trust: TrustStore, at: datetime, policy: Policy, kind: Kind | None, what: str
) -> Report:
    """The answer for a file that took more `time` or `memory` than it may."""
    import hashlib

    from signing.policy import RULES

    data = source.read_bytes() if isinstance(source, Path) else source
    vi, en = sentences.fill(sentences.OVER_LIMIT, d=what)
    return Report(
        indication=Indication.INDETERMINATE,
        sub_indication=SubIndication.POLICY_PROCESSING_ERROR,
        later_changes=LaterChanges.NONE,
        sentence_vi=vi,
        sentence_en=en,
        kind=kind or Kind.UNKNOWN,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        policy=policy,
        policy_id=RULES[policy].id,
        trust=trust.version,
        at=at,
        verifier=VERIFIER,
    )


def _work(arguments: Sequence[str]) -> None:
    import resource

    from signing.verifier import verify

    task = msgspec.msgpack.decode(Path(arguments[0]).read_bytes(), type=Task)
    data = Path(task.file).read_bytes()
    trust = TrustStore(task.lists)
    for der, at in task.crls:
        trust.import_crl(der, at)
    for der, at in task.ocsps:
        trust.import_ocsp(der, at)
    memory, seconds = int(arguments[1]), int(arguments[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    report = verify(data, trust=trust, at=task.at, kind=task.kind, policy=task.policy, password=task.password)
    sys.stdout.buffer.write(report.to_json())


__all__ = ["verify_bounded"]

if __name__ == "__main__":
    _work(sys.argv[1:])
