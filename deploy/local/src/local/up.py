"""`python -m local up`: the whole system, from an empty folder to `Ready:`."""

import os
import sys

from local import keys, leftovers, lock, migrations, ports
from local.crew import Crew
from local.errors import Refused
from local.home import Home
from local.names import SERVICES
from local.postgres import Server, ServerFailed
from local.process import Process
from local.supervisor import Supervisor
from local.system import System, choose_ports


def up(home: Home, *, with_parent: bool) -> int:
    """Run the system until it is asked to stop; return the exit status."""
    try:
        host, port = ports.public_host(), ports.public_port()
        home.make()
        with lock.held(home.lock):
            server = Server(home.root)
            leftovers.clear(home, server)
            ports.require_free(host, port)
            supervisor = Supervisor(home, server, f"http://localhost:{port}", with_parent=with_parent)
            supervisor.run(lambda crew: _prepare(crew, home, server, port))
    except (Refused, ServerFailed, OSError) as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


def _prepare(crew: Crew, home: Home, server: Server, port: int) -> list[Process]:
    """Make secrets and databases, migrate, and return what is to run."""
    crew.run_to_end([Process("databases", (sys.executable, "-m", "local.prepare", str(home.root)), dict(os.environ))])
    system = System(home, keys.read(home.keys), server, choose_ports(port))
    if not migrations.are_applied(home):
        crew.run_to_end([system.migration(name) for name in SERVICES])
        migrations.remember(home)
    return system.processes()
