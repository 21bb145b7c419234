"""Keep whose a cohort is, so that seats can be bought for it."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from contracts.events.programs import CohortCreated, CohortUpdated

_INSERT = (
    "insert into cohorts (organization_id, cohort_id, name) values (:organization_id, :cohort_id, :name) "
    "on conflict (organization_id, cohort_id) do "
)


def remember_cohort(session: Session, event: CohortCreated | CohortUpdated) -> None:
    """As it is now; a late "created" never undoes an "updated". Harmless to repeat."""
    rule = "update set name = excluded.name" if isinstance(event, CohortUpdated) else "nothing"
    values = {"organization_id": event.organization_id, "cohort_id": event.cohort_id, "name": event.name}
    session.execute(text(_INSERT + rule), values)
