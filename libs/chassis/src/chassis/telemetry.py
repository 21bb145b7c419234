"""Prometheus metrics: requests, errors, latency here; lags and business gauges are read when asked for."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REQUESTS = Counter("http_requests", "Requests answered.", ["service", "method", "operation", "status"])
LATENCY = Histogram(
    "http_request_seconds",
    "Time to answer, in seconds.",
    ["service", "method", "operation"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)

Sample = tuple[str, dict[str, str], float]


def observe(service: str, method: str, operation: str, status: int, seconds: float) -> None:
    """Count one answered request."""
    REQUESTS.labels(service, method, operation, str(status)).inc()
    LATENCY.labels(service, method, operation).observe(seconds)


def gauges(samples: Iterable[Sample]) -> bytes:
    """The samples (name, labels, value) in the exposition format, read at the moment of a scrape."""
    registry = CollectorRegistry()
    known: dict[str, Gauge] = {}
    for name, labels, value in samples:
        gauge = known.get(name) or known.setdefault(name, Gauge(name, name, list(labels), registry=registry))
        gauge.labels(**labels).set(value)
    return generate_latest(registry)
