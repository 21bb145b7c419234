"""The gateway's production checklist: it has no database, but the public address and the limits."""

from collections.abc import Iterable

from limits.storage import storage_from_string

from chassis.check import network, upkeep
from chassis.check.command import environment, secrecy
from chassis.check.points import PROBE_SECONDS, Check, Point, Situation, fail, ok, warn
from gateway.settings import Settings


def limits_storage(situation: Situation) -> Iterable[Point]:
    """Every process counts requests in the same place."""
    url: str = situation.settings.limits_storage
    if url.startswith("memory:"):
        do = "Set LIMITS_STORAGE=redis://:password@host:6379/0 once there are two gateways."
        yield warn("limits", "each gateway counts requests for itself", do)
        return
    do = "Is Redis up, and does LIMITS_STORAGE hold the right host and password?"
    storage = storage_from_string(url, socket_timeout=PROBE_SECONDS, socket_connect_timeout=PROBE_SECONDS)
    yield ok("limits", "the store answers") if storage.check() else fail("limits", "the store does not answer", do)


CHECKS: tuple[Check, ...] = (
    environment,
    secrecy(Settings.secrets),
    network.services,
    network.client_secret,
    network.http_clock,
    network.public_url,
    network.certificate,
    limits_storage,
    upkeep.backup,
    upkeep.logs,
    upkeep.disk,
)
