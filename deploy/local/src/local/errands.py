"""Commands beside `up`: they use the running database server, or start one for as long as they need it."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from local import keys, lock, roster
from local.errors import Refused
from local.home import Home
from local.names import SERVICES
from local.ports import public_port
from local.postgres import Server
from local.prepare import prepare
from local.process import Process
from local.system import System, choose_ports


def migrate(home: Home) -> int:
    """Bring every database to its newest revision."""
    with _system(home) as system:
        return max(_run(system.migration(name)) for name in SERVICES)


def run(home: Home, service: str, arguments: list[str]) -> int:
    """Run a command of a service with the environment it has under `up`; return its status."""
    with _system(home) as system:
        return _run(system.command(service, *arguments))


def reset(home: Home, *, confirmed: bool) -> int:
    """Remove all data, keys and letters, once confirmed; raise Refused while the system runs."""
    if not confirmed and input(f"Remove everything in {home.root}? Type yes: ").strip() != "yes":
        print("Nothing removed.")
        return 1
    home.make()
    with lock.held(home.lock):
        Server(home.root).stop()
        for folder in (home.postgres, home.keys, home.mail, home.logs):
            shutil.rmtree(folder, ignore_errors=True)
    print(f"Removed the data in {home.root}.")
    return 0


@contextmanager
def _system(home: Home) -> Iterator[System]:
    home.make()
    server = Server(home.root)
    if lock.is_held(home.lock):
        entries = roster.read(home.processes)
        ports = {name: entry["port"] for name, entry in entries.items() if entry["port"]}
        if "gateway" not in ports:
            raise Refused("It is just starting; wait until it is ready.")
        yield System(home, keys.read(home.keys), server, ports)
        return
    with lock.held(home.lock):
        server.start()
        try:
            prepare(home)
            yield System(home, keys.read(home.keys), server, choose_ports(public_port()))
        finally:
            server.stop()


def _run(process: Process) -> int:
    return subprocess.run(process.command, env=process.environment, check=False).returncode  # noqa: S603
