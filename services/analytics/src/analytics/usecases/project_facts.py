"""Bring the projections up to a batch of facts."""

from datetime import datetime
from typing import Any, cast

import msgspec
from sqlalchemy import CursorResult, text
from sqlalchemy.orm import Session

from analytics.models import STATEMENTS, latest_only
from analytics.models.projection import Facts
from analytics.queries import plan_for_rows
from analytics.usecases.roll_up import rolled_up
from contracts.event import Event

_TOUCH = text("""
insert into freshness as known (organization_id, changed_at)
select organization_id, :moment from unnest(cast(:organizations as uuid[])) as organization_id
order by organization_id
on conflict (organization_id) do update set changed_at = greatest(known.changed_at, excluded.changed_at)
""")


def project_facts(session: Session, kind: type[Event], facts: Facts, moment: datetime) -> None:
    """Apply facts of one type, stored at ``moment``. Applying them again changes nothing."""
    if not facts:
        return
    plan_for_rows(session)
    values = {"facts": msgspec.json.encode(latest_only(kind, facts)).decode()}
    touched = {str(fact["organization_id"]) for fact in facts if fact["organization_id"]}
    with rolled_up(session, kind, values["facts"]):
        for statement in STATEMENTS[kind]:
            result = cast("CursorResult[Any]", session.execute(text(statement), values))
            if result.returns_rows:
                touched |= {str(organization) for organization in result.scalars()}
    session.execute(_TOUCH, {"organizations": sorted(touched), "moment": moment})
