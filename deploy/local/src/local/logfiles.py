"""Logs that never fill a disk: the last start's is kept as `.1`, and so is what has grown too long."""

import os
import shutil
from pathlib import Path

LONGEST_BYTES = 20 * 1024 * 1024


def set_aside(folder: Path) -> None:
    """At a start: begin every log anew."""
    for log in folder.glob("*.log"):
        log.replace(log.with_suffix(".log.1"))


def trim(folder: Path) -> None:
    """While processes write: copy what is too long and empty the file under their feet (they append)."""
    for log in folder.glob("*.log"):
        if log.stat().st_size > LONGEST_BYTES:
            shutil.copyfile(log, log.with_suffix(".log.1"))
            os.truncate(log, 0)
