"""What a story cannot wait for: an operator's command, and that weeks go by in billing's books."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg

from local.postgres import Server
from world.production import Production
from world.system import System


def command(system: System | Production, service: str, *words: str) -> str:
    """What ``python -m service …`` prints when an operator runs it where the service's worker runs."""
    if isinstance(system, Production):
        (worker, *_) = system.engine.of(f"{service}-worker")
        line = worker.inside(["python", "-m", service, *words])
        assert line is not None, "the worker runs"
        return _run(line, dict(os.environ))
    pid = next(entry["pid"] for name, entry in system.processes().items() if name.startswith(service))
    told = Path(f"/proc/{pid}/environ").read_text().split("\0")
    return _run([sys.executable, "-m", service, *words], dict(each.split("=", 1) for each in told if each))


def _run(line: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(line, check=False, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{done.returncode}: {done.stdout[-2000:]} {done.stderr[-2000:]}"
    return done.stdout


def rewrite(system: System | Production, statement: str, **values: object) -> int:
    """Have billing's books say that something was earlier; as the superuser, as no service may. How many rows."""

    def change(dsn: str) -> int:
        with psycopg.connect(dsn) as connection:
            return connection.execute(statement, values).rowcount  # type: ignore[arg-type]

    if isinstance(system, Production):
        about = {"host": "127.0.0.1", "user": "postgres", "password": system.secrets["POSTGRES_PASSWORD"]}
        dsn = psycopg.conninfo.make_conninfo(dbname="billing", **about)
        return system.engine.inside("postgres-1", lambda: change(dsn))
    return change(Server(system.home).superuser_dsn("billing"))
