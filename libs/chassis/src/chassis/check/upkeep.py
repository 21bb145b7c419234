"""What nobody notices until it is needed: backups, room on the disk, logs that can be read."""

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chassis.check.points import Point, Situation, fail, ok, warn

BACKUP_HOURS = 26
"""A day, and time for the backup itself."""

MANIFEST = "manifest.json"
"""What deploy/backup leaves beside each backup once it is whole."""

_LEAST_BYTES = 256 * 1024**2
_FEW_BYTES = 1024**3
_LEAST_SHARE, _FEW_SHARE = 0.25, 0.5
"""Of a folder that is small by intent, a container's /tmp say: so much of it must be free."""

_DEBUGGING = ("FLASK_DEBUG", "PYTHONDEVMODE", "PYTHONASYNCIODEBUG", "WERKZEUG_DEBUG_PIN")


def backup(situation: Situation) -> Iterable[Point]:
    """The newest backup in BACKUP_DIR is fresh and was verified."""
    folder = situation.environ.get("BACKUP_DIR", "")
    if not folder:
        do = "Set BACKUP_DIR where one process can see the backups (deploy/backup); one such process is enough."
        yield warn("backup", "BACKUP_DIR is not set: this process cannot see the backups", do)
        return
    do = "Run deploy/backup/backup, and see why its schedule did not."
    manifests = _manifests(Path(folder))
    if not manifests:
        yield fail("backup", "there is none in BACKUP_DIR", do)
        return
    made_at, path = max(manifests)
    hours = (datetime.now(UTC) - made_at).total_seconds() / 3600
    if hours > BACKUP_HOURS or hours < -1:
        yield fail("backup", f"the newest ({path.parent.name}) is {hours:.0f} hours old", do)
    elif trouble := _unverified(path):
        yield fail("backup", f"the newest ({path.parent.name}) {trouble}", "Run deploy/backup/verify on it.")
    else:
        yield ok("backup", f"the newest ({path.parent.name}) is {hours:.0f} hours old and verified")


def logs(situation: Situation) -> Iterable[Point]:
    """Neither too much is logged, nor in a form no collector reads; no debugger is on."""
    settings = situation.settings
    debugging = [name for name in _DEBUGGING if situation.environ.get(name, "") not in ("", "0", "false")]
    if debugging:
        yield fail("debugging", f"{', '.join(debugging)} is set", "Take it out of this environment.")
    else:
        yield ok("debugging", "off")
    if settings.log_level.upper() in ("DEBUG", "NOTSET"):
        yield warn("logs", f"LOG_LEVEL is {settings.log_level}: too much for every day", "Set LOG_LEVEL=INFO.")
    elif settings.log_format != "json":
        yield warn("logs", "LOG_FORMAT is not json: collectors cannot read it", "Set LOG_FORMAT=json.")
    else:
        yield ok("logs", f"JSON, from {settings.log_level}")


def disk(situation: Situation) -> Iterable[Point]:
    """There is room where every process writes: its temporary files, and the backups if it sees them."""
    places = {"TMPDIR": situation.environ.get("TMPDIR", "/tmp"), "BACKUP_DIR": situation.environ.get("BACKUP_DIR", "")}  # noqa: S108
    for name, place in places.items():
        if place:
            yield room(name, Path(place))


def room(name: str, place: Path) -> Point:
    """Whether there is room in the folder that the variable ``name`` means."""
    point = f"disk {name}"
    try:
        total, _, free = shutil.disk_usage(place)
    except OSError as error:
        return fail(point, f"{place} cannot be read ({type(error).__name__})", f"Make the folder, or correct {name}.")
    why = f"{free / 1024**2:,.0f} MB free in {place}"
    if free == 0 or free < min(_LEAST_BYTES, total * _LEAST_SHARE):
        return fail(point, why, "Make room, or give it a larger volume.")
    enough = free >= min(_FEW_BYTES, total * _FEW_SHARE)
    return ok(point, why) if enough else warn(point, why, "Plan for a larger volume.")


def _manifests(folder: Path) -> list[tuple[datetime, Path]]:
    found = []
    for path in folder.glob(f"*/{MANIFEST}"):
        try:
            found.append((_moment(_read(path), "finished_at"), path))
        except (OSError, ValueError, KeyError, TypeError):
            continue  # half a manifest is no backup
    return found


def _unverified(path: Path) -> str | None:
    manifest = _read(path)
    if not manifest.get("verified_at"):
        return "was not verified"
    listed = path.parent / str(manifest["list"])
    try:
        digest = hashlib.sha256(listed.read_bytes()).hexdigest()
    except OSError:
        return "has lost its list of files"
    return None if digest == manifest["list_sha256"] else "has another list of files than when it was verified"


def _read(path: Path) -> Mapping[str, Any]:
    manifest = json.loads(path.read_text())
    if not isinstance(manifest, dict):
        raise TypeError(path.name)
    return manifest


def _moment(manifest: Mapping[str, Any], name: str) -> datetime:
    moment = datetime.fromisoformat(manifest[name])
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
