"""Disbursements: those of an organization, those that can be made, and how many wait for money."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, select, text
from sqlalchemy.orm import Session

from billing.errors import UnknownDisbursement
from billing.models import Disbursement, Fundable
from billing.models.disbursements import SCHEDULED
from billing.models.fundables import PROGRAM, SPONSORSHIP
from billing.queries import partners
from billing.settings import Settings
from chassis.auth import Caller
from chassis.errors import Malformed
from chassis.paging import paginate
from chassis.wiring import use

_COLUMNS = (
    Disbursement.id, Disbursement.amount_minor, Disbursement.currency, Disbursement.state, Disbursement.description,
    Disbursement.due_on, Disbursement.made_on, Disbursement.made_at, Disbursement.cancelled_at,
    case((Fundable.kind == SPONSORSHIP, Fundable.id)).label("sponsorship_id"),
    case((Fundable.kind == PROGRAM, Fundable.id)).label("program_id"),
)  # fmt: skip
# Due by the organization's own day; held: given, less what was released and what refunds are about to take.
_DUE = """
from disbursements as part
join fundables as target on target.organization_id = part.organization_id and target.id = part.fundable_id
left join organizations as owner on owner.organization_id = part.organization_id
cross join lateral (
    select coalesce((
        select sum(amount_minor) from allocations
        where organization_id = part.organization_id and fundable_id = part.fundable_id
    ), 0) - coalesce((
        select sum(amount_minor) from disbursements as made
        where made.organization_id = part.organization_id and made.fundable_id = part.fundable_id
            and made.state = 'made'
    ), 0) - coalesce((
        select sum(taken.amount_minor) from refund_funds as taken
        join refunds on refunds.organization_id = taken.organization_id and refunds.id = taken.refund_id
        where taken.organization_id = part.organization_id and taken.fundable_id = part.fundable_id
            and refunds.state in ('requested', 'approved', 'pending')
    ), 0) as minor
) as held
where part.state = 'scheduled' and target.state = 'active' and part.due_on <= cast(:latest as date)
    and part.due_on <= cast(:now as timestamptz) at time zone coalesce(owner.time_zone, :zone)
"""
_PAYABLE = text(
    "select distinct part.organization_id, part.fundable_id "
    f"{_DUE} and held.minor >= part.amount_minor order by 1, 2 limit :batch"
)
_WAITING = text(f"select count(*) {_DUE} and held.minor < part.amount_minor")


def page(
    session: Session,
    caller: Caller,
    *,
    page: int,
    limit: int,
    status: str | None = None,
    sponsorship_id: UUID | None = None,
    program_id: UUID | None = None,
    start_date: date | None = None,
    end_date: date | None = None,
) -> dict[str, Any]:
    """A page of the organization's, by the day they are due. Raises Malformed."""
    if start_date is not None and end_date is not None and start_date > end_date:
        raise Malformed("end_date is on or after start_date.")
    statement = _of(caller)
    if status is not None:
        statement = statement.where(Disbursement.state == status)
    for kind, id in ((SPONSORSHIP, sponsorship_id), (PROGRAM, program_id)):
        if id is not None:
            statement = statement.where(Disbursement.fundable_id == id, Fundable.kind == kind)
    if start_date is not None:
        statement = statement.where(Disbursement.due_on >= start_date)
    if end_date is not None:
        statement = statement.where(Disbursement.due_on <= end_date)
    found = paginate(session, statement.order_by(Disbursement.due_on, Disbursement.id), page=page, limit=limit)
    counts = {"total": found.total, "page": found.page, "limit": found.limit, "pages": found.pages}
    return {**counts, "disbursements": found.items}


def one(session: Session, caller: Caller, disbursement_id: UUID) -> dict[str, Any]:
    """One of the organization's. Raises UnknownDisbursement."""
    found = session.execute(_of(caller).where(Disbursement.id == disbursement_id)).mappings().first()
    if found is None:
        raise UnknownDisbursement()
    return dict(found)


def get(session: Session, organization_id: UUID | None, disbursement_id: UUID) -> Disbursement:
    """The same as a row. Raises UnknownDisbursement."""
    found = session.get(Disbursement, disbursement_id, populate_existing=True)
    if found is None or found.organization_id != organization_id:
        raise UnknownDisbursement()
    return found


def scheduled(session: Session, target: Fundable, *, until: date | None = None) -> list[Disbursement]:
    """What is to be released for it, in order, up to a day when one is given. Of use only while it is locked."""
    mine = (Disbursement.organization_id == target.organization_id) & (Disbursement.fundable_id == target.id)
    statement = select(Disbursement).where(mine, Disbursement.state == SCHEDULED)
    if until is not None:
        statement = statement.where(Disbursement.due_on <= until)
    ordered = statement.order_by(Disbursement.position).execution_options(populate_existing=True)
    return list(session.scalars(ordered))


def payable(session: Session, at: datetime, batch: int) -> Sequence[tuple[UUID, UUID]]:
    """Organization and id of what has a part that is due, and money for it."""
    return [(row[0], row[1]) for row in session.execute(_PAYABLE, {**_moment(session, at), "batch": batch})]


def count_waiting(session: Session, at: datetime) -> int:
    """Parts that are due and wait for money."""
    return int(session.scalar(_WAITING, _moment(session, at)) or 0)


def _moment(session: Session, at: datetime) -> dict[str, Any]:
    # No day on earth is further ahead than the one after ours: the index leads there.
    zone = use(session, Settings).time_zone_name
    return {"now": at, "latest": date.fromordinal(at.date().toordinal() + 1), "zone": zone}


def _of(caller: Caller) -> Select[*tuple[Any, ...]]:
    of = (Fundable.organization_id == Disbursement.organization_id) & (Fundable.id == Disbursement.fundable_id)
    return select(*_COLUMNS).join(Fundable, of).where(Disbursement.organization_id == partners.own(caller))
