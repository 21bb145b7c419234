"""Whether the databases are at their newest revision already: a warm start need not ask each of them again."""

import hashlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path

from local.home import Home
from local.names import SERVICES


def are_applied(home: Home) -> bool:
    """Have exactly these migrations been applied to the data of this home?"""
    mark = _mark(home)
    return mark.exists() and mark.read_text() == _fingerprint()


def remember(home: Home) -> None:
    """Call it once every database has been migrated."""
    _mark(home).write_text(_fingerprint())


def _mark(home: Home) -> Path:
    """Inside the data folder: it goes where the data goes, and is lost with it."""
    return home.postgres / "ufadhili-migrated"


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for file in _files():
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _files() -> Iterator[Path]:
    """The services' revisions and the chassis, whose tables they create with its own helpers."""
    for service in SERVICES:
        yield from sorted((_package(service).parents[1] / "migrations").rglob("*.py"))
    yield from sorted(_package("chassis").glob("migrat*.py"))


def _package(name: str) -> Path:
    """The folder of a package, found without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"The package {name} is not installed.")
    return Path(spec.origin).parent
