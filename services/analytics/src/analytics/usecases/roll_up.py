"""Keep the roll-ups: what the touched subjects told before a batch of facts goes, what they tell after it comes."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from analytics.models.roll_ups import COHORTS, TOUCHES
from analytics.queries.cells import WHOLE
from contracts.event import Event

AT_ONCE = 2000
"""Subjects a statement looks at, so that a whole organization is no single statement."""

Cell = tuple[UUID, UUID, str, str, str, str, str]
"""Organization, cohort, measure, dimension, key, origin, month."""

# What the view ``changes`` tells, by months. Alike intervals are counted before they are spread: a batch brings
# thousands that differ in nothing but the person, and spreading each is most of the work.
_TOLD = text("""
with told as materialized (
    select organization_id, cohort_id, spread, measure, key, school, grade_level, origin, start, stop,
        sum(number) as number
    from intervals where subject_id = any (cast(:subjects as uuid[])) and (
        family = any (cast(:families as text[]))
        or family = any (cast(:near as text[])) and cohort_id = any (cast(:cohorts as uuid[]))
    )
    group by organization_id, cohort_id, spread, measure, key, school, grade_level, origin, start, stop
)
select told.organization_id, scope.cohort_id, told.measure, dimension.dimension, dimension.key,
    cast(origin.origin as text) as origin,
    cast(step.day - cast(extract(day from step.day) as integer) + 1 as text) as month,
    sum(step.sign * told.number) as number
from told
cross join lateral (values (told.start, 1), (told.stop, -1)) as step (day, sign)
cross join lateral (values
    (told.cohort_id), (case when told.spread then cast(:whole as uuid) end)
) as scope (cohort_id)
cross join lateral (values
    ('all', told.key), ('school', told.school), ('grade_level', told.grade_level)
) as dimension (dimension, key)
cross join lateral (values
    (date '-infinity'), (told.origin - cast(extract(day from told.origin) as integer) + 1)
) as origin (origin)
where step.day is not null and scope.cohort_id is not null and dimension.key is not null
group by 1, 2, 3, 4, 5, 6, 7
""")
# The views join views: in the order written, all enrolments would be read for the few subjects of a batch.
_ANY_ORDER = text("select set_config('join_collapse_limit', '8', true)")
_ORDER_WRITTEN = text("select set_config('join_collapse_limit', '1', true)")
_ADD = text("""
with told as materialized (
    select * from jsonb_to_recordset(cast(:cells as jsonb)) as told (
        organization_id uuid, cohort_id uuid, measure text, dimension text, key text, origin date, month date,
        number numeric
    )
), added as (
    insert into cells as known (organization_id, cohort_id, measure, dimension, key, origin, month, number)
    select * from told
    order by organization_id, measure, dimension, cohort_id, origin, key, month
    on conflict (organization_id, measure, dimension, cohort_id, origin, key, month)
    do update set number = known.number + excluded.number
    returning organization_id, measure, dimension, cohort_id, origin, key, month, number
)
select count(*) from added where number = 0
""")
_TIDY = text("""
delete from cells using jsonb_to_recordset(cast(:cells as jsonb)) as told (
    organization_id uuid, cohort_id uuid, measure text, dimension text, key text, origin date, month date
)
where cells.organization_id = told.organization_id and cells.measure = told.measure
    and cells.dimension = told.dimension and cells.cohort_id = told.cohort_id and cells.origin = told.origin
    and cells.key = told.key and cells.month = told.month and cells.number = 0
""")
_COLUMNS = ("organization_id", "cohort_id", "measure", "dimension", "key", "origin", "month", "number")


@contextmanager
def rolled_up(session: Session, kind: type[Event], facts: str) -> Iterator[None]:
    """Project ``facts`` (a JSON array) of ``kind`` inside; the cells change by exactly what the projection changed."""
    touch = TOUCHES.get(kind)
    if touch is None:
        yield
        return
    subjects = list(session.scalars(text(touch.subjects), {"facts": facts}))
    cohorts = list(session.scalars(text(COHORTS), {"facts": facts})) if touch.near else []
    looked_at = {"families": list(touch.families), "near": list(touch.near), "cohorts": cohorts, "whole": WHOLE}
    cells: Counter[Cell] = Counter()
    _count(session, cells, subjects, looked_at, -1)
    yield
    _count(session, cells, subjects, looked_at, 1)
    _add(session, cells)


def _count(session: Session, cells: Counter[Cell], subjects: list[UUID], looked_at: dict[str, Any], sign: int) -> None:
    session.execute(_ANY_ORDER)
    for start in range(0, len(subjects), AT_ONCE):
        values = {**looked_at, "subjects": subjects[start : start + AT_ONCE]}
        for *cell, number in session.execute(_TOLD, values):
            cells[tuple(cell)] += sign * number
    session.execute(_ORDER_WRITTEN)  # as queries.plan_for_rows has it


def _add(session: Session, cells: Counter[Cell]) -> None:
    changed = [dict(zip(_COLUMNS, (*cell, number), strict=True)) for cell, number in cells.items() if number]
    if not changed:
        return
    values = {"cells": msgspec.json.encode(changed).decode()}
    if session.scalar(_ADD, values):
        session.execute(_TIDY, values)
