"""Prometheus metrics: what every process counts, and what a scrape reads as figures. The table: docs/metrics.md.

Every sample carries ``service``, added when it is told, so that nobody who counts has to know whose process it is.
Labels are drawn from lists that our code bounds (route patterns, event types, jobs), never from what a client sends.
"""

import platform
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from os import environ
from typing import NamedTuple

from prometheus_client import REGISTRY, Counter, Gauge, Histogram, Metric, disable_created_metrics, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily

# When each series began, as a series of its own: nobody asks, and there would be twice as many.
disable_created_metrics()  # type: ignore[no-untyped-call]

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

REQUESTS = Counter("http_requests", "Requests answered.", ["method", "operation", "status"])
LATENCY = Histogram(
    "http_request_duration_seconds",
    "Time to answer a request.",
    ["method", "operation", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
IN_FLIGHT = Gauge("http_requests_in_flight", "Requests being answered now.")
BUILD = Gauge("ufadhili_build_info", "Always 1; which build this process runs.", ["version", "revision", "python"])
BUILD.labels(version("ufadhili-chassis"), environ.get("GIT_REVISION", "unknown"), platform.python_version()).set(1)


class Figure:
    """A gauge that is not kept but read when asked for; ``labels`` are its names besides ``service``."""

    known: dict[str, "Figure"] = {}

    def __init__(self, name: str, text: str, *labels: str) -> None:
        self.name, self.text, self.labels = name, text, labels
        self.known[name] = self

    def __call__(self, value: float, **labels: str) -> "Sample":
        """One sample of it."""
        if set(labels) != set(self.labels):
            raise ValueError(f"{self.name} has the labels {self.labels}, not {tuple(labels)}")
        return Sample(self, labels, value)


class Sample(NamedTuple):
    """A figure's value at the moment of a scrape."""

    figure: Figure
    labels: dict[str, str]
    value: float


def observe(method: str, operation: str, status: int, seconds: float) -> None:
    """Count one answered request; a method nobody knows is ``other``, so that strangers make no new series."""
    requests, latency = _counted(method if method in METHODS else "other", operation, str(status))
    requests.inc()
    latency.observe(seconds)


@lru_cache(maxsize=4096)
def _counted(*labels: str) -> tuple[Counter, Histogram]:
    """Kept, because to look two of them up takes longer than to count."""
    return REQUESTS.labels(*labels), LATENCY.labels(*labels)


def exposition(service: str, samples: Iterable[Sample] = ()) -> bytes:
    """Everything this process has counted, and these samples, in Prometheus' text format."""
    return generate_latest(_Exposed(service, samples))  # it only asks for collect()


@dataclass(frozen=True)
class _Exposed:
    service: str
    samples: Iterable[Sample]

    def collect(self) -> Iterator[Metric]:
        for metric in (*REGISTRY.collect(), *_families(self.samples)):
            # A copy: some collectors give the same object each time.
            told = Metric(metric.name, metric.documentation, metric.type, metric.unit)
            told.samples = [
                sample._replace(labels={"service": self.service, **sample.labels}) for sample in metric.samples
            ]
            yield told


def _families(samples: Iterable[Sample]) -> Iterable[GaugeMetricFamily]:
    """One of every figure this process knows, whether there is something to tell of it or not."""
    families = {
        figure.name: GaugeMetricFamily(figure.name, figure.text, labels=figure.labels)
        for figure in Figure.known.values()
    }
    for figure, labels, value in samples:
        families[figure.name].add_metric([labels[name] for name in figure.labels], value)
    return families.values()
