"""An optional `.env` beside the Makefile: KEY=VALUE lines; what is set already wins."""

import os
from pathlib import Path

QUOTES = "'\""


def load(path: Path) -> None:
    """Add the variables of `path`, if there is such a file, to this process's environment."""
    if not path.is_file():
        return
    for line in path.read_text().splitlines():
        name, assigned, value = line.strip().removeprefix("export ").partition("=")
        if assigned and not name.startswith("#"):
            os.environ.setdefault(name.strip(), _unquoted(value.strip()))


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in QUOTES:
        return value[1:-1]
    return value.partition(" #")[0].rstrip()
