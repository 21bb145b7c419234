"""Monthly statements of cohorts: as they were closed, or, of a month not closed yet, what has been used so far."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from billing.queries import credit_notes, running_month
from billing.queries.invoices import of_month
from billing.rules import Month
from billing.settings import Settings
from chassis.auth import Caller
from chassis.errors import Forbidden
from chassis.paging import Page
from chassis.wiring import use

PERMISSION = "billing.read"

_IS_CLOSED = text("select closed_at from month_closings where organization_id = :organization and month = :month")
_MINE = """
from statements where organization_id = :organization and month = :month
    and (cast(:cohorts as uuid[]) is null or cohort_id = any(cast(:cohorts as uuid[])))
"""
_COUNT = text(f"select count(*) {_MINE}")
_PAGE = text(f"""
select cohort_id, cohort_name, seats_used, uncovered, closed_at {_MINE}
order by cohort_name nulls last, cohort_id limit :limit offset :offset
""")
_SEATS = text("""
select statement_seats.cohort_id, students, grant_id, checkout_id, quantity, valid_from, valid_until
from statement_seats join seat_grants on seat_grants.id = grant_id
where statement_seats.organization_id = :organization and month = :month
    and statement_seats.cohort_id = any(cast(:shown as uuid[]))
order by valid_from, grant_id
""")
_UNBILLED = text("""
select cohort_id, product, currency, reason, usages from unbilled_usage
where organization_id = :organization and month = :month
    and coalesce(cohort_id, '00000000-0000-0000-0000-000000000000') = any(cast(:shown as uuid[]))
order by product, currency, reason
""")


def statements(
    session: Session, caller: Caller, *, page: int, limit: int, month: Month, cohort_id: UUID | None = None
) -> Page:
    """A page of the statements of the caller's organization, by the cohort's name. Raises Forbidden."""
    if caller.organization_id is None:
        raise Forbidden("Choose an organization first (POST /api/v1/auth/switch/).")
    values = {
        "organization": caller.organization_id,
        "month": month.first,
        "cohorts": _cohorts(caller, cohort_id),
        "limit": limit,
        "offset": (page - 1) * limit,
    }
    if session.scalar(_IS_CLOSED, values) is None:
        return running_month.statements(session, use(session, Settings), month, values, page=page, limit=limit)
    rows = [dict(row) for row in session.execute(_PAGE, values).mappings()]
    return Page(_whole(session, rows, values), session.scalar(_COUNT, values) or 0, page, limit)


def _cohorts(caller: Caller, wanted: UUID | None) -> list[UUID] | None:
    """The cohorts that may be shown of those asked for; None for all, those of no cohort included."""
    reach = caller.reach(PERMISSION)
    if wanted is None:
        return None if reach is None else list(reach)
    return [wanted] if reach is None or wanted in reach else []


def _whole(session: Session, rows: Sequence[dict[str, Any]], values: Mapping[str, Any]) -> list[dict[str, Any]]:
    shown = {**values, "shown": [row["cohort_id"] or UUID(int=0) for row in rows]}
    seats, unbilled = _by_cohort(session.execute(_SEATS, shown)), _by_cohort(session.execute(_UNBILLED, shown))
    of = (shown["organization"], shown["month"], [row["cohort_id"] for row in rows])
    invoices, notes = _sorted(of_month(session, *of)), _sorted(credit_notes.of_month(session, *of))
    return [
        {
            **row,
            "month": values["month"],
            "state": "closed",
            "purchases": seats[row["cohort_id"]],
            "lines": [line for invoice in invoices[row["cohort_id"]] for line in invoice["lines"]],
            "invoices": invoices[row["cohort_id"]],
            "credit_notes": notes[row["cohort_id"]],
            "unbilled": unbilled[row["cohort_id"]],
        }
        for row in rows
    ]


def _by_cohort(found: Any) -> dict[UUID | None, list[dict[str, Any]]]:
    return _sorted([dict(row) for row in found.mappings()])


def _sorted(rows: Iterable[dict[str, Any]]) -> dict[UUID | None, list[dict[str, Any]]]:
    """By cohort."""
    found: dict[UUID | None, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["cohort_id"]].append(row)
    return found
