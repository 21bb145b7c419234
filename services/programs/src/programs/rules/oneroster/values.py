"""Values of a row: text, days, numbers, enumerations, lists. What is wrong is told with its column."""

import csv
import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from programs.rules.addresses import BadAddress, normalized
from programs.rules.batches import RowRefused

LONGEST_ID = 255
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
ACTIVE, TO_BE_DELETED = "active", "tobedeleted"

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_NUMBER = re.compile(r"[+-]?\d{1,12}(\.\d{1,12})?")

Cells = Mapping[str, str]


def text(cells: Cells, column: str, longest: int = 200, *, needed: bool = False) -> str | None:
    """The trimmed text of a cell, None when it is empty. Raises RowRefused."""
    found = cells.get(column, "").strip()
    if not found:
        if needed:
            raise RowRefused(column, "A value is needed.")
        return None
    if len(found) > longest:
        raise RowRefused(column, f"Longer than {longest} characters.")
    if not found.isprintable() and _CONTROL.search(found):
        raise RowRefused(column, "Control characters are not allowed.")
    return found


def needed(cells: Cells, column: str, longest: int = 200) -> str:
    """The text of a cell that must have one. Raises RowRefused."""
    return text(cells, column, longest, needed=True) or ""


def identifier(cells: Cells, column: str) -> str:
    """A sourcedId that must be there. Raises RowRefused."""
    return needed(cells, column, LONGEST_ID)


def many(cells: Cells, column: str, longest: int = LONGEST_ID) -> list[str]:
    """The values of a list, separated by commas, each once. Raises RowRefused."""
    found = text(cells, column, 10_000)
    if found is None:
        return []
    values = [value.strip() for value in next(csv.reader([found]), [])]
    if any(len(value) > longest for value in values):
        raise RowRefused(column, f"A value is longer than {longest} characters.")
    return list(dict.fromkeys(value for value in values if value))


def choice(cells: Cells, column: str, choices: Collection[str]) -> str:
    """One of a vocabulary, which must be there. Raises RowRefused naming the vocabulary."""
    found = needed(cells, column)
    if found not in choices:
        raise RowRefused(column, f"Give one of: {', '.join(choices)}.")
    return found


def day(cells: Cells, column: str) -> date | None:
    """A day as YYYY-MM-DD between 1900 and 2199; None when the cell is empty. Raises RowRefused."""
    found = text(cells, column)
    if found is None:
        return None
    try:
        read = date.fromisoformat(found) if _DAY.fullmatch(found) else None
    except ValueError:
        read = None
    if read is None:
        raise RowRefused(column, "Give a day as YYYY-MM-DD.")
    if not EARLIEST <= read <= LATEST:
        raise RowRefused(column, "Give a day between 1900 and 2199.")
    return read


def needed_day(cells: Cells, column: str) -> date:
    """A day that must be there. Raises RowRefused."""
    found = day(cells, column)
    if found is None:
        raise RowRefused(column, "A day is needed, as YYYY-MM-DD.")
    return found


def past_day(cells: Cells, column: str, today: date) -> date | None:
    """A day that has come. Raises RowRefused."""
    found = day(cells, column)
    if found is not None and found > today:
        raise RowRefused(column, "This day has not come yet.")
    return found


def number(cells: Cells, column: str) -> Decimal | None:
    """A number below a thousand million with at most six decimals; None when the cell is empty. Raises RowRefused."""
    found = text(cells, column)
    if found is None:
        return None
    try:
        read = Decimal(found) if _NUMBER.fullmatch(found) else None
    except InvalidOperation:
        read = None
    if read is None or abs(read) >= 10**9 or read != round(read, 6):
        raise RowRefused(column, "Give a number, with a point, below a thousand million, of at most six decimals.")
    return round(read, 6).normalize() + 0


def address(cells: Cells, column: str) -> str | None:
    """A mail address; None when the cell is empty. Raises RowRefused."""
    found = text(cells, column, LONGEST_ID)
    try:
        return found and normalized(found) and found
    except BadAddress:
        raise RowRefused(column, "This is no mail address.") from None


def deleted(cells: Cells, *, delta: bool) -> bool:
    """Whether the row says that its object is gone. A delta must say when and what. Raises RowRefused."""
    status = text(cells, "status")
    if status not in (None, ACTIVE, TO_BE_DELETED):
        raise RowRefused("status", f"Give one of: {ACTIVE}, {TO_BE_DELETED}.")
    modified = text(cells, "dateLastModified")
    if delta and status is None:
        raise RowRefused("status", f"A delta needs one of: {ACTIVE}, {TO_BE_DELETED}.")
    if delta and modified is None:
        raise RowRefused("dateLastModified", "A delta needs the moment of the change, as 2027-01-31T10:00:00Z.")
    if modified is not None:
        try:
            datetime.fromisoformat(modified)
        except ValueError:
            raise RowRefused("dateLastModified", "Give a moment as 2027-01-31T10:00:00Z.") from None
    return status == TO_BE_DELETED
