"""What a period leaves out of its first and last month, counted from the facts of those months.

Bounded: whoever asks from or to a day within a month pays for the facts of that month, never for those of years.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

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


_SINCE = "(cast(:starts_at as timestamptz) is null or {0} >= :starts_at)"
_BEGUN = _within("enrollments", "student_id", ("began_at",))
_DONE = _within("enrollments", "student_id", ("done_at",))
_ENROLLED = _within("enrollments", "student_id", ("began_at", "done_at", "left_at"), only=_SINCE.format("began_at"))
_FINISHED = _within("enrollments", "student_id", ("done_at", "left_at"), only=_SINCE.format("done_at"))
_PLACED = _within("cohort_placements", "student_id", days=("placed_on",))
_PAID = _within("payments", "payment_id", ("completed_at",))
_INVOICED = _within("invoices", "invoice_id", ("paid_at",), ("issued_on",))
_COMPLETED = _within("cohort_results", "student_id", days=("result_date",), only="completed")
_PROGRESSED = _within("cohort_activities", "student_id", ("happened_at",), only="kind = 'progress' and completed")
_EARNED = _within("cohort_activities", "student_id", days=("day",))
_SEATED = _within("seats", "student_id", ("assigned_at", "released_at"))
_FACTS = {
    "enrolled": ("learning", _BEGUN, _ENROLLED),
    "completed": ("learning", _BEGUN, _ENROLLED),
    "completion": ("learning", _DONE, _FINISHED),
    "placed": ("learning", _BEGUN, f"{_ENROLLED} union {_PLACED}"),
    "people": ("people", _BEGUN, _ENROLLED),
    "course": ("course", _BEGUN, f"{_ENROLLED} union {_COMPLETED} union {_PROGRESSED}"),
    "course_left": ("course", _BEGUN, _ENROLLED),
    "seat": ("seat", _SEATED, _SEATED),
    "placement": ("placement", _PLACED, _PLACED),
    "salary": ("placement", _PLACED, _PLACED),
    "salary_total": ("placement", _PLACED, _PLACED),
    "salary_class": ("placement", _PLACED, _PLACED),
    "certificate": ("certificate", _EARNED, _EARNED),
    "paid": ("money", _PAID, _PAID),
    "invoiced": ("money", _INVOICED, _INVOICED),
    "settled": ("money", _INVOICED, _INVOICED),
}
"""Measure to its family, to the subjects whose origin lies within ``begin`` and ``end`` (``first`` and ``last``), and
to those with a change within them whose origin is not before ``starts_at``. Too many only cost time.
"""
_SUBJECTS = """
select cast(array_agg(subject) as text) from (
    select subject, row_number() over () / :at_once as part
    from (select distinct subject from ({queries}) as told (subject)) as found
) as numbered group by part
"""

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


@dataclass(frozen=True)
class _Window:
    """Days of a month outside the period, which changes that leaves out, and where ``_FACTS`` names whose they are."""

    first: date
    last: date
    condition: str
    facts: int


def outside(session: Session, asked: Asked, scope: str) -> Iterator[Row[Any]]:
    """Changes of the first and last months that do not belong to the period."""
    since, until = asked.since, asked.until
    end = date.max if until is None else _last_of_month(until)
    if since is not None and since.day > 1:
        window = _Window(month_of(since), since - timedelta(days=1), _BEFORE.format(scope), 1)
        yield from _told(session, asked, window, {"until": end})
    if until is not None and until < end:
        window = _Window(until + timedelta(days=1), end, _AFTER.format(scope), 2)
        yield from _told(session, asked, window, {"since": since or date.min})


def _told(session: Session, asked: Asked, window: _Window, more: dict[str, Any]) -> Iterator[Row[Any]]:
    values = {**asked.values, **more, "first": window.first, "last": window.last}
    values |= {"begin": _midnight(asked, window.first), "end": _midnight(asked, window.last + timedelta(days=1))}
    values |= {"starts_at": None if asked.since is None else _midnight(asked, asked.since), "at_once": AT_ONCE}
    families = sorted({_FACTS[measure][0] for measure in asked.measures})
    queries = " union ".join(sorted({_FACTS[measure][window.facts] for measure in asked.measures}))
    statement = text(_CHANGES.format(outside=window.condition))
    # As text from one statement to the next: a uuid each would be made and unmade in between.
    subjects = session.scalars(text(_SUBJECTS.format(queries=queries)), values).all()
    if not subjects:
        return
    plan_for_rows(session)
    for some in subjects:
        yield from session.execute(statement, {**values, "families": families, "subjects": some}).all()
    plan_for_groups(session)


def _midnight(asked: Asked, day: date) -> datetime:
    return datetime.combine(day, time(), asked.scope.zone)


def _last_of_month(day: date) -> date:
    return month_of(month_of(day) + timedelta(days=31)) - timedelta(days=1)
