"""Bring the projections up to a batch of facts."""

from collections.abc import Collection
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
_RENEW = text("""
insert into versions as known (organization_id, version)
select organization_id, 1 from unnest(cast(:organizations as uuid[])) as organization_id order by organization_id
on conflict (organization_id) do update set version = known.version + 1
""")
_RENEW_ALL = text("update versions set version = version + 1")


def project_facts(session: Session, kind: type[Event], facts: Facts, moment: datetime) -> set[str]:
    """Apply facts of one type, stored at ``moment``. Applying them again changes nothing.

    Returns the organizations whose figures they may have changed.
    """
    if not facts:
        return set()
    plan_for_rows(session)
    values: dict[str, Any] = {"facts": msgspec.json.encode(latest_only(kind, facts)).decode(), "moment": moment}
    touched = {str(fact["organization_id"]) for fact in facts if fact["organization_id"]}
    with rolled_up(session, kind, values["facts"]):
        for statement in STATEMENTS[kind]:
            result = cast("CursorResult[Any]", session.execute(text(statement), values))
            if result.returns_rows:
                touched |= {str(organization) for organization in result.scalars()}
    session.execute(_TOUCH, {"organizations": sorted(touched), "moment": moment})
    return touched


def renew(session: Session, organizations: Collection[str] | None) -> None:
    """Say that figures of these (None: all) organizations have changed: ETags of before no longer match."""
    if organizations is None:
        session.execute(_RENEW_ALL)
    elif organizations:
        session.execute(_RENEW, {"organizations": sorted(organizations)})
