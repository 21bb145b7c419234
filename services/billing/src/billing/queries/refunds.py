"""Refunds, and what is left of what was bought."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from billing.errors import UnknownRefund
from billing.models import CreditNote, Fundable, Refund, RefundFund, RefundLine, SeatGrant
from billing.queries import payments
from chassis.auth import Caller
from chassis.errors import Forbidden
from chassis.paging import Page, paginate

_COLUMNS = (
    Refund.id, Refund.organization_id, Refund.payment_id, Refund.state, Refund.reason, Refund.currency,
    Refund.net_minor, Refund.tax_minor, Refund.amount_minor, Refund.provider, Refund.reference, Refund.failure,
    Refund.requested_at, Refund.completed_at, CreditNote.id.label("credit_note_id"),
    CreditNote.number.label("credit_note_number"),
)  # fmt: skip
_SOLD = text("""
select given.id, sold.quantity, sold.months, sold.tax_minor,
    coalesce(sum(back.quantity * back.months), 0) as units_back, coalesce(sum(back.tax_minor), 0) as tax_back
from seat_grants as given
join checkout_lines as sold on sold.organization_id = given.organization_id
    and sold.checkout_id = given.checkout_id and sold.position = given.position
left join (refund_lines as back join refunds on refunds.organization_id = back.organization_id
    and refunds.id = back.refund_id and refunds.returned_at is null)
    on back.organization_id = given.organization_id and back.grant_id = given.id
where given.organization_id = :organization and given.payment_id = :payment
group by given.id, sold.quantity, sold.months, sold.tax_minor
""")
# Asked again after ever longer pauses, at most an hour.
_DUE = text("""
select id from refunds
where (state in ('requested', 'approved', 'pending') or state = 'failed' and returned_at is null)
    and checked_at <= :now - least(interval '1 hour', interval '20 seconds' + (checked_at - requested_at) / 2)
order by checked_at, id limit :batch
""")


@dataclass(frozen=True)
class Sold:
    """A grant as it was sold, in seat-months, and the tax on it, each less what was refunded."""

    months: int
    units_left: int
    tax_left_minor: int


def lock(session: Session, refund_id: UUID) -> Refund:
    """The refund, held until the transaction ends. Raises UnknownRefund."""
    found = session.get(Refund, refund_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise UnknownRefund()
    return found


def asked_with(session: Session, request_key: str) -> Refund | None:
    """The refund that this very request has begun."""
    return session.scalars(select(Refund).where(Refund.request_key == request_key)).one_or_none()


def due(session: Session, at: datetime, batch: int) -> list[UUID]:
    """Refunds that have not come to their end, those first that were asked about longest ago."""
    return list(session.scalars(_DUE, {"now": at, "batch": batch}))


def lines(session: Session, refund: Refund) -> list[RefundLine]:
    """The seats it takes away."""
    mine = (RefundLine.organization_id == refund.organization_id) & (RefundLine.refund_id == refund.id)
    return list(session.scalars(select(RefundLine).where(mine).order_by(RefundLine.position)))


def lock_grants(session: Session, organization_id: UUID, payment_id: UUID) -> list[SeatGrant]:
    """What the payment bought, held until the transaction ends."""
    mine = (SeatGrant.organization_id == organization_id) & (SeatGrant.payment_id == payment_id)
    locked = select(SeatGrant).where(mine).order_by(SeatGrant.id).with_for_update()
    return list(session.scalars(locked.execution_options(populate_existing=True)))


def sold(session: Session, organization_id: UUID, payment_id: UUID) -> dict[UUID, Sold]:
    """How the payment's grants were sold, and what is left of that."""
    rows = session.execute(_SOLD, {"organization": organization_id, "payment": payment_id})
    return {
        row.id: Sold(row.months, row.quantity * row.months - int(row.units_back), row.tax_minor - int(row.tax_back))
        for row in rows
    }


def page(
    session: Session, caller: Caller, *, page: int, limit: int, status: str | None = None,
    payment_id: UUID | None = None,
) -> Page:  # fmt: skip
    """A page of refunds, the latest first, each with its seats."""
    statement = _readable(caller)
    if status is not None:
        statement = statement.where(Refund.state == status)
    if payment_id is not None:
        statement = statement.where(Refund.payment_id == payment_id)
    order = (Refund.requested_at.desc(), Refund.id.desc())
    found = paginate(session, statement.order_by(*order), page=page, limit=limit)
    return Page(_with_seats(session, found.items), found.total, found.page, found.limit)


def one(session: Session, caller: Caller, refund_id: UUID) -> dict[str, Any]:
    """A refund with its seats. Raises UnknownRefund."""
    found = session.execute(_readable(caller).where(Refund.id == refund_id)).mappings().all()
    if not found:
        raise UnknownRefund()
    return _with_seats(session, found)[0]


def _readable(caller: Caller) -> Select[*tuple[Any, ...]]:
    if not caller.may(payments.PERMISSION):
        raise Forbidden("This shows the whole organization's refunds; your permission is for some cohorts only.")
    noted = (CreditNote.organization_id == Refund.organization_id) & (CreditNote.refund_id == Refund.id)
    statement = select(*_COLUMNS).outerjoin(CreditNote, noted)
    if caller.organization_id is None:
        return statement
    return statement.where(Refund.organization_id == caller.organization_id)


def _with_seats(session: Session, found: Sequence[Any]) -> list[dict[str, Any]]:
    currencies = {refund["id"]: refund["currency"] for refund in found}
    mine = RefundLine.organization_id.in_({refund["organization_id"] for refund in found})
    statement = select(*RefundLine.__table__.columns).where(mine, RefundLine.refund_id.in_(currencies))
    seats: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for line in session.execute(statement.order_by(RefundLine.position)).mappings() if currencies else ():
        seats[line["refund_id"]].append({**line, "currency": currencies[line["refund_id"]]})
    funds = _funds(session, found, currencies)
    return [{**refund, "seats": seats[refund["id"]], "funds": funds[refund["id"]]} for refund in found]


def _funds(session: Session, found: Sequence[Any], currencies: Mapping[UUID, str]) -> dict[UUID, list[dict[str, Any]]]:
    """What the refunds take of sponsorships and programs."""
    of = (Fundable.organization_id == RefundFund.organization_id) & (Fundable.id == RefundFund.fundable_id)
    statement = select(RefundFund.refund_id, RefundFund.amount_minor, Fundable.kind, Fundable.id).join(Fundable, of)
    mine = RefundFund.organization_id.in_({refund["organization_id"] for refund in found})
    wanted = statement.where(mine, RefundFund.refund_id.in_(currencies)).order_by(RefundFund.position)
    funds: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in session.execute(wanted) if currencies else ():
        named = {f"{row.kind}_id": row.id, "amount_minor": row.amount_minor}
        funds[row.refund_id].append({**named, "currency": currencies[row.refund_id]})
    return funds
