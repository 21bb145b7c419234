"""Ask programs of what a payment names and no event has told yet: it was created a moment ago."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from billing.clients.programs import FoundFundable
from billing.models import Fundable
from billing.queries import fundables, partners
from chassis.auth import Caller


def missing_fundables(session: Session, caller: Caller, wanted: Mapping[str, Any]) -> list[UUID]:
    """Which of the program and the sponsorships of a payment have not been heard of. Raises Forbidden."""
    named = [wanted["program_id"]] if "program_id" in wanted else list(wanted.get("sponsorship_ids", ()))
    return fundables.unknown(session, partners.own(caller), named)


def learn_fundables(session: Session, caller: Caller, found: Sequence[FoundFundable]) -> None:
    """Keep those that are the organization's own; their events come later and know more."""
    mine = [asdict(one) for one in found if one.organization_id == caller.organization_id]
    if mine:
        session.execute(insert(Fundable).on_conflict_do_nothing(), mine)
