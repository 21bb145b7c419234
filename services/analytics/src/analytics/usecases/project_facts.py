"""Bring the projections up to a batch of facts."""

from datetime import datetime
from typing import Any, cast

import msgspec
from sqlalchemy import CursorResult, text
from sqlalchemy.orm import Session

from analytics.models import STATEMENTS, latest_only
from analytics.models.projection import Facts
from contracts.event import Event

_TOUCH = text("""
insert into freshness as known (organization_id, changed_at)
select organization_id, :moment from unnest(cast(:organizations as uuid[])) as organization_id
order by organization_id
on conflict (organization_id) do update set changed_at = greatest(known.changed_at, excluded.changed_at)
""")
# A batch is few rows beside the tables: always by index, and in the order the joins are written. Left to itself the
# planner would keep the plans it made while the tables were empty, all through the import that fills them.
_PLAN_FOR_ROWS = text("""
select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('enable_seqscan', 'off', true),
    set_config('enable_nestloop', 'on', true), set_config('enable_sort', 'on', true),
    set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
    set_config('join_collapse_limit', '1', true), set_config('jit', 'off', true)
""")


def project_facts(session: Session, kind: type[Event], facts: Facts, moment: datetime) -> None:
    """Apply facts of one type, stored at ``moment``. Applying them again changes nothing."""
    if not facts:
        return
    session.execute(_PLAN_FOR_ROWS)
    values = {"facts": msgspec.json.encode(latest_only(kind, facts)).decode()}
    touched = {str(fact["organization_id"]) for fact in facts if fact["organization_id"]}
    for statement in STATEMENTS[kind]:
        result = cast("CursorResult[Any]", session.execute(text(statement), values))
        if result.returns_rows:
            touched |= {str(organization) for organization in result.scalars()}
    session.execute(_TOUCH, {"organizations": sorted(touched), "moment": moment})
