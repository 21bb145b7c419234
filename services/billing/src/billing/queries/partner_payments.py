"""An organization's payments as its partner dashboard shows them, and what they come to."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, select, text
from sqlalchemy.orm import Session

from billing.errors import UnknownPayment
from billing.models import Checkout, Fundable, FundingLine, Payment, Refund
from billing.models.fundables import PROGRAM
from billing.models.payments import COMPLETED, FAILED, PENDING, UNAPPLIED
from billing.queries import checkouts, partners
from billing.queries.partner_summary import summary
from billing.settings import Settings
from chassis.auth import Caller
from chassis.errors import Malformed
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
_DESCRIPTION = (
    select(Checkout.description)
    .where(Checkout.organization_id == Payment.organization_id, Checkout.id == Payment.checkout_id)
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
    _STATUS.label("status"), func.coalesce(_DESCRIPTION, "").label("description"),
    func.coalesce(Payment.bank_reference, Payment.reference).label("reference"), _PROGRAM.label("program_id"),
    Payment.created_at, case((_CAME, Payment.recorded_at)).label("completed_at"),
)  # fmt: skip
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
    organization = partners.own(caller)
    if start_date is not None and end_date is not None and start_date > end_date:
        raise Malformed("end_date is on or after start_date.")
    statement = _of(organization)
    if status is not None:
        statement = statement.where(_WHEN[status])
    if method is not None:
        statement = statement.where(Payment.method == method)
    if start_date is not None:
        statement = statement.where(Payment.created_at >= partners.begins(session, organization, start_date))
    if end_date is not None and end_date < date.max:
        next_day = end_date + timedelta(days=1)
        statement = statement.where(Payment.created_at < partners.begins(session, organization, next_day))
    order = (Payment.created_at.desc(), Payment.id.desc())
    found = paginate(session, statement.order_by(*order), page=page, limit=limit)
    return {**_listed(found), "payments": found.items, "summary": summary(session, organization)}


def one(session: Session, caller: Caller, payment_id: UUID) -> dict[str, Any]:
    """A payment, with what it funds. Raises UnknownPayment."""
    organization = partners.own(caller)
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


def _of(organization_id: UUID) -> Select[*tuple[Any, ...]]:
    return select(*_COLUMNS).where(Payment.organization_id == organization_id)


def _listed(found: Page) -> dict[str, Any]:
    return {"total": found.total, "page": found.page, "limit": found.limit, "pages": found.pages}
