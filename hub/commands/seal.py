"""`hub seal`: a folder of PDF files sealed into another one; stopped at any moment, it goes on where it stopped."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click
import httpx
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from hub.kernel.documents import vietnamese_font
from signing import (
    HttpTimestamper,
    Level,
    Look,
    SigningError,
    SigningKey,
    SoftKey,
    Timestamper,
    TrustStore,
    batch,
    load_cert,
    seal_pdf,
)
from signing.certs import Cert
from signing.test_pki import Pki
from signing.trust_folder import open_store

LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")
LOOKS: dict[str, Callable[[Path], Look]] = {
    "leader": Look.leader,
    "agency": Look.agency,
    "officer": Look.officer,
    "digitised": Look.digitised,
    "unseen": lambda _: Look.invisible(),
}
INTERRUPTED = 130


class FolderSink:
    """Where sealed files go: each appears whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, name: str) -> bool:
        """Sealed by an earlier run."""
        return (self._folder / name).exists()

    def put(self, name: str, data: bytes) -> None:
        """A name that exists is a file that is whole."""
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.new")
        with fresh.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)


class Tools(msgspec.Struct, frozen=True):
    """What sealing needs besides the files."""

    key: SigningKey
    tsa: Timestamper | None
    trust: TrustStore | None


@click.command("seal")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="FOLDER")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Thư mục nhận tệp đã ký / where sealed files go.",
)
@click.option("--key", "name", required=True, metavar="NAME", help="NAME.key.pem và/and NAME.cert.pem.")
@click.option(
    "--look",
    type=click.Choice(sorted(LOOKS)),
    default="agency",
    show_default=True,
    help="Cách hiện chữ ký / how it shows (NĐ 30/2020).",
)
@click.option("--level", type=click.Choice(LEVELS), default="B-T", show_default=True, help="Mức PAdES / PAdES level.")
@click.option("--certify", is_flag=True, help="Chứng thực: không cho thêm gì sau đó / permits nothing after it.")
@click.option(
    "--keys",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="Thư mục khóa / folder of keys [DATA_DIR/pki].",
)
@click.option(
    "--tsa", "tsa_url", default="", metavar="URL", help="Dịch vụ dấu thời gian / time-stamp authority (RFC 3161)."
)
@click.option(
    "--trust", "lists", multiple=True, metavar="NAME", help="Danh sách tin cậy / trust lists, for B-LT, B-LTA."
)
@click.option(
    "--trust-dir",
    envvar="TRUST_DIR",
    type=click.Path(path_type=Path),
    default=None,
    help="Thư mục danh sách tin cậy [TRUST_DIR].",
)
@click.pass_context
def seal(
    ctx: click.Context,
    *,
    folder: Path,
    out: Path,
    name: str,
    look: str,
    level: str,
    certify: bool,
    keys: Path | None,
    tsa_url: str,
    lists: tuple[str, ...],
    trust_dir: Path | None,
) -> None:
    """Ký số mọi tệp PDF của một thư mục. / Seal every PDF of a folder.

    Ctrl-C dừng; chạy lại lệnh này thì làm tiếp, mỗi tệp ký đúng một lần. Mã thoát: 0 xong, 1 có tệp không ký được,
    2 gọi sai, 130 bị dừng. / Run it again after Ctrl-C and it goes on; each file is sealed once.
    """
    place = keys or Path(os.environ.get("DATA_DIR", "var")) / "pki"
    names = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file() and p.suffix.lower() == ".pdf")
    console = Console(stderr=True)
    try:
        tools = Tools(_key(place, name), _tsa(place, tsa_url), _trust(place, trust_dir, lists))
        sealing = partial(
            seal_pdf,
            key=tools.key,
            look=LOOKS[look](vietnamese_font()),
            tsa=tools.tsa,
            trust=tools.trust,
            level=Level(level),
            certify=certify,
        )
        done = asyncio.run(_seal(folder, FolderSink(out), names, sealing, console))
    except KeyboardInterrupt:
        console.print("Đã dừng. Chạy lại đúng lệnh này để làm tiếp. / Stopped; run the same command to go on.")
        ctx.exit(INTERRUPTED)
    except (SigningError, OSError, ValueError) as wrong:
        raise click.UsageError(str(wrong)) from None
    for file, why in done.failed:
        click.echo(f"{file}: {why}", err=True)
    click.echo(
        f"Ký {done.done}, đã có {done.skipped}, không được {len(done.failed)}, tổng {done.total} tệp. / "
        f"Sealed {done.done}, there already {done.skipped}, failed {len(done.failed)} of {done.total}."
    )
    ctx.exit(1 if done.failed else 0)


async def _seal(
    folder: Path, sink: FolderSink, names: list[str], sealing: Callable[[bytes], Awaitable[bytes]], console: Console
) -> batch.Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("Đang ký / sealing", total=len(names))

        def told(now: batch.Progress) -> None:
            bar.update(task, completed=now.done + now.skipped + len(now.failed))

        return await batch.seal_many(_documents(folder, names), sealing, sink, told=told, at_once=1)


def _documents(folder: Path, names: list[str]) -> Iterator[tuple[str, Callable[[], bytes]]]:
    for name in names:
        yield name, (folder / name).read_bytes


def _key(folder: Path, name: str) -> SigningKey:
    """Raises OSError, KeyUnavailable; the chain is whatever of it lies beside."""
    certificate = load_cert((folder / f"{name}.cert.pem").read_bytes())
    beside = [load_cert(path.read_bytes()) for path in sorted(folder.glob("*.cert.pem"))]
    chain: list[Cert] = []
    last = certificate
    while not last.self_issued and len(chain) < 8:
        issuer = next((c for c in beside if c.x.subject == last.x.issuer), None)
        if issuer is None:
            break
        chain.append(issuer)
        last = issuer
    return SoftKey.load((folder / f"{name}.key.pem").read_bytes(), certificate, chain)


def _demonstration(folder: Path) -> Pki | None:
    """The PKI of a demonstration brings its own authority and lists."""
    try:
        return Pki.load(folder, datetime.now(UTC))
    except (OSError, ValueError):
        return None


def _tsa(folder: Path, url: str) -> Timestamper | None:
    if url:
        return HttpTimestamper(url, _post)
    pki = _demonstration(folder)
    return pki.tsa(lambda: datetime.now(UTC)) if pki else None


async def _post(url: str, body: bytes, kind: str) -> bytes:
    """Raises OSError."""
    try:
        async with httpx.AsyncClient(timeout=30) as client:
            answer = await client.post(url, content=body, headers={"content-type": kind})
    except httpx.HTTPError as lost:
        raise OSError(str(lost) or type(lost).__name__) from lost
    return answer.content


def _trust(folder: Path, trust_dir: Path | None, lists: tuple[str, ...]) -> TrustStore | None:
    now = datetime.now(UTC)
    if lists:
        return open_store(trust_dir or Path("trust"), lists, now)
    pki = _demonstration(folder)
    if pki is None:
        return None
    store = pki.trust(now)
    pki.import_ocsp(store, now)
    return store
