"""Runs a supervisor over stand-ins. usage: supervise.py HOME NAME:PORT… [--broken]"""

import os
import sys
from pathlib import Path

from local import leftovers, lock
from local.crew import Crew
from local.errors import Refused
from local.home import Home
from local.postgres import Server
from local.process import Process
from local.supervisor import Supervisor

STAND_IN = str(Path(__file__).with_name("stand_in.py"))


def plan(crew: Crew) -> list[Process]:
    crew.run_to_end([Process("errand", (sys.executable, "-c", "print('done')"), dict(os.environ))])
    processes = []
    for name, port in (argument.split(":") for argument in sys.argv[2:] if ":" in argument):
        command = (
            (sys.executable, "-c", "raise SystemExit('no luck')") if name == "broken" else (sys.executable, STAND_IN)
        )
        processes.append(Process(name, command, {**os.environ, "PORT": port}, int(port), is_edge=name == "edge"))
    return processes


def main() -> None:
    home = Home(Path(sys.argv[1]))
    home.make()
    try:
        with lock.held(home.lock):
            server = Server(home.root)
            leftovers.clear(home, server)
            Supervisor(home, server, "http://localhost:1", with_parent=True).run(plan)
    except Refused as refused:
        sys.exit(str(refused))


main()
