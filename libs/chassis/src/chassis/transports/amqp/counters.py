"""What went through the broker, as Prometheus counters of this process."""

from prometheus_client import Counter

PUBLISHED = Counter("broker_published", "Events sent to the broker.", ["service"])
CONFIRMED = Counter("broker_confirmed", "Events the broker has confirmed.", ["service"])
RETURNED = Counter("broker_returned", "Events the broker could not put into any queue.", ["service"])
CONSUMED = Counter("broker_consumed", "Events stored in the inbox and acknowledged.", ["service"])
UNREADABLE = Counter("broker_unreadable", "Messages set aside because they are no event of ours.", ["service"])
CONNECTED = Counter("broker_connections", "Connections opened; each after the first is a reconnect.", ["service", "by"])


def begin(service: str) -> None:
    """Tell of trouble as 0 from the start: the first event of a counter that begins with it is no increase."""
    RETURNED.labels(service)
    UNREADABLE.labels(service)
