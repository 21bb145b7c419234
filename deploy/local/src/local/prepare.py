"""Makes what an installation needs before its first process: secrets and databases.

Run as a process of its own (`python -m local.prepare HOME`) because what it imports would otherwise stay in
the supervisor's memory for good.
"""

import sys
from pathlib import Path

from local import keys
from local.home import Home
from local.postgres import Server, create_database


def prepare(home: Home) -> None:
    """Safe to repeat."""
    made = keys.make(home.keys)
    dsn = Server(home.root).superuser_dsn()
    for name, passwords in made.databases.items():
        create_database(dsn, name, passwords["owner"], passwords["app"])


if __name__ == "__main__":
    prepare(Home(Path(sys.argv[1])))
