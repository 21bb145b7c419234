"""What the running system tells Prometheus is what docs/metrics.md, the alerts and the dashboard count on."""

import json
import re
from collections.abc import Iterator

import pytest
import requests
import yaml
from prometheus_client.parser import text_string_to_metric_families
from world.acts import make_cohort
from world.system import ROOT, eventually

TABLE = re.compile(r"^\| `(\w+)` \| (\w+) \| (.*?) \|", re.MULTILINE)
OBSERVABILITY = ROOT / "deploy" / "observability"
MEASURED = ("gateway", "identity", "programs", "billing", "privacy", "analytics", "notifications")


def pages(system) -> Iterator[str]:
    """A scrape of every process: webs, workers and the gateway."""
    for name, process in system.processes().items():
        if re.sub(r"(-worker)?(-\d+)?$", "", name) not in MEASURED:
            continue
        if "url" in process:
            yield requests.get(f"{process['url']}/metrics", timeout=30).text
        else:
            yield system.ask(name, "/metrics").text


def table() -> dict[str, set[str]]:
    """Names of metrics to their labels, as documented."""
    rows = TABLE.findall((ROOT / "docs" / "metrics.md").read_text())
    return {name: set(re.findall(r"`(\w+)`", labels)) for name, _, labels in rows}


def wanted() -> set[str]:
    """The documented metrics that alerts and dashboard ask for."""
    rules = yaml.safe_load((OBSERVABILITY / "alerts.yml").read_text())["groups"]
    panels = json.loads((OBSERVABILITY / "grafana/dashboards/ufadhili.json").read_text())["panels"]
    asked = " ".join(
        [rule["expr"] for group in rules for rule in group["rules"]]
        + [target["expr"] for panel in panels for target in panel.get("targets", [])]
    )
    return {name for name in table() if re.search(rf"\b{name}(_bucket|_count|_sum)?\b", asked)}


@pytest.fixture
def told(town, system) -> dict[str, set[str]]:
    """Names of metrics to the labels they were seen with, once something has happened."""
    make_cohort(town.admin("academy"))
    found: dict[str, set[str]] = {}

    def look() -> bool:
        for page in pages(system):
            for family in text_string_to_metric_families(page):
                name = f"{family.name}_total" if family.type == "counter" else family.name
                labels = found.setdefault(name, set())
                for sample in family.samples:
                    labels |= set(sample.labels)
        return "type" in found["events_handled_total"] and "job_name" in found["job_runs_total"]

    eventually(look, "an event is handled and a job has run")
    return found


def test_every_process_tells_what_the_table_says_and_nothing_else(told):
    documented = table()
    assert not told.keys() - documented.keys()
    missing = documented.keys() - told.keys()
    assert all(name.startswith("broker_") for name in missing), missing  # there is one where RabbitMQ is
    for name, labels in told.items():
        assert labels <= documented[name] | {"service", "le"}, name


def test_what_alerts_and_dashboard_ask_for_is_there(told):
    assert len(wanted()) > 30
    assert not {name for name in wanted() - told.keys() if not name.startswith("broker_")}
    if any(name.startswith("broker_") for name in told):
        assert wanted() <= told.keys()


def test_no_person_and_no_id_stands_in_a_scrape(told, town, system):
    sponsor = town.admin()
    sponsor.call("GET", f"/api/v1/programs/cohorts/{sponsor.user_id}/")
    scraped = "\n".join(pages(system))
    assert sponsor.email not in scraped
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", scraped)
