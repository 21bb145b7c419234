"""A whole production system that a test may destroy: PostgreSQL with archiving, RabbitMQ, six services, the gateway."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import binaries
import psutil
import psycopg
import requests
from world.system import eventually, free_port

from chassis.testing.broker import Broker
from local import keys
from local.home import Home
from local.names import SERVICES
from local.postgres import Server, create_database
from local.postgres.account import account
from local.process import Process
from local.system import System

Done = subprocess.CompletedProcess[str]
SCRIPTS = Path(__file__).parents[1]


def run_script(place: Path, name: str, *arguments: str, server: Server | None = None) -> Done:
    """Run deploy/backup/<name> with PostgreSQL's programs in PATH, against a server."""
    folder = binaries.folder_of_programs(place)
    environment = {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "LC_ALL": "C", **binaries.libraries()}
    if server is not None:
        socket = parse_qs(urlsplit(server.superuser_dsn()).query)["host"][0]
        environment |= {"PGHOST": socket, "PGUSER": "postgres"}
    return subprocess.run(
        [str(SCRIPTS / name), *arguments], env=environment, capture_output=True, text=True, check=False, timeout=120
    )


class Postgres(Server):
    """A server that a test may kill as a power cut would."""

    def kill(self) -> None:
        """kill -9 of the postmaster and whatever it started."""
        assert self.pid is not None
        postmaster = psutil.Process(self.pid)
        for process in (postmaster, *postmaster.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        postmaster.wait(10)

    def rows(self, database: str, statement: str, **values: Any) -> list[Any]:
        """What the superuser sees."""
        with psycopg.connect(self.superuser_dsn(database)) as connection:
            found = connection.execute(statement.encode(), values)
            return found.fetchall() if found.description else []


class Installation:
    """Its secrets outlive a disaster; its database and its broker do not."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = Home(folder / "kept")
        self.home.make()
        self.keys = keys.make(self.home.keys)
        self.ports = {name: free_port() for name in ("renderer", "gateway", *SERVICES)}
        self.url = f"http://127.0.0.1:{self.ports['gateway']}"
        self.postgres = Postgres(folder / "first")
        self.broker = Broker(folder / "broker")
        self.children: dict[str, subprocess.Popen[bytes]] = {}

    def create(self) -> None:
        """An empty system: databases, roles, tables."""
        self.postgres.start()
        for name, passwords in self.keys.databases.items():
            create_database(self.postgres.superuser_dsn(), name, passwords["owner"], passwords["app"])
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda name: self.run(name, "migrate"), SERVICES))

    def run(self, service: str, *arguments: str) -> str:
        """What a service's command prints."""
        process = self._system().command(service, *arguments)
        done = subprocess.run(
            process.command, env=self._environment(process), capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self) -> None:
        """Start every process and wait until each is ready."""
        processes = [*map(self._system().service, SERVICES), self._system().gateway()]
        for process in processes:
            with (self.folder / f"{process.name}.log").open("ab") as log:
                self.children[process.name] = subprocess.Popen(
                    process.command, env=self._environment(process), stdout=log, stderr=log
                )
        for process in processes:
            eventually(lambda process=process: self._is_ready(process), f"{process.name} is ready", 90)

    def destroy(self) -> None:
        """Everything at once; nothing of the data or of what the broker held is left."""
        for child in self.children.values():
            child.kill()
            child.wait()
        self.broker.kill()
        if self.postgres.is_alive():
            self.postgres.kill()
        for folder in (self.postgres.home, self.broker.folder):
            shutil.rmtree(folder, ignore_errors=True)

    def restore(self, backup: Path, *more: str) -> Postgres:
        """Lay a backup out in a new place, as the manual says, and start PostgreSQL on it."""
        found = Postgres(self.folder / f"restored-{len(more)}")
        done = run_script(self.folder, "restore", str(backup), str(found.data), *more)
        assert done.returncode == 0, done.stderr
        for path in (found.data, *found.data.rglob("*")):
            os.chown(path, account().uid, account().gid)
        found.start()
        return found

    def mails(self, to: str) -> list[Any]:
        """Nobody waits for a letter here."""
        raise NotImplementedError(to)

    def _is_ready(self, process: Process) -> bool:
        child = self.children[process.name]
        assert child.poll() is None, (self.folder / f"{process.name}.log").read_text()[-2000:]
        try:
            return requests.get(f"http://127.0.0.1:{process.port}{process.ready}", timeout=5).ok
        except requests.RequestException:
            return False

    def _system(self) -> System:
        return System(self.home, self.keys, self.postgres, self.ports)

    def _environment(self, process: Process) -> Mapping[str, str]:
        return {
            **process.environment,
            "EVENTS_TRANSPORT": "amqp",
            "AMQP_URL": self.broker.url,
            "ORGANIZATION_LIMIT": "100000/minute",
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
        }
