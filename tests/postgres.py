"""A real PostgreSQL server for the tests: a cluster in a temporary folder, on a free port of loopback."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

BINARIES = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), Path("/usr/local/bin"))
MISSING = not (BINARIES / "initdb").exists() and shutil.which("initdb") is None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Cluster:
    """One server. PostgreSQL does not run as root: then it runs as ``postgres``."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pullquote-postgres-"))
        self.data = self.folder / "data"
        self.port = free_port()
        self._user: str | None = None
        if os.geteuid() == 0:
            self._user = "postgres"
            shutil.chown(self.folder, "postgres", "postgres")
        self._server: subprocess.Popen[bytes] | None = None
        self._emptied: list[str] = []

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def database(self) -> str:
        """The address of an empty database: one given back, if there is, since a new one takes most of a second."""
        if self._emptied:
            return self._emptied.pop()
        name = f"test{time.monotonic_ns()}"
        with self.connection(self.url) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def give_back(self, url: str) -> None:
        """Empty a database for the next test, whoever is still in it."""
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        with self.connection(url) as connection:
            connection.execute(f"SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE {others}")
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        self._emptied.append(url)

    def command(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        path = str(BINARIES / program) if (BINARIES / program).exists() else program
        with (self.folder / f"{program}.log").open("ab") as log:
            return subprocess.Popen(
                [path, *arguments], user=self._user, group=self._user, extra_groups=[] if self._user else None,
                cwd=self.folder, stdout=subprocess.DEVNULL, stderr=log,
            )  # fmt: skip

    def run(self, program: str, *arguments: str) -> None:
        process = self.command(program, *arguments)
        assert process.wait(timeout=600) == 0, (self.folder / f"{program}.log").read_text("utf-8")

    def create(self) -> Cluster:
        self.run("initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        return self

    def start(self, *settings: str) -> Cluster:
        options = [
            "listen_addresses=127.0.0.1",
            f"port={self.port}",
            f"unix_socket_directories={self.folder}",
            *settings,
        ]
        self._server = self.command(
            "postgres", "-D", str(self.data), *[word for one in options for word in ("-c", one)]
        )
        self.wait_until_ready()
        return self

    def wait_until_ready(self) -> None:
        end = time.monotonic() + 600
        while self.command("pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)).wait() != 0:
            assert time.monotonic() < end, (self.folder / "postgres.log").read_text("utf-8")
            time.sleep(0.05)

    @contextlib.contextmanager
    def connection(self, url: str) -> Iterator[psycopg.Connection[Any]]:
        """For what the product does not do."""
        with psycopg.connect(url, autocommit=True) as made:
            yield made

    def alter(self, name: str, value: str) -> None:
        with self.connection(self.url) as connection:
            connection.execute(f"ALTER SYSTEM SET {name} = {value}")
            connection.execute("SELECT pg_reload_conf()")

    def replica(self) -> Cluster:
        """A second server that follows this one."""
        made = Cluster()
        source = f"host=127.0.0.1 port={self.port} user=postgres"
        made.run("pg_basebackup", "-d", source, "-D", str(made.data), "-R", "-X", "stream", "-c", "fast", "--no-sync")
        return made.start()

    def promote(self) -> None:
        self.run("pg_ctl", "promote", "-D", str(self.data), "-w")

    def kill(self) -> None:
        """``kill -9``, of the server and all its processes."""
        assert self._server is not None
        children = Path(f"/proc/{self._server.pid}/task/{self._server.pid}/children").read_text("utf-8").split()
        for process in (self._server.pid, *map(int, children)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._server.wait()
        self._server = None

    def stop(self) -> None:
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)  # fast: sessions are ended, nothing is lost
            self._server.wait(timeout=600)
            self._server = None

    def remove(self) -> None:
        """Without the order that takes a minute where there are many databases: nothing is needed any more."""
        if self._server is not None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
