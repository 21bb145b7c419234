"""Who takes the money: a provider for each way to pay, and each by its name."""

from collections.abc import Mapping

from billing.clients.daraja import DarajaGateway
from billing.clients.nobody import Nobody
from billing.clients.paypal import PaypalGateway
from billing.clients.provider import Provider
from billing.errors import UnknownProvider
from billing.settings import Settings, Stripe
from chassis.database import Database


class Gateways:
    """``usual`` is asked for every method that has no provider of its own; without one such a method is not offered.

    A checkout's method decides when it is started; from then on the name on the checkout does.
    """

    def __init__(self, usual: Provider | None, of_methods: Mapping[str, Provider] | None = None) -> None:
        self._usual: Provider = usual or Nobody()
        self._of_methods = dict(of_methods or {})
        self._named = {one.name: one for one in (usual, *self._of_methods.values()) if one is not None}

    @property
    def names(self) -> list[str]:
        """Every provider in use."""
        return list(self._named)

    def for_method(self, method: str) -> Provider:
        """Who takes money that is paid this way."""
        return self._of_methods.get(method, self._usual)

    def of(self, method: str, provider: str | None) -> Provider:
        """Who takes a checkout's money: whoever was asked before goes on, for it may be paid there already."""
        return self._named.get(provider or "") or self.for_method(method)

    def named(self, name: str) -> Provider:
        """The provider of this name. Raises UnknownProvider."""
        try:
            return self._named[name]
        except KeyError:
            raise UnknownProvider() from None


def of_methods(settings: Settings, database: Database) -> dict[str, Provider]:
    """The providers that the settings have credentials of, by the methods they are asked for."""
    found: dict[str, Provider] = {}
    if settings.mpesa is not None:
        found["mpesa"] = DarajaGateway(settings.mpesa, database)
    if settings.paypal is not None:
        found["paypal"] = PaypalGateway(settings.paypal)
    if settings.stripe is not None:
        found |= dict.fromkeys(("card", "stripe"), _stripe(settings.stripe))
    return found


def _stripe(settings: Stripe) -> Provider:
    try:
        from billing.clients.stripe import StripeGateway  # its SDK is an extra
    except ModuleNotFoundError as error:
        raise SystemExit(
            "STRIPE_API_KEY is set, and Stripe's SDK is not there; install ufadhili-billing[stripe]."
        ) from error
    return StripeGateway(settings)
