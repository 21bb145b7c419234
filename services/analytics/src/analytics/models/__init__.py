"""The projections: which event becomes which rows, and the tables a rebuild makes again.

There are no classes here: no row has a rule of its own, every row is told by events and only ever read.
"""

from collections.abc import Mapping
from typing import Any

from analytics.models import (
    activities,
    cohorts,
    deliveries,
    enrollments,
    funding,
    money,
    organizations,
    people,
    placements,
    results,
    seats,
    sponsorships,
)
from analytics.models.projection import Facts
from contracts.event import Event

STATEMENTS: Mapping[type[Event], tuple[str, ...]] = {
    **organizations.PROJECTION,
    **cohorts.PROJECTION,
    **people.PROJECTION,
    **seats.PROJECTION,
    **enrollments.PROJECTION,
    **results.PROJECTION,
    **placements.PROJECTION,
    **money.PROJECTION,
    **deliveries.PROJECTION,
    **activities.PROJECTION,
    **sponsorships.PROJECTION,
    **funding.PROJECTION,
}

TABLES = (
    "organizations", "freshness", "courses", "cohorts", "cohort_courses", "students", "seats", "seat_grants",
    "enrollments", "results", "cohort_results", "placements", "cohort_placements", "payments", "invoices", "consents",
    "deliveries", "activities", "cohort_activities", "cells", "totals", "sponsorships", "funded_programs",
    "program_students", "funds", "awaited_payments", "payment_moves", "disbursements", "grades", "sponsored_results",
    "sponsored_activities", "sponsored_grades",
)  # fmt: skip
"""Every table that ``events`` can tell again."""

SNAPSHOT_KEYS: Mapping[str, tuple[str, ...]] = {
    "ufadhili.identity.organization_updated.v1": ("organization_id",),
    "ufadhili.programs.cohort_updated.v1": ("cohort_id",),
    "ufadhili.programs.course_updated.v1": ("course_id",),
    "ufadhili.programs.student_updated.v1": ("organization_id", "student_id"),
}
"""Events that say how something is now, and what names the something: of several only the last counts."""


def latest_only(event: type[Event], facts: Facts) -> list[dict[str, Any]]:
    """Of several snapshots of one thing in a batch, the last; other facts are all kept."""
    keys = SNAPSHOT_KEYS.get(event.type)
    if keys is None:
        return facts
    return list({tuple(fact[key] for key in keys): fact for fact in facts}.values())
