"""Keep what was released, one row for each event of billing."""

from sqlalchemy.orm import Session

from contracts.events.billing import DisbursementMade
from programs.models import Disbursement
from programs.queries.bulk import insert_many

_FACTS = (
    "organization_id", "sponsorship_id", "program_id", "amount_minor", "currency", "made_on", "made_at", "description",
)  # fmt: skip


def note_disbursement(session: Session, event: DisbursementMade) -> None:
    """The same again changes nothing."""
    row = {"id": event.disbursement_id, **{name: getattr(event, name) for name in _FACTS}}
    insert_many(session, Disbursement, [row], "on conflict do nothing")
