"""A PostgreSQL of a test's own, which can be made to stand still: Debian's package, run as a user without rights."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy.schema import CreateSchema

from features.driver.waiting import until

MISSING = "PostgreSQL is not installed (Debian's package postgresql)"
"""Why a test is skipped where it is not."""
_PROGRAMS = Path("/usr/lib/postgresql")
_USER = "postgres"
_WITHIN = 30.0
"""Time in s that the server gets to start or to end."""


@contextmanager
def served(*settings: str) -> Iterator[Postgres]:
    """Serve a PostgreSQL, the newest that is installed; whoever needs it is skipped where there is none.

    `settings` are lines of its configuration: without any it need not be safe, and may be fast.
    """
    if (where := programs()) is None:
        pytest.skip(MISSING)
    with _running(where, settings) as server:
        yield server


def programs() -> Path | None:
    """Return the folder of the newest PostgreSQL's programs; None where there is none."""
    found = sorted(_PROGRAMS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class Postgres:
    """A running server; `stand_still` stops every process of it until `go_on`."""

    def __init__(self, process: subprocess.Popen[bytes], url: str, programs: Path) -> None:
        self._process = process
        self.url, self.programs = url, programs

    @property
    def process(self) -> psutil.Process:
        """Its first process, whose children all others are."""
        return psutil.Process(self._process.pid)

    def new_place(self) -> str:
        """Make a schema without tables, and return the URL that means it: making a database costs a hundredfold."""
        url, name = make_url(self.url), f"test_{uuid.uuid4().hex}"
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(CreateSchema(name))
        engine.dispose()
        return url.update_query_dict({"options": f"-csearch_path={name}"}).render_as_string(hide_password=False)

    @contextmanager
    def waiting_for_its_disk(self) -> Iterator[None]:
        """Let a commit wait until it is safe, which tests else do without."""
        self._set_fsync("on")
        yield
        self._set_fsync("off")

    def _set_fsync(self, value: str) -> None:
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"ALTER SYSTEM SET fsync = {value}")
            connection.exec_driver_sql("SELECT pg_reload_conf()")
        engine.dispose()

    def _all(self) -> list[psutil.Process]:
        first = psutil.Process(self._process.pid)
        return [first, *first.children(recursive=True)]

    def stand_still(self) -> None:
        """Stop every process: connections are taken by the kernel, and nobody answers them."""
        first = psutil.Process(self._process.pid)
        first.suspend()  # before the others are counted: it starts none any more, while theirs may end
        for process in first.children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                process.suspend()

    def go_on(self) -> None:
        """Let them go on."""
        for process in self._all():
            with suppress(psutil.NoSuchProcess):
                process.resume()

    def end(self) -> None:
        """End the server, whatever state it is in."""
        self.go_on()
        self._process.send_signal(signal.SIGQUIT)
        try:
            self._process.wait(_WITHIN)
        except subprocess.TimeoutExpired:
            for process in reversed(self._all()):
                process.kill()
            self._process.wait()


@contextmanager
def _running(where: Path, more: Sequence[str]) -> Iterator[Postgres]:
    """Make a cluster and serve it on loopback; it is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="evce-postgres-"))  # pytest's own folders are closed to other users
    user = _USER if os.geteuid() == 0 else None  # it refuses to run as root
    if user:
        shutil.chown(folder, user)
    try:
        data = folder / "data"
        make: list[str | Path] = [
            where / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        subprocess.run(make, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL, env=_environment())  # noqa: S603 - Debian's program
        with (data / "postgresql.conf").open("a") as settings:
            settings.write("\n".join(["fsync = off", "autovacuum = off", *more, ""]))
        port = _free_port()
        serve: list[str | Path] = [
            where / "postgres",
            "-D",
            data,
            "-k",
            folder,
            "-h",
            "127.0.0.1",
            "-p",
            str(port),
        ]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - as above; in a group of its own, for Ctrl-C is not for it
                serve, user=user, cwd=folder, stdout=log, stderr=log, env=_environment(), start_new_session=True
            )
        server = Postgres(process, f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres", where)
        try:
            until(
                lambda: "ready to accept" in (folder / "log").read_text(), f"PostgreSQL starts: {folder}/log", _WITHIN
            )
            yield server
        finally:
            server.end()
    finally:
        shutil.rmtree(folder)


def _environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "LC_ALL": "C", "HOME": str(Path.home())}


def _free_port() -> int:
    """Return a port of loopback that nobody uses; PostgreSQL takes none by itself."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
