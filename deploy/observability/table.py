"""The table of all metrics, from the definitions themselves. usage: table.py >docs/metrics.md"""

import importlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import REGISTRY

from chassis.telemetry import Figure

SERVICES = ("identity", "programs", "billing", "privacy", "analytics", "notifications")
MODULES = (
    *(f"{service}.app" for service in SERVICES),
    "chassis.cli",
    "chassis.transports.amqp",
    "gateway.app",
)

SECTIONS = (
    ("Requests", "of every process", ("http_",)),
    ("The gateway", "of the gateway", ("gateway_",)),
    (
        "Events", "of workers; what is owed and pending, of every process of the service",
        ("outbox_", "inbox_", "event_", "events_", "relay_", "worker_"),
    ),
    ("RabbitMQ", "of workers, where it is the transport", ("broker_",)),
    ("Jobs", "of every process of the service; `job_runs_total` of workers", ("job_",)),
    ("Database", "of every process of a service", ("database_",)),
    ("Documents", "of the processes that ask the renderer for them: billing, analytics", ("renderer_",)),
    ("Business", "of every process of the service they begin with", tuple(f"{service}_" for service in SERVICES)),
    ("The scrape, the process", "of every process", ("scrape_", "ufadhili_", "process_", "python_")),
)  # fmt: skip

_HEAD = """# Metrics

Every process answers `GET /metrics` in Prometheus' text format: each service's web and its worker, and the gateway.
The address is internal; the edge leads nobody there. This page is generated from the definitions
(`deploy/observability/table.py`), and a test holds it to what the processes really tell.

- Every sample has the label `service`. Prometheus adds `process` (the name of the container), `instance` and `job`.
- Labels come from lists our code bounds: `operation` is a route's pattern, `type` an event of the contracts. No label
  and no figure names a person, an organization or an id; business figures are sums over all organizations, and the
  currency of a single customer is that customer's figure, so keep them among those who run the system.
- What is read of a service's database is the same from each of its processes: take `max`, never `sum`.
- A scrape always answers. What could not be read within 5 s is left out, and `scrape_collector_success` is 0 for it.
- What a scrape costs: lags are found in small indexes, and counts stop at 100,000. Business figures scan: at 100,000
  rows a table {cost}.
  A reading that took a second is told again for the next hundred, at most five minutes: figures never take more than
  a hundredth of one connection's time.

Alerts: `deploy/observability/alerts.yml`. Dashboard: `deploy/observability/grafana/dashboards/ufadhili.json`.
"""

COST = "a reading takes 35 to 60 ms a service (measured on two busy cores; the ledger is 40 of them)"


@dataclass(frozen=True)
class Metric:
    """One line of the table; ``name`` is that of its samples, less ``_bucket``, ``_sum`` and ``_count``."""

    name: str
    kind: str
    labels: tuple[str, ...]
    text: str


def metrics() -> list[Metric]:
    """Every metric that is defined, by name."""
    for module in MODULES:
        importlib.import_module(module)
    figures = [Metric(figure.name, "gauge", figure.labels, figure.text) for figure in Figure.known.values()]
    return sorted([*_counted(), *figures], key=lambda metric: metric.name)


def _counted() -> Iterator[Metric]:
    for collector in list(REGISTRY._collector_to_names):
        for family in collector.collect():
            labels = getattr(collector, "_labelnames", None)
            if labels is None:
                labels = tuple(next((sorted(sample.labels) for sample in family.samples), ()))
            name = f"{family.name}_total" if family.type == "counter" else family.name
            yield Metric(name, family.type, tuple(labels), family.documentation)


def page() -> str:
    """docs/metrics.md."""
    lines = [_HEAD.replace("{cost}", COST)]
    left = metrics()
    for title, whose, prefixes in SECTIONS:
        lines += [f"## {title}", "", f"Told {whose}.", "", "| metric | kind | labels | meaning |", "|---|---|---|---|"]
        for metric in [metric for metric in left if metric.name.startswith(prefixes)]:
            labels = ", ".join(f"`{label}`" for label in metric.labels)
            lines.append(f"| `{metric.name}` | {metric.kind} | {labels} | {metric.text} |")
            left.remove(metric)
        lines.append("")
    if left:
        raise SystemExit(f"in no section: {[metric.name for metric in left]}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(page())
