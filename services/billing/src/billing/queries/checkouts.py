"""Checkouts and what is in them."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from billing.catalog import Catalog
from billing.errors import UnknownCheckout
from billing.models import Checkout, CheckoutLine
from billing.settings import Settings
from chassis.auth import Caller
from chassis.wiring import use

_HAS_COHORT = text("select 1 from cohorts where organization_id = :organization and cohort_id = :cohort")
_BUYER = text("select name from organizations where organization_id = :organization")


def has_cohort(session: Session, organization_id: UUID, cohort_id: UUID) -> bool:
    """Whether the cohort is known and the organization's own."""
    found = session.scalar(_HAS_COHORT, {"organization": organization_id, "cohort": cohort_id})
    return found is not None


def one(session: Session, caller: Caller, checkout_id: UUID, *, permission: str) -> dict[str, Any]:
    """A checkout of the caller's organization. Raises UnknownCheckout."""
    checkout = session.get(Checkout, checkout_id)
    if checkout is None or caller.organization_id not in (None, checkout.organization_id):
        raise UnknownCheckout()
    if not caller.may(permission, within=checkout.cohort_id):
        raise UnknownCheckout()
    return shown(session, checkout)


def get(session: Session, checkout_id: UUID) -> Checkout:
    """The checkout of this id, whoever's. Raises UnknownCheckout."""
    checkout = session.get(Checkout, checkout_id)
    if checkout is None:
        raise UnknownCheckout()
    return checkout


def lock(session: Session, checkout_id: UUID) -> Checkout:
    """The same, as it is now, held until the transaction ends."""
    checkout = session.get(Checkout, checkout_id, with_for_update=True, populate_existing=True)
    if checkout is None:
        raise UnknownCheckout()
    return checkout


def lines(session: Session, checkout: Checkout) -> list[CheckoutLine]:
    """What is in it, in order."""
    mine = (CheckoutLine.organization_id == checkout.organization_id) & (CheckoutLine.checkout_id == checkout.id)
    return list(session.scalars(select(CheckoutLine).where(mine).order_by(CheckoutLine.position)))


def buyer_name(session: Session, checkout: Checkout) -> str | None:
    """The organization's name, when it is known already."""
    name: str | None = session.scalar(_BUYER, {"organization": checkout.organization_id})
    return name


def shown(session: Session, checkout: Checkout) -> dict[str, Any]:
    """The checkout as the API shows it."""
    settings = use(session, Settings)
    return {
        "id": checkout.id,
        "url": pay_url(settings, checkout.id),
        "state": checkout.state,
        "amount_minor": checkout.amount_minor,
        "net_minor": checkout.net_minor,
        "tax_minor": checkout.tax_minor,
        "currency": checkout.currency,
        "method": checkout.method,
        "cohort_id": checkout.cohort_id,
        "expires_at": checkout.expires_at,
        "created_at": checkout.created_at,
        "completed_at": checkout.completed_at,
        "items": [_shown_line(checkout, line) for line in lines(session, checkout)],
    }


def pay_url(settings: Settings, checkout_id: UUID) -> str:
    """Where a person pays it."""
    return f"{settings.public_url.rstrip('/')}/pay/{checkout_id}"


def _shown_line(checkout: Checkout, line: CheckoutLine) -> dict[str, Any]:
    return {
        "product": line.product,
        "name": Catalog.named(line.product),
        "quantity": line.quantity,
        "months": line.months,
        "unit_minor": line.unit_minor,
        "net_minor": line.net_minor,
        "tax_minor": line.tax_minor,
        "currency": checkout.currency,
    }
