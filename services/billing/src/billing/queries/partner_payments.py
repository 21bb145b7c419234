"""An organization's payments as its partner dashboard shows them, and what they come to."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, select, text
from sqlalchemy.orm import Session

from billing.errors import UnknownPayment
from billing.models import Checkout, Fundable, FundingLine, Payment, Refund
from billing.models.fundables import PROGRAM
from billing.models.payments import COMPLETED, FAILED, PENDING, UNAPPLIED
from billing.queries import checkouts, fundables
from billing.rules import Month
from billing.settings import Settings
from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import Forbidden, Malformed
from chassis.paging import Page, paginate
from chassis.wiring import use

STATUSES = ("completed", "pending", "failed", "refunded")
METHODS = ("mpesa", "bank_transfer", "paypal", "stripe")

_REFUNDED = (
    select(func.sum(Refund.amount_minor))
    .where(
        Refund.organization_id == Payment.organization_id,
        Refund.payment_id == Payment.id,
        Refund.state == "completed",
    )
    .correlate(Payment)
    .scalar_subquery()
)
_PROGRAM = (
    select(FundingLine.fundable_id)
    .join(
        Fundable,
        and_(Fundable.organization_id == FundingLine.organization_id, Fundable.id == FundingLine.fundable_id),
    )
    .where(
        FundingLine.organization_id == Payment.organization_id,
        FundingLine.checkout_id == Payment.checkout_id,
        Fundable.kind == PROGRAM,
    )
    .correlate(Payment)
    .scalar_subquery()
)
_CAME = Payment.state.in_((COMPLETED, UNAPPLIED))
_STATUS = case(
    (Payment.state == PENDING, "pending"),
    (Payment.state == FAILED, "failed"),
    (func.coalesce(_REFUNDED, 0) >= Payment.amount_minor, "refunded"),
    else_="completed",
)
_WHEN: dict[str, ColumnElement[bool]] = {
    "pending": Payment.state == PENDING,
    "failed": Payment.state == FAILED,
    "completed": _CAME & (func.coalesce(_REFUNDED, 0) < Payment.amount_minor),
    "refunded": _CAME & (func.coalesce(_REFUNDED, 0) >= Payment.amount_minor),
}
_COLUMNS = (
    Payment.id, Payment.checkout_id, Payment.amount_minor, Payment.currency, Payment.method,
    _STATUS.label("status"), func.coalesce(Checkout.description, "").label("description"),
    func.coalesce(Payment.bank_reference, Payment.reference).label("reference"), _PROGRAM.label("program_id"),
    Payment.created_at, case((_CAME, Payment.recorded_at)).label("completed_at"),
)  # fmt: skip
# Money in is positive on these accounts, a refund negative.
_PAID = text("""
select coalesce(sum(entry.amount_minor), 0) as total_paid_minor,
    coalesce(sum(entry.amount_minor) filter (where moved.occurred_at >= :begin and moved.occurred_at < :end), 0)
        as this_month_minor
from ledger_entries as entry
join ledger_accounts as account
    on account.organization_id = entry.organization_id and account.id = entry.account_id
join ledger_transactions as moved
    on moved.organization_id = entry.organization_id and moved.id = entry.transaction_id
where entry.organization_id = :organization and entry.currency = :currency and account.code like 'cash\\_clearing:%'
""")
_CREDIT = text("""
select coalesce(-sum(entry.amount_minor), 0) from ledger_entries as entry
join ledger_accounts as account
    on account.organization_id = entry.organization_id and account.id = entry.account_id
where entry.organization_id = :organization and entry.currency = :currency and account.code = 'customer_credit'
""")
_PENDING = text("""
select coalesce(sum(amount_minor), 0) from payments
where organization_id = :organization and currency = :currency and state = 'pending'
""")
_LINES = text("""
select target.kind, target.id, line.amount_minor, coalesce(sum(given.amount_minor), 0) as allocated_minor
from funding_lines as line
join fundables as target on target.organization_id = line.organization_id and target.id = line.fundable_id
left join allocations as given on given.organization_id = line.organization_id
    and given.fundable_id = line.fundable_id and given.payment_id = :payment
where line.organization_id = :organization and line.checkout_id = :checkout
group by target.kind, target.id, line.position, line.amount_minor order by line.position
""")
_OPENED = {
    "bank_transfer": "Payment initiated. Bank transfer verification pending.",
    "": "Payment initiated. Continue at checkout_url to pay.",
}


def page(
    session: Session,
    caller: Caller,
    *,
    page: int,
    limit: int,
    status: str | None = None,
    method: str | None = None,
    start_date: date | None = None,
    end_date: date | None = None,
) -> dict[str, Any]:
    """A page of them, the latest first; days are those of the organization's time zone. Raises Malformed."""
    organization = _own(caller)
    if start_date is not None and end_date is not None and start_date > end_date:
        raise Malformed("end_date is on or after start_date.")
    statement = _of(organization)
    if status is not None:
        statement = statement.where(_WHEN[status])
    if method is not None:
        statement = statement.where(Payment.method == method)
    if start_date is not None:
        statement = statement.where(Payment.created_at >= _begins(session, organization, start_date))
    if end_date is not None and end_date < date.max:
        next_day = end_date + timedelta(days=1)
        statement = statement.where(Payment.created_at < _begins(session, organization, next_day))
    order = (Payment.created_at.desc(), Payment.id.desc())
    found = paginate(session, statement.order_by(*order), page=page, limit=limit)
    return {**_listed(found), "payments": found.items, "summary": _summary(session, organization)}


def one(session: Session, caller: Caller, payment_id: UUID) -> dict[str, Any]:
    """A payment, with what it funds. Raises UnknownPayment."""
    organization = _own(caller)
    found = session.execute(_of(organization).where(Payment.id == payment_id)).mappings().first()
    if found is None:
        raise UnknownPayment("Payment not found")
    values = {"organization": organization, "payment": payment_id, "checkout": found["checkout_id"]}
    lines = session.execute(_LINES, values).mappings()
    currency = found["currency"]
    funds = [{**line, f"{line['kind']}_id": line["id"], "currency": currency} for line in lines]
    pays = found["status"] == "pending"
    url = checkouts.pay_url(use(session, Settings), found["checkout_id"]) if pays else None
    return {**found, "funds": funds, "checkout_url": url}


def opened(session: Session, payment: Payment, checkout: Checkout) -> dict[str, Any]:
    """A payment that was just opened."""
    return {
        "id": payment.id,
        "amount_minor": payment.amount_minor,
        "currency": payment.currency,
        "method": payment.method,
        "status": "pending",
        "created_at": payment.created_at,
        "message": _OPENED.get(payment.method, _OPENED[""]),
        "checkout_url": checkouts.pay_url(use(session, Settings), checkout.id),
    }


def _own(caller: Caller) -> UUID:
    if caller.organization_id is None:
        raise Forbidden("Choose an organization first (POST /api/v1/auth/switch/).")
    return caller.organization_id


def _of(organization_id: UUID) -> Select[*tuple[Any, ...]]:
    paid = (Checkout.organization_id == Payment.organization_id) & (Checkout.id == Payment.checkout_id)
    return select(*_COLUMNS).join(Checkout, paid).where(Payment.organization_id == organization_id)


def _begins(session: Session, organization_id: UUID, day: date) -> datetime:
    return datetime.combine(day, time(), fundables.zone(session, organization_id))


def _listed(found: Page) -> dict[str, Any]:
    return {"total": found.total, "page": found.page, "limit": found.limit, "pages": found.pages}


def _summary(session: Session, organization_id: UUID) -> dict[str, Any]:
    """What the ledger has of the organization's money, and what is awaited; of its own currency."""
    zone = fundables.zone(session, organization_id)
    month = Month.at(now(), zone)
    currency = checkouts.currency_of(session, organization_id) or "KES"
    values = {"organization": organization_id, "currency": currency}
    paid = session.execute(_PAID, {**values, "begin": month.begins(zone), "end": month.ends(zone)}).mappings().one()
    sums = {"pending_minor": session.scalar(_PENDING, values), "credit_minor": session.scalar(_CREDIT, values)}
    return {**paid, **sums, "currency": currency}
