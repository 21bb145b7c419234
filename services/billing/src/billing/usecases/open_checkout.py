"""Open a checkout: price what is wanted, at today's prices, and keep the offer for a while."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from billing import rules
from billing.catalog import Catalog
from billing.clients.gateways import Gateways
from billing.errors import NoPriceInCurrency, UnknownCohort
from billing.models import Checkout, CheckoutLine
from billing.queries import checkouts
from billing.settings import Settings
from billing.usecases.expect_transfer import METHOD, expect_transfer
from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import Forbidden, Invalid
from chassis.ids import new_id
from chassis.money import MINOR_LIMIT
from chassis.wiring import use

PERMISSION = "billing.pay"


def open_checkout(
    session: Session,
    caller: Caller,
    *,
    items: Sequence[dict[str, Any]],
    method: str,
    success_url: str,
    cancel_url: str,
    cohort_id: UUID | None = None,
    currency: str | None = None,
) -> dict[str, Any]:
    """Open it for the caller's organization and return it as it is shown."""
    if caller.organization_id is None:
        raise Forbidden("Choose an organization first (POST /api/v1/auth/switch/).")
    _check_scope(session, caller, caller.organization_id, cohort_id)
    catalog = Catalog(use(session, Settings))
    currency = catalog.currency(_own(session, catalog, caller.organization_id, currency))
    lines = [_priced(catalog, currency, index, item) for index, item in enumerate(items)]
    checkout = _checkout(session, caller.organization_id, lines, currency)
    checkout.created_by, checkout.cohort_id, checkout.method = caller.user_id, cohort_id, method
    checkout.success_url, checkout.cancel_url = success_url, cancel_url
    session.add(checkout)
    session.flush()
    session.add_all(_line(checkout, position, line) for position, line in enumerate(lines, start=1))
    session.flush()
    if method == METHOD:
        expect_transfer(session, checkout)
    else:
        use(session, Gateways).for_method(method).require_payable(checkout.amount)
    return checkouts.shown(session, checkout)


def _own(session: Session, catalog: Catalog, organization_id: UUID, wanted: str | None) -> str | None:
    """The organization's own currency; what was asked for while it has not been heard of.

    Raises NoPriceInCurrency, and Invalid when another was asked for.
    """
    own = checkouts.currency_of(session, organization_id)
    if own is None:
        return wanted
    if wanted not in (None, own) and wanted in catalog.currencies:
        raise Invalid.field("currency", f"Your organization pays in {own}.")
    if wanted is None and own not in catalog.currencies:
        raise NoPriceInCurrency()
    return wanted or own


def _check_scope(session: Session, caller: Caller, organization_id: UUID, cohort_id: UUID | None) -> None:
    if not caller.may(PERMISSION, within=cohort_id):
        raise Forbidden("You may pay for your own cohort only; name it as cohort_id.")
    if cohort_id is not None and not checkouts.has_cohort(session, organization_id, cohort_id):
        raise UnknownCohort()


def _priced(catalog: Catalog, currency: str, index: int, item: dict[str, Any]) -> rules.PricedLine:
    product = catalog.product(item["product"])
    if product is None:
        raise Invalid.field(f"items.{index}.product", f"There is no such product; choose one of: {catalog.names}.")
    if not product.bought_ahead:
        raise Invalid.field(f"items.{index}.product", f"{product.name} is invoiced as it is used, never bought ahead.")
    return catalog.priced(product, currency, item["quantity"], item["months"])


def _checkout(session: Session, organization_id: UUID, lines: Sequence[rules.PricedLine], currency: str) -> Checkout:
    net = rules.total((line.net for line in lines), currency)
    tax = rules.total((line.tax for line in lines), currency)
    if (net + tax).minor >= MINOR_LIMIT:
        raise Invalid.field("items", "The amount is larger than can be paid.")
    opened_at = now()
    return Checkout(
        id=new_id(),
        organization_id=organization_id,
        state="open",
        currency=currency,
        net_minor=net.minor,
        tax_minor=tax.minor,
        amount_minor=(net + tax).minor,
        created_at=opened_at,
        expires_at=opened_at + timedelta(minutes=use(session, Settings).checkout_minutes),
    )


def _line(checkout: Checkout, position: int, line: rules.PricedLine) -> CheckoutLine:
    return CheckoutLine(
        organization_id=checkout.organization_id,
        checkout_id=checkout.id,
        position=position,
        product=line.product,
        quantity=line.quantity,
        months=line.months,
        unit_minor=line.unit.minor,
        net_minor=line.net.minor,
        tax_rate=line.tax_rate,
        tax_minor=line.tax.minor,
    )
