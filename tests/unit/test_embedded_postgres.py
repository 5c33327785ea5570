"""The launcher of the embedded PostgreSQL, on the real programs."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from hub.kernel.postgres import EmbeddedPostgres, PostgresBinaries, PostgresUnavailable

OWNER = """
import sys, time, pathlib
from hub.kernel.postgres import EmbeddedPostgres
server = EmbeddedPostgres.start(pathlib.Path(sys.argv[1]))
print(server.ensure_database('kept'), flush=True)
time.sleep(600)
"""


async def ask(dsn: str, query: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_what_is_committed_survives_a_kill_at_the_same_address(tmp_path: Path) -> None:
    with EmbeddedPostgres.start(tmp_path) as server:
        dsn = server.ensure_database("hồ sơ")
        await ask(dsn, "create table kept as select 1 as n")
        server.kill()
        server.launch()
        assert server.ensure_database("hồ sơ") == dsn
        assert await ask(dsn, "select n from kept") == 1


async def test_it_folds_vietnamese_letters_without_icu(own_postgres: EmbeddedPostgres) -> None:
    assert await ask(own_postgres.dsn("postgres"), "select lower('ĐẶNG THỊ ỦY')") == "đặng thị ủy"


def test_only_the_owner_reaches_the_socket(own_postgres: EmbeddedPostgres) -> None:
    assert stat.S_IMODE(own_postgres.socket_dir.stat().st_mode) == 0o700
    assert stat.S_IMODE(own_postgres.folder.stat().st_mode) == 0o700
    assert own_postgres.psql("show listen_addresses").strip() == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can take another user's number")
def test_another_user_is_refused_even_where_the_folder_is_open(own_postgres: EmbeddedPostgres) -> None:
    socket = own_postgres.socket_dir / ".s.PGSQL.5432"
    for folder in (own_postgres.socket_dir, *own_postgres.socket_dir.parents):
        folder.chmod(folder.stat().st_mode | 0o011)
    socket.chmod(0o777)
    script = (
        "import socket, struct, sys\n"
        "s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])\n"
        "start = struct.pack('!I', 196608) + b'user\\0hub\\0database\\0postgres\\0\\0'\n"
        "s.sendall(struct.pack('!I', len(start) + 4) + start); print(s.recv(500))"
    )
    told = subprocess.run(
        ["/usr/bin/env", "python3", "-c", script, socket],
        user=54321,
        group=54321,
        extra_groups=[],
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Peer authentication failed" in told.stdout, told


def test_a_folder_too_deep_for_a_socket_gets_a_private_short_one(tmp_path: Path) -> None:
    deep = tmp_path / ("thư-mục-" * 12) / ("sâu-" * 12)
    with EmbeddedPostgres.start(deep) as server:
        assert server.psql("select 1").strip() == "1"
        short = server.socket_dir
        assert stat.S_IMODE(short.stat().st_mode) == 0o700
    assert not short.exists()


def test_a_second_owner_is_told_what_to_do(own_postgres: EmbeddedPostgres) -> None:
    with pytest.raises(PostgresUnavailable, match="another process runs the database"):
        EmbeddedPostgres.start(own_postgres.folder)


def test_a_server_whose_owner_was_killed_is_taken_over(tmp_path: Path) -> None:
    owner = subprocess.Popen(
        [
            sys.executable,
            "-c",
            OWNER,
            tmp_path,
        ],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert owner.stdout is not None
    dsn = owner.stdout.readline().strip()
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    owner.stdout.close()
    with EmbeddedPostgres.start(tmp_path) as server:
        assert server.psql("select datname from pg_database where datname = 'kept'").strip() == "kept"
        assert server.dsn("kept") == dsn


def test_a_pid_file_that_now_names_a_stranger_does_not_stop_it(tmp_path: Path) -> None:
    with EmbeddedPostgres.start(tmp_path) as server:
        server.kill()
    pid_file = tmp_path / "cluster" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    with EmbeddedPostgres.start(tmp_path) as server:
        assert server.psql("select 1").strip() == "1"


def test_a_cut_short_first_start_leaves_nothing_that_looks_like_a_cluster(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    good = PostgresBinaries.locate()
    for name in ("postgres", "psql"):
        (tmp_path / "bin" / name).symlink_to(good.program(name))
    (tmp_path / "bin" / "initdb").write_text(
        '#!/bin/sh\nfor a; do case $a in --pgdata=*) mkdir -p "${a#*=}"; echo 18 > "${a#*=}/PG_VERSION";; esac; done\nexit 1\n'
    )
    (tmp_path / "bin" / "initdb").chmod(0o755)
    broken = PostgresBinaries(tmp_path / "bin", good.major)
    with pytest.raises(PostgresUnavailable):
        EmbeddedPostgres.start(tmp_path / "data", binaries=broken)
    with EmbeddedPostgres.start(tmp_path / "data") as server:
        assert server.psql("select 1").strip() == "1"


def test_programs_older_than_the_builtin_locale_are_refused_by_name(tmp_path: Path) -> None:
    for name in ("initdb", "psql", "postgres"):
        (tmp_path / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 15.18 (Debian)'\n")
        (tmp_path / name).chmod(0o755)
    with pytest.raises(PostgresUnavailable, match=f"PG_BIN={tmp_path}"):
        PostgresBinaries.locate({"PG_BIN": str(tmp_path)})
    assert PostgresBinaries.locate({"PATH": str(tmp_path)}).major >= 17
