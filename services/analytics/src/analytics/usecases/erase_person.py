"""Erase a person from analytics: their names are in one table; the figures, which know ids only, stay.

A row of no organization and without a name remembers that no name of this student is taken in again.
"""

from typing import Any, cast

from sqlalchemy import CursorResult, text
from sqlalchemy.orm import Session

from analytics.queries.partner.reports import disown, end_naming
from chassis.forgetting import redact_person
from chassis.outbox import publish
from contracts.events.analytics import ErasureDone
from contracts.events.privacy import ErasureRequested
from contracts.rights import NOBODY

KEPT = (
    (
        "figures: enrolments, sponsorships, results, progress, placements, school, grade, by an id leading to nobody",
        "totals and rates told before must stay what they were (GDPR article 89, anonymous statistics)",
        "as long as the organizations' figures",
    ),
)

_NAMES = text("delete from names where subject_id = :student_id and organization_id <> :nobody")
_REMEMBER = text("""
insert into names (organization_id, subject_id, name) values (:nobody, :student_id, '') on conflict do nothing
""")


def erase_person(session: Session, event: ErasureRequested) -> None:
    """Do analytics' part and say so. Again, it finds nothing more."""
    counts: dict[str, int] = {}
    if event.student_id is not None:
        values: dict[str, Any] = {"student_id": event.student_id, "nobody": NOBODY}
        counts["names"] = cast("CursorResult[Any]", session.execute(_NAMES, values)).rowcount
        session.execute(_REMEMBER, values)
        end_naming(session, event.student_id)
    if event.user_id is not None:
        counts["reports"] = disown(session, event.user_id, NOBODY)
    counts["events"] = redact_person(session, event.request_id, (event.student_id, event.user_id), event.addresses)
    erased = tuple((name, number) for name, number in counts.items() if number)
    publish(session, ErasureDone(request_id=event.request_id, erased=erased, kept=KEPT))
