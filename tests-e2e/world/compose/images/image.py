"""What an image brings beside its files."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from world.compose.model import Healthcheck

SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


class Absent(Exception):
    """This machine lacks a program that stands in for an image; the message is its Debian package."""


@dataclass(frozen=True)
class Image:
    """``user`` is uid:gid; ``files`` are put into the container, path to text.

    ``keeps`` names a path of the container whose content outlives it and can be read from outside; ``folders`` are
    there, though empty; ``shows`` are folders of this machine at paths of the container, read-only.
    """

    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    user: str = "0:0"
    environment: Mapping[str, str] = field(default_factory=dict)
    working_dir: str = "/"
    files: Mapping[str, str] = field(default_factory=dict)
    keeps: str = ""
    stop_signal: str = ""
    healthcheck: Healthcheck | None = None
    folders: tuple[str, ...] = ()
    shows: tuple[tuple[Path, str], ...] = ()


def folder_of(program: str, package: str, *more: str) -> str:
    """The folder a program is in. Raises Absent."""
    found = shutil.which(program, path=":".join((*more, SYSTEM_PATH)))
    if found is None:
        raise Absent(package)
    return str(Path(found).parent)
