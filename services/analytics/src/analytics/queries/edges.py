"""What a period leaves out of its first and last month, counted from the facts of those months.

Bounded: whoever asks from or to a day within a month pays for the facts of that month, never for those of years.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from analytics.queries import plan_for_groups, plan_for_rows
from analytics.rules.periods import month_of
from analytics.rules.scope import Scope

AT_ONCE = 2000
_MOMENTS, _DAYS = "{0} >= :begin and {0} < :end", "{0} >= :first and {0} <= :last"


def _within(
    table: str, subject: str, moments: tuple[str, ...] = (), days: tuple[str, ...] = (), only: str = "true"
) -> str:
    """Subjects of a table's rows with one of these moments or days within the month's part."""
    conditions = [*(_MOMENTS.format(column) for column in moments), *(_DAYS.format(column) for column in days)]
    row = f"select {subject} from {table} where organization_id = :organization and {only} and "  # noqa: S608 - our own
    return " union ".join(row + condition for condition in conditions)


_ENROLLED = _within("enrollments", "student_id", ("began_at", "done_at", "left_at"))
_PLACED = _within("cohort_placements", "student_id", days=("placed_on",))
_PAID = _within("payments", "payment_id", ("completed_at",))
_INVOICED = _within("invoices", "invoice_id", ("paid_at",), ("issued_on",))
_COMPLETED = _within("cohort_results", "student_id", days=("result_date",), only="completed")
_PROGRESSED = _within("cohort_activities", "student_id", ("happened_at",), only="kind = 'progress' and completed")
_EARNED = _within("cohort_activities", "student_id", days=("day",))
_FACTS = {
    "enrolled": ("learning", _ENROLLED),
    "completed": ("learning", _ENROLLED),
    "completion": ("learning", _ENROLLED),
    "placed": ("learning", f"{_ENROLLED} union {_PLACED}"),
    "people": ("people", _ENROLLED),
    "course": ("course", f"{_ENROLLED} union {_COMPLETED} union {_PROGRESSED}"),
    "course_left": ("course", _ENROLLED),
    "seat": ("seat", _within("seats", "student_id", ("assigned_at", "released_at"))),
    "placement": ("placement", _PLACED),
    "salary": ("placement", _PLACED),
    "salary_total": ("placement", _PLACED),
    "salary_class": ("placement", _PLACED),
    "certificate": ("certificate", _EARNED),
    "paid": ("money", _PAID),
    "invoiced": ("money", _INVOICED),
    "settled": ("money", _INVOICED),
}
"""Measure to its family, and to the subjects with a fact within ``begin`` and ``end``, or ``first`` and ``last``."""

_CHANGES = """
select cohort_id, measure, key, day, sum(number) as number
from changes
where organization_id = :organization and family = any (cast(:families as text[]))
    and measure = any (cast(:measures as text[])) and dimension = :dimension
    and subject_id = any (cast(:subjects as uuid[])) and {outside}
group by cohort_id, measure, key, day
"""
_BEFORE = "{0} and origin >= :first and origin <= :last and day <= :until"
_AFTER = "{0} and day >= :first and day <= :last and origin >= :since"


@dataclass(frozen=True)
class Asked:
    """Measures of a dimension of a scope, of what began at ``since``, up to ``until`` (None: an open end)."""

    scope: Scope
    measures: tuple[str, ...]
    dimension: str
    since: date | None
    until: date | None

    @property
    def values(self) -> dict[str, Any]:
        """For a statement."""
        return {**self.scope.values, "measures": list(self.measures), "dimension": self.dimension}


def outside(session: Session, asked: Asked, scope: str) -> Iterator[Row[Any]]:
    """Changes of the first and last months that do not belong to the period."""
    since, until = asked.since, asked.until
    end = date.max if until is None else _last_of_month(until)
    if since is not None and since.day > 1:
        window = (month_of(since), since - timedelta(days=1))
        yield from _told(session, asked, window, _BEFORE.format(scope), {"until": end})
    if until is not None and until < end:
        window = (until + timedelta(days=1), end)
        yield from _told(session, asked, window, _AFTER.format(scope), {"since": since or date.min})


def _told(
    session: Session, asked: Asked, window: tuple[date, date], condition: str, more: dict[str, Any]
) -> Iterator[Row[Any]]:
    first, last = window
    values = {**asked.values, **more, "first": first, "last": last}
    values |= {"begin": _midnight(asked, first), "end": _midnight(asked, last + timedelta(days=1))}
    plan_for_rows(session)
    families, queries = zip(*(_FACTS[measure] for measure in asked.measures), strict=True)
    subjects: list[UUID] = list(session.scalars(text(" union ".join(sorted(set(queries)))), values))
    statement = text(_CHANGES.format(outside=condition))
    for start in range(0, len(subjects), AT_ONCE):
        some = {"families": sorted(set(families)), "subjects": subjects[start : start + AT_ONCE]}
        yield from session.execute(statement, values | some)
    plan_for_groups(session)


def _midnight(asked: Asked, day: date) -> datetime:
    return datetime.combine(day, time(), asked.scope.zone)


def _last_of_month(day: date) -> date:
    return month_of(month_of(day) + timedelta(days=31)) - timedelta(days=1)
