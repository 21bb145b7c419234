"""The page at /pay/{id}: what is bought, for how much, and the way to the provider. For people, not for programs."""

from uuid import UUID

from flask import Response, request

from billing import pages
from billing.api.edge import Outward
from billing.clients.gateways import Gateways
from billing.errors import CheckoutClosed, ProviderUnavailable, UnknownCheckout
from billing.models.checkouts import CANCELLED, OPEN, PAID
from billing.queries import checkouts, prompt
from billing.settings import Settings
from billing.usecases.settle_checkout import settle_checkout
from billing.usecases.start_payment import start_payment
from chassis.access import public
from chassis.blueprint import Blueprint
from chassis.clock import now
from chassis.errors import Invalid
from chassis.money import Money
from chassis.wiring import use

blp = Blueprint("pay", __name__, url_prefix="/pay", description="Pages for the payer.")

_LOOK_AGAIN_SECONDS = "5"


class Page(Outward):
    """What the pages of a checkout share."""

    def show(self, checkout_id: str, status: int = 200, *, trouble: str = "") -> Response:
        """The page as things stand."""
        try:
            return self._page(UUID(checkout_id), status, trouble)
        except (ValueError, UnknownCheckout):
            return pages.page("billing", "no_checkout.html", 404)

    def _page(self, checkout_id: UUID, status: int, trouble: str) -> Response:
        with self.transaction() as session:
            settings, gateways = use(session, Settings), use(session, Gateways)
            checkout = checkouts.get(session, checkout_id)
            shown = checkouts.shown(session, checkout)
            buyer = checkouts.buyer_name(session, checkout)
            gateway = gateways.of(checkout.method, checkout.provider)
            due_minor = checkouts.due_minor(session, checkout)
            phone = prompt.standing(session, checkout) if gateway.asks_phone else None
        state = "expired" if checkout.is_open and now() >= checkout.expires_at else checkout.state
        state = "settled" if state == OPEN and not due_minor else state
        found = pages.page(
            "billing",
            "pay.html",
            status,
            form_action="'self' https:" if gateway.leads_away else "'self'",
            checkout=shown,
            bank_account=settings.bank_account,
            state=state,
            due_minor=due_minor,
            buyer=buyer,
            seller=settings.seller.name,
            expires_at=checkout.expires_at.astimezone(settings.time_zone),
            amount=_text,
            trouble=trouble,
            phone=phone,
            success_url=checkout.success_url,
            cancel_url=checkout.cancel_url,
        )
        if state == OPEN and phone == prompt.WAITING:
            found.headers["Refresh"] = _LOOK_AGAIN_SECONDS
        return found


def _text(minor: int, currency: str) -> str:
    return Money(minor, currency).format()


@blp.route("/<checkout_id>")
class PayPage(Page):
    """The page itself."""

    @public
    def get(self, checkout_id: str) -> Response:
        """Show what is bought and for how much."""
        return self.show(checkout_id)

    @public
    def post(self, checkout_id: str) -> Response:
        """Go and pay. It only leads to the provider, who asks again: a forged click moves no money."""
        try:
            url = start_payment(self.database, UUID(checkout_id), phone=request.form.get("phone"))
        except ProviderUnavailable:
            trouble = "The payment provider does not answer right now. Nothing was charged; please try again shortly."
            return self.show(checkout_id, 503, trouble=trouble)
        except CheckoutClosed:
            return self.show(checkout_id, 409)
        except Invalid as refusal:
            return self.show(checkout_id, 422, trouble=" ".join(error["message"] for error in refusal.errors))
        except (ValueError, UnknownCheckout):
            return self.show(checkout_id, 404)
        return _go(url)


@blp.route("/<checkout_id>/return")
class ReturnPage(Page):
    """Where the provider sends the payer back to."""

    @public
    def get(self, checkout_id: str) -> Response:
        """Find out how it ended (the webhook may still be on its way) and send the payer on."""
        try:
            state = settle_checkout(self.database, UUID(checkout_id))
        except ProviderUnavailable:
            return self.show(checkout_id, trouble="We are still waiting to hear from the payment provider.")
        except (ValueError, UnknownCheckout):
            return self.show(checkout_id, 404)
        with self.transaction() as session:
            checkout = checkouts.get(session, UUID(checkout_id))
        onward = {PAID: checkout.success_url, CANCELLED: checkout.cancel_url}.get(state)
        return _go(onward) if onward else self.show(checkout_id)


def _go(url: str) -> Response:
    return Response(status=303, headers={"Location": url, "Referrer-Policy": "no-referrer"})
