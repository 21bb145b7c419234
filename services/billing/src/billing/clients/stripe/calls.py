"""Calls through Stripe's SDK: few at a time, with timeouts, and none for a while after many have failed."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import requests
import stripe

from billing.clients.payment_gateway import Slots
from billing.errors import ProviderUnavailable
from billing.settings import Stripe
from chassis.circuit import Circuit, CircuitOpen, Trouble

T = TypeVar("T")

_FAILURES, _PAUSE_SECONDS = 5, 10.0


class Calls:
    """``api`` is the SDK's client; ``call`` goes around every use of it."""

    def __init__(self, settings: Stripe, timeout: tuple[float, float]) -> None:
        session = requests.Session()
        # Neither a proxy nor a .netrc of the machine may decide where calls go, nor an answer of somebody else's.
        session.trust_env = False
        session.max_redirects = 0
        self.api = stripe.StripeClient(
            settings.api_key,
            base_addresses={"api": settings.url},
            max_network_retries=1,
            http_client=stripe.RequestsClient(timeout=timeout, session=session),
        ).v1
        self._slots = Slots()
        self._circuit = Circuit(_FAILURES, _PAUSE_SECONDS)

    def call(self, call: Callable[[], T]) -> T:
        """What ``call`` returns. Raises ProviderUnavailable, and the SDK's errors for what Stripe refuses."""
        around = cast(Callable[[Callable[[], Any]], Any], self._circuit.call)
        try:
            return cast(T, self._slots.call(lambda: around(lambda: _trouble_told(call))))
        except (stripe.InvalidRequestError, stripe.CardError):
            raise
        except (Trouble, CircuitOpen, stripe.StripeError) as error:
            raise ProviderUnavailable() from error


def _trouble_told(call: Callable[[], T]) -> T:
    try:
        return call()
    except stripe.StripeError as error:
        if isinstance(error, stripe.APIConnectionError) or (error.http_status or 0) >= 500:
            raise Trouble(type(error).__name__) from error
        raise
