"""Seats bought and seats held, at a moment."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.orm import Session

from billing import rules
from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import Forbidden

_WINDOWS = text("""
select id as grant_id, cohort_id, quantity, valid_from, valid_until from seat_grants
where organization_id = :organization and valid_from <= :at and :at < valid_until
    and (cast(:cohorts as uuid[]) is null or cohort_id = any(cast(:cohorts as uuid[])))
order by valid_from, id
""")
# A seat is held from its assignment until a later release.
_HELD = """
assigned_at <= :at and (released_at is null or released_at > :at or released_at < assigned_at)
"""
_IN_USE = text(f"""
select count(distinct student_id) from seat_holdings where organization_id = :organization and {_HELD}
    and (cast(:cohorts as uuid[]) is null or cohort_id = any(cast(:cohorts as uuid[])))
""")  # noqa: S608 - one constant condition, written once
_OF_STUDENT = text(f"""
select seat_id, cohort_id, assigned_at, {_HELD} as held from seat_holdings
where organization_id = :organization and student_id = :student
    and coalesce(assigned_at, released_at) <= :at
    and (cast(:cohorts as uuid[]) is null or cohort_id = any(cast(:cohorts as uuid[])))
order by held desc nulls last, assigned_at desc nulls last limit 1
""")  # noqa: S608
_HELD_UNTIL = text(f"""
select cohort_id, count(*) from seat_holdings
where organization_id = :organization and {_HELD} and (assigned_at, seat_id) <= (:assigned_at, :seat)
group by cohort_id
""")  # noqa: S608


def entitlements(
    session: Session, caller: Caller, *, student_id: UUID | None = None, at: datetime | None = None
) -> dict[str, Any]:
    """What the caller's organization may use at that moment (now when None)."""
    if caller.organization_id is None:
        raise Forbidden("Choose an organization first (POST /api/v1/auth/switch/).")
    reach = caller.reach("billing.read")
    values = {
        "organization": caller.organization_id,
        "at": at or now(),
        "cohorts": None if reach is None else list(reach),
    }
    windows = session.execute(_WINDOWS, values).mappings().all()
    in_use = session.scalar(_IN_USE, values) or 0
    found: dict[str, Any] = {"at": values["at"], "items": [_seats(windows, in_use)]}
    if student_id is not None:
        found["student"] = _student(session, {**values, "student": student_id})
    return found


def _seats(windows: Sequence[RowMapping], in_use: int) -> dict[str, Any]:
    purchased = sum(window["quantity"] for window in windows)
    return {
        "product": rules.SEAT,
        "purchased": purchased,
        "in_use": in_use,
        "available": max(0, purchased - in_use),
        "valid_from": min((window["valid_from"] for window in windows), default=None),
        "valid_until": max((window["valid_until"] for window in windows), default=None),
        "windows": windows,
    }


def _student(session: Session, values: dict[str, Any]) -> dict[str, Any]:
    holding = session.execute(_OF_STUDENT, values).mappings().one_or_none()
    held = holding is not None and bool(holding["held"])
    reason = _reason(session, values, holding)
    return {
        "student_id": values["student"],
        "entitled": reason is None,
        "reason": reason,
        "cohort_id": holding["cohort_id"] if holding and held else None,
        "since": holding["assigned_at"] if holding and held else None,
    }


def _reason(session: Session, values: dict[str, Any], holding: RowMapping | None) -> str | None:
    """Why not, or None when entitled. What others hold counts in full, whatever the caller may see."""
    if holding is None:
        return "no_seat"
    if not holding["held"]:
        return "released"
    pools: dict[UUID | None, int] = {}
    for window in session.execute(_WINDOWS, {**values, "cohorts": None}).mappings():
        pools[window["cohort_id"]] = pools.get(window["cohort_id"], 0) + window["quantity"]
    if not pools:
        return "no_window"
    mine = {**values, "assigned_at": holding["assigned_at"], "seat": holding["seat_id"]}
    held: dict[UUID, int] = dict(session.execute(_HELD_UNTIL, mine).all())
    return None if rules.is_covered(holding["cohort_id"], held, pools) else "lapsed"
