"""Every event analytics listens to is kept and told to the projections, many at a time; three ask for something."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from analytics.usecases.erase_person import erase_person
from analytics.usecases.export_person import export_person
from analytics.usecases.let_student_go import let_student_go
from analytics.usecases.record_events import record_events
from chassis.handling import Handler, many
from contracts.event import Event
from contracts.events.privacy import DataExportRequested, ErasureRequested, RetentionEnded
from contracts.subscriptions import SUBSCRIPTIONS


@many
def keep(session: Session, events: Sequence[Event]) -> None:
    """Record a run of events of one type."""
    record_events(session, events)


CONSUMERS: dict[type[Event], Handler] = {
    **dict.fromkeys(SUBSCRIPTIONS["analytics"], keep),
    ErasureRequested: erase_person,
    RetentionEnded: let_student_go,
    DataExportRequested: export_person,
}
