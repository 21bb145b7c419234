"""The same figures as a file: ``?format=csv`` or ``?format=xlsx``."""

from collections.abc import Callable, Iterator

from flask import Response

from analytics.errors import NoSuchTable
from analytics.rules.tables import Tables
from analytics.usecases.export.files import csv_file, xlsx_file

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WRITERS: dict[str, tuple[str, Callable[[Tables, str | None], Iterator[bytes]]]] = {
    "csv": ("text/csv; charset=utf-8", csv_file),
    "xlsx": (_XLSX, xlsx_file),
}
FILES = {
    "text/csv": {"schema": {"type": "string"}},
    _XLSX: {"schema": {"type": "string", "format": "binary"}},
}
"""For the documentation of an answer."""


def download(form: str, told: Tables, table: str | None) -> Response:
    """The tables as a file, written while it is sent. Raises NoSuchTable."""
    names = [each.name for each in told.tables]
    if table is not None and table not in names:
        message = f"There is no table of this name. There are: {', '.join(names)}."
        raise NoSuchTable(message, errors=[{"field": "table", "message": message}])
    content_type, write = _WRITERS[form]
    return Response(
        write(told, table),
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{told.filename}.{form}"',
            "Cache-Control": "private, no-store",
        },
    )
