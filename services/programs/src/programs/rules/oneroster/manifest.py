"""The manifest: which version, and which files come in which mode."""

from collections.abc import Collection, Iterable

from programs.rules.oneroster.files import ABSENT, COLUMNS, IGNORED, MANIFEST, MODES, property_of
from programs.rules.oneroster.refusals import FileRefused
from programs.rules.oneroster.table import Record

VERSION = "1.1"
_MOST_PROPERTIES = 1000


def modes_of(rows: Iterable[Record], present: Collection[str]) -> dict[str, str]:
    """The mode of each file in the zip: ``bulk`` or ``delta``. Raises FileRefused when manifest and zip disagree."""
    properties: dict[str, str] = {}
    for row in rows:
        name = row.cells.get("propertyName", "").strip()
        if name in properties:
            raise _refused(f"{name[:60]} stands there twice.", row.line)
        properties[name] = row.cells.get("value", "").strip()
        if len(properties) > _MOST_PROPERTIES:
            raise _refused("It has far too many rows.", row.line)
    version = properties.get("oneroster.version")
    if version != VERSION:
        told = f"is {version[:20]!r}" if version else "is not there"
        raise _refused(f"oneroster.version {told}; this reads {VERSION}.")
    return {name: mode for name in (*COLUMNS, *IGNORED) if (mode := _mode(name, properties, present)) != ABSENT}


def _mode(name: str, properties: dict[str, str], present: Collection[str]) -> str:
    mode = properties.get(property_of(name), ABSENT)
    if mode not in MODES:
        raise _refused(f"{property_of(name)} must be one of: {', '.join(MODES)}.")
    if mode == ABSENT and name in present:
        raise _refused(f"{name} is in the zip, but {property_of(name)} is not bulk or delta.")
    if mode != ABSENT and name not in present:
        raise _refused(f"{property_of(name)} is {mode}, but {name} is not in the zip.")
    return mode


def _refused(why: str, line: int | None = None) -> FileRefused:
    return FileRefused("manifest", why, file=MANIFEST, line=line)
