"""A CSV file of the standard, row by row, in bounded memory: what it is written in, its header, its rows."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from programs.rules.oneroster.files import COLUMNS, MANIFEST, MANIFEST_COLUMNS, METADATA
from programs.rules.oneroster.refusals import FileRefused

LONGEST_LINE = 64 * 1024
LONGEST_ROW = 256 * 1024
MOST_ROWS = 5_000_000
MOST_COLUMNS = 200

_WIDE = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DELIMITERS = {";": "a semicolon", "\t": "a tab", "|": "a vertical bar"}


@dataclass(frozen=True)
class Record:
    """A row as it stands: the line it begins on, from 1, and its cells by column.

    ``width`` is how many cells it has when that is not as many as the header.
    """

    line: int
    cells: dict[str, str]
    width: int | None = None


def records(stream: IO[bytes], name: str) -> Iterator[Record]:
    """The rows of a file. Raises FileRefused when it is not UTF-8, or not the CSV that its name promises."""
    lines = _Lines(stream, name)
    rows = csv.reader(lines, strict=False)
    header: list[str] | None = None
    count = 0
    while True:
        lines.begin_row()
        line = rows.line_num + 1
        try:
            row = next(rows, None)
        except csv.Error:
            why = "A quoted value does not end, or is far too long; is a quotation mark missing?"
            raise FileRefused("csv", why, file=name, line=line) from None
        if row is None:
            break
        if not row:
            continue
        if header is None:
            header = check_header(name, row)
            continue
        count += 1
        if count > MOST_ROWS:
            raise FileRefused("too_many_rows", f"More than {MOST_ROWS} rows.", file=name, line=line)
        yield _record(line, header, row)
    if header is None:
        raise FileRefused("empty", "The file is empty; even without rows it needs its header.", file=name)


def check_header(name: str, row: Sequence[str]) -> list[str]:
    """The columns of the file. Raises FileRefused naming what is missing, twice, unknown, or wrongly separated."""
    header = [cell.strip() for cell in row]
    wanted = MANIFEST_COLUMNS if name == MANIFEST else COLUMNS[name]
    _check_delimiter(name, header, wanted)
    missing = [column for column in wanted if column not in header]
    if missing:
        raise FileRefused("header", f"The header lacks: {', '.join(missing)}.", file=name, line=1)
    twice = sorted({column for column in header if header.count(column) > 1})
    unknown = [column for column in header if column not in wanted and not column.startswith(METADATA)]
    if twice or unknown:
        what = f"has twice: {_named(twice)}" if twice else f"has columns the standard does not know: {_named(unknown)}"
        hint = "" if twice else f" Columns of your own begin with {METADATA}"
        raise FileRefused("header", f"The header {what}.{hint}", file=name, line=1)
    return header


def _check_delimiter(name: str, header: Sequence[str], wanted: Sequence[str]) -> None:
    if len(header) > MOST_COLUMNS:
        raise FileRefused("header", f"The header has more than {MOST_COLUMNS} columns.", file=name, line=1)
    for sign, called in _DELIMITERS.items():
        cells = header[0].split(sign)
        if len(cells) > 1 and {cell.strip().strip('"') for cell in cells} & set(wanted):
            why = f"The columns are separated by {called}; OneRoster separates them by a comma."
            raise FileRefused("delimiter", why, file=name, line=1)


def _record(line: int, header: Sequence[str], row: Sequence[str]) -> Record:
    width = len(row) if len(row) != len(header) else None
    return Record(line, dict(zip(header, row, strict=False)), width)


def _named(columns: Sequence[str]) -> str:
    return ", ".join("".join(char if char.isprintable() else "?" for char in column[:60]) for column in columns[:10])


class _Lines:
    """The lines of a file as text, each and each row's together no longer than a row may be."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._name = name
        self._number = 0
        self._row = 0
        buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)  # type: ignore[type-var]
        _check_encoding(buffered.peek(4096)[:4096], name)
        self._text = io.TextIOWrapper(buffered, encoding="utf-8-sig", newline="")

    def begin_row(self) -> None:
        """What is read from here on belongs to the next row."""
        self._row = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self._number += 1
        try:
            line = self._text.readline(LONGEST_LINE + 1)
        except UnicodeDecodeError:
            self._refuse("encoding", "The file is not UTF-8; it looks like Latin-1 or Windows-1252.")
        if not line:
            raise StopIteration
        self._row += len(line)
        if len(line) > LONGEST_LINE or self._row > LONGEST_ROW:
            self._refuse("csv", "A row is far too long; is a line break or a quotation mark missing?")
        if "\0" in line:
            self._refuse("encoding", "The file holds NUL characters; it looks like UTF-16. Send it as UTF-8.")
        return line

    def _refuse(self, code: str, why: str) -> None:
        raise FileRefused(code, why, file=self._name, line=self._number)


def _check_encoding(start: bytes, name: str) -> None:
    if start.startswith(_WIDE) or (start[:200].count(0) * 3 >= len(start[:200]) > 0):
        kind = "UTF-32" if start.startswith(_WIDE[:2]) or b"\0\0\0" in start[:200] else "UTF-16"
        raise FileRefused("encoding", f"The file is {kind}; send it as UTF-8.", file=name, line=1)
    if start.startswith(b"PK\x03\x04"):
        raise FileRefused("csv", "This is a zip or a spreadsheet, not CSV.", file=name, line=1)
