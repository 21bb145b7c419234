"""Keep who holds a seat, as programs says. Assigned and released may arrive in either order, or twice."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.processor import many
from contracts.events.programs import SeatAssigned, SeatReleased

# A seat given again keeps its id: the latest assignment says whose it is.
_ASSIGNED = text("""
insert into seat_holdings as holding (organization_id, seat_id, student_id, cohort_id, assigned_at)
values (:organization_id, :seat_id, :student_id, :cohort_id, :at)
on conflict (organization_id, seat_id) do update
    set student_id = excluded.student_id, cohort_id = excluded.cohort_id, assigned_at = excluded.assigned_at
    where holding.assigned_at is null or holding.assigned_at < excluded.assigned_at
""")
_RELEASED = text("""
insert into seat_holdings as holding (organization_id, seat_id, student_id, cohort_id, released_at)
values (:organization_id, :seat_id, :student_id, :cohort_id, :at)
on conflict (organization_id, seat_id) do update set released_at = greatest(holding.released_at, excluded.released_at)
""")


@many
def record_assigned(session: Session, events: Sequence[SeatAssigned]) -> None:
    """Seats are held."""
    session.execute(_ASSIGNED, [_values(event, event.assigned_at) for event in events])


@many
def record_released(session: Session, events: Sequence[SeatReleased]) -> None:
    """Seats are free again."""
    session.execute(_RELEASED, [_values(event, event.released_at) for event in events])


def _values(event: SeatAssigned | SeatReleased, at: object) -> dict[str, object]:
    return {
        "organization_id": event.organization_id,
        "seat_id": event.seat_id,
        "student_id": event.student_id,
        "cohort_id": event.cohort_id,
        "at": at,
    }
