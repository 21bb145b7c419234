"""A few calls at once and no more: when a provider hangs, some of this service's threads stay free."""

from collections.abc import Callable
from threading import BoundedSemaphore
from typing import TypeVar

import requests

from billing.errors import ProviderUnavailable
from chassis.errors import Refusal

T = TypeVar("T")

_AT_ONCE = 4
_PATIENCE_SECONDS = 3.0


class Slots:
    """One instance a provider; ``call`` waits a few seconds for a slot."""

    def __init__(self) -> None:
        self._slots = BoundedSemaphore(_AT_ONCE)

    def call(self, call: Callable[[], T]) -> T:
        """What ``call`` returns. Raises ProviderUnavailable when no slot is free or the provider is out of reach."""
        if not self._slots.acquire(timeout=_PATIENCE_SECONDS):
            raise ProviderUnavailable()
        try:
            return call()
        except (Refusal, requests.RequestException) as error:
            raise ProviderUnavailable() from error
        finally:
            self._slots.release()
