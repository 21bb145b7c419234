"""A zip that may be read: nothing in it but the standard's files, at the top, each what its entry says it is."""

import io
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import IO, cast

from programs.rules.oneroster.files import KNOWN, MANIFEST
from programs.rules.oneroster.refusals import FileRefused

LARGEST_TOTAL = 4 * 1024**3
"""Bytes of all files together once unpacked."""

HIGHEST_RATIO = 250
"""Unpacked to packed size of a file above a megabyte: text does not get near it, bombs go far beyond."""

LARGEST_READ = 1024 * 1024
"""Bytes read at a time. A directory of entries that is larger than this describes no roster."""

_ENCRYPTED = 0x1 | 0x40
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_HEADER = 30
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, RuntimeError)


class Archive:
    """The files of an upload, checked by their entries. What they hold is checked while it is read."""

    def __init__(self, upload: io.RawIOBase | IO[bytes]) -> None:
        """Raises FileRefused for what is no zip, or one that may not be read."""
        with _readable(None):
            self._zip = zipfile.ZipFile(cast("IO[bytes]", upload))
            entries = self._zip.infolist()
        _check_names(entries)
        for entry in entries:
            _check_entry(entry)
        if sum(entry.file_size for entry in entries) > LARGEST_TOTAL:
            raise FileRefused("zip_too_large", f"Unpacked it is larger than {LARGEST_TOTAL} bytes.")
        _check_places(entries)
        self._entries = {entry.filename: entry for entry in entries}
        if MANIFEST not in self._entries:
            raise FileRefused("manifest_missing", "There is no manifest.csv in the zip.")

    @property
    def names(self) -> list[str]:
        """The files in it."""
        return list(self._entries)

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """The unpacked bytes of a file, as a stream. Raises FileRefused wherever they are not what was announced."""
        entry = self._entries[name]
        with _readable(name):
            member = self._zip.open(entry)
        with member:
            yield io.BufferedReader(_Measured(member, entry))


class _Measured(io.RawIOBase):
    """Reads an entry's bytes and makes sure at the end that they were as many as it says."""

    def __init__(self, member: IO[bytes], entry: zipfile.ZipInfo) -> None:
        self._member, self._entry, self._read = member, entry, 0

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer as far as there is something."""
        with _readable(self._entry.filename):
            found = self._member.read(len(buffer))
        self._read += len(found)
        if not found and self._read != self._entry.file_size:
            raise FileRefused("zip_broken", "Its size is not what the zip says.", file=self._entry.filename)
        buffer[: len(found)] = found
        return len(found)


@contextmanager
def _readable(name: str | None) -> Iterator[None]:
    try:
        yield
    except FileRefused:
        raise
    except UnicodeError:
        raise
    except _BROKEN:
        if name:
            raise FileRefused(
                "zip_broken", "It is damaged: it does not unpack to what the zip says.", file=name
            ) from None
        raise FileRefused("not_a_zip", "This is no zip, or one that is cut off or damaged.") from None


def _check_names(entries: Iterable[zipfile.ZipInfo]) -> None:
    for entry in entries:
        name = entry.orig_filename
        if name in KNOWN and entry.filename == name:
            continue
        if "/" in name or "\\" in name or name.startswith("."):
            message = "Files must stand at the top level of the zip, without folders."
        elif name.lower().endswith(".zip"):
            message = "A zip within the zip is not read."
        else:
            message = "OneRoster 1.1 has no file of this name; case counts."
        raise FileRefused("unknown_file", message, file=_shown(name))
    name, times = Counter(entry.filename for entry in entries).most_common(1)[0] if entries else ("", 0)
    if times > 1:
        raise FileRefused("duplicate_file", "The zip holds this file more than once.", file=name)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    if entry.flag_bits & _ENCRYPTED:
        raise FileRefused("encrypted", "It is encrypted; send it without a password.", file=name)
    if entry.compress_type not in _METHODS:
        raise FileRefused("compression", "It is packed in a way other than deflate.", file=name)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise FileRefused("not_a_file", "It is no ordinary file but a link or the like.", file=name)
    packed = max(entry.compress_size, 1)
    if entry.file_size > LARGEST_READ and entry.file_size / packed > HIGHEST_RATIO:
        raise FileRefused("zip_bomb", f"It unpacks to more than {HIGHEST_RATIO} times its size.", file=name)


def _check_places(entries: Iterable[zipfile.ZipInfo]) -> None:
    """No two entries may share bytes: that is how a small zip unpacks to a huge one."""
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    for one, following in pairwise(ordered):
        if one.header_offset + _HEADER + one.compress_size > following.header_offset:
            raise FileRefused("zip_bomb", "Two files of the zip overlap.", file=following.filename)


def _shown(name: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in name[:100])
