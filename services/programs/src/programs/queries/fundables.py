"""What can be funded: sponsorships and programs, as billing asks for them."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from programs.errors import NoSuchFundable

_FUNDABLE = text("""
select id, 'sponsorship' as kind, organization_id, amount_minor, currency, state, start_date, end_date,
    null as name, replace(kind, '_', ' ') as description, coalesce(ended_at, activated_at, created_at) as changed_at
from sponsorships where id = :id
union all
select id, 'program', organization_id, budget_minor, currency, state, start_date, end_date, name, description,
    changed_at
from funded_programs where id = :id
""")


def fundable(session: Session, id: UUID) -> dict[str, Any]:
    """One of either, whoever's it is, and nothing of the student. Raises NoSuchFundable."""
    found = session.execute(_FUNDABLE, {"id": id}).mappings().one_or_none()
    if found is None:
        raise NoSuchFundable()
    return dict(found)
