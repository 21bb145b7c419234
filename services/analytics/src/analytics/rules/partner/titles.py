"""What a report is called, and the words for its days."""

from calendar import monthrange
from datetime import date

KINDS = {"impact": "Impact Report", "financial": "Financial Report", "student_outcomes": "Student Outcomes Report"}
FORMS = ("json", "pdf", "csv")


def title(kind: str, since: date | None, until: date | None) -> str:
    """``Q4 2025 Impact Report``; the quarter or year only when the days are exactly that."""
    span = _span(since, until)
    return f"{span} {KINDS[kind]}" if span else KINDS[kind]


def days(since: date | None, until: date) -> str:
    """``2025-10-01 to 2025-12-31``."""
    return f"up to {until}" if since is None else f"{since} to {until}"


def _span(since: date | None, until: date | None) -> str | None:
    if since is None or until is None or since.year != until.year or since.day != 1:
        return None
    if until.day != monthrange(until.year, until.month)[1]:
        return None
    if (since.month, until.month) == (1, 12):
        return str(since.year)
    if since.month % 3 == 1 and until.month == since.month + 2:
        return f"Q{until.month // 3} {since.year}"
    return None
