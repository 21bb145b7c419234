"""Runs the toy's commands, each in a process of its own, forked from this one: nothing is imported thirty times."""

import json
import os
import sys

import alembic.script  # noqa: F401 - what `check` imports late
import psycopg  # noqa: F401
from toy.__main__ import SERVICE

from chassis.cli import main


def run(command: list[str], environment: dict[str, str], out: str, err: str) -> None:
    """Become the command."""
    os.environ.clear()
    os.environ.update(environment)
    for number, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), number)
    main(SERVICE, command)


for line in sys.stdin:
    child = os.fork()
    if child == 0:
        run(**json.loads(line))
    sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
    sys.stdout.flush()
