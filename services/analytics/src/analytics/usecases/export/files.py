"""CSV and XLSX, written as they are sent: a long table takes no more memory than a short one."""

import csv
import tempfile
from collections.abc import Iterator
from typing import IO, cast

import xlsxwriter  # type: ignore[import-untyped]

from analytics.rules.tables import Table, Tables

_CHUNK = 64 * 1024
_IN_MEMORY = 1024 * 1024
_NOTES = "definitions"


class _Line:
    """What ``csv`` writes to, when the line itself is wanted."""

    def write(self, line: str) -> str:
        return line


def csv_file(told: Tables, name: str | None = None) -> Iterator[bytes]:
    """Lines of notes that begin with ``#``, then the table of that name, or each with its name before it. UTF-8."""
    writer = csv.writer(_Line())
    yield b"\xef\xbb\xbf"  # else Excel takes it for an old code page
    for label, words in told.notes.items():
        yield _note(f"{label}: {words}")
    for table in told.tables:
        if name not in (None, table.name):
            continue
        yield _note(f"table: {table.name}")
        yield cast(str, writer.writerow(table.columns)).encode()
        for row in table.safe_rows():
            yield cast(str, writer.writerow(row)).encode()


def _note(words: str) -> bytes:
    return cast(str, csv.writer(_Line()).writerow([f"# {' '.join(words.split())}"])).encode()


def xlsx_file(told: Tables, name: str | None = None) -> Iterator[bytes]:
    """A sheet for each table (or the one of that name) and one for the notes."""
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file, tempfile.TemporaryDirectory() as folder:
        options = {"constant_memory": True, "tmpdir": folder, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(cast(IO[bytes], file), options) as book:
            bold = book.add_format({"bold": True})
            for table in told.tables:
                if name in (None, table.name):
                    _sheet(book, table, bold)
            notes = Table(_NOTES, ("what", "words"), list(told.notes.items()))
            _sheet(book, notes, bold)
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk


def _sheet(book: xlsxwriter.Workbook, table: Table, bold: object) -> None:
    sheet = book.add_worksheet(table.name)
    sheet.set_column(0, len(table.columns), 24)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, table.columns, bold)
    for number, row in enumerate(table.safe_rows(), 1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, value)
            elif value is not None:
                sheet.write_number(number, column, value)
