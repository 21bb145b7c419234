"""Alerts and dashboard speak of metrics that are there, and say what to do. promtool holds the rest (`lint`)."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

HERE = Path(__file__).parents[1]
ROOT = HERE.parents[1]
ROW = re.compile(r"^\| `(?P<name>\w+)` \| (?P<kind>\w+) \| (?P<labels>.*?) \| (?P<text>.+) \|$", re.MULTILINE)
TARGET = {"service", "process", "instance", "job"}
"""Labels every sample has once it is in Prometheus."""

ALERTS = yaml.safe_load((HERE / "alerts.yml").read_text())
RULES: list[dict[str, Any]] = [rule for group in ALERTS["groups"] for rule in group["rules"]]
FIRING = [rule for rule in RULES if "alert" in rule]
RECORDED = {rule["record"] for rule in RULES if "record" in rule}
DASHBOARD = json.loads((HERE / "grafana/dashboards/ufadhili.json").read_text())
EXPRESSIONS = [rule["expr"] for rule in RULES] + [
    target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", [])
]


def known() -> dict[str, set[str]]:
    """Names of samples to their labels, as docs/metrics.md has them, and what Prometheus itself adds."""
    found: dict[str, set[str]] = {"up": set()}
    for row in ROW.finditer((ROOT / "docs/metrics.md").read_text()):
        labels = set(re.findall(r"`(\w+)`", row["labels"]))
        found[row["name"]] = labels
        if row["kind"] == "histogram":
            found |= {f"{row['name']}_bucket": labels | {"le"}, f"{row['name']}_sum": labels}
            found[f"{row['name']}_count"] = labels
    return found


def selected(expression: str) -> Iterator[tuple[str, set[str]]]:
    """Each metric an expression selects, with the labels it is asked by or grouped by."""
    bare = re.sub(r'"[^"]*"', '""', expression)
    grouping = r"\b(?:by|on|without|ignoring)\s*\(([^)]*)\)"
    grouped = {label.strip() for labels in re.findall(grouping, bare) for label in labels.split(",")}
    bare = re.sub(r"\[[^\]]*\]", "", re.sub(grouping, "", bare))
    for name, matchers in re.findall(
        r"(?<![\w:.])([a-zA-Z_:][\w:]*)\b(?!\s*\()\s*(\{[^}]*\})?", re.sub(r"(?<=\{)[^}]*", _plain, bare)
    ):
        if name not in {"and", "or", "unless", "bool", "offset"} and not name.startswith("L__"):
            yield name, set(re.findall(r"L__(\w+)", matchers)) | grouped


def _plain(matchers: re.Match[str]) -> str:
    """The matchers of a selector as words that are not taken for metrics."""
    return " ".join(f"L__{label}" for label in re.findall(r"(\w+)\s*(?:=|!)", matchers[0]))


def test_the_table_of_metrics_is_what_is_defined() -> None:
    made = subprocess.run([sys.executable, HERE / "table.py"], capture_output=True, text=True, check=True).stdout
    assert made == (ROOT / "docs/metrics.md").read_text(), "run deploy/observability/table.py >docs/metrics.md"


def test_names_follow_prometheus_rules() -> None:
    for row in ROW.finditer((ROOT / "docs/metrics.md").read_text()):
        assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)+", row["name"])
        assert row["name"].endswith("_total") == (row["kind"] == "counter"), row["name"]
        assert not re.search(r"_(ms|milliseconds|minutes|hours|kb|percent)(_|$)", row["name"])
        assert not {"job", "instance", "le"} & set(re.findall(r"`(\w+)`", row["labels"])), row["name"]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_metric_that_is_asked_for_exists_with_the_labels_asked_for(expression: str) -> None:
    metrics = known()
    names = list(selected(expression))
    assert names
    for name, labels in names:
        if name in RECORDED:
            assert labels <= TARGET
            continue
        assert name in metrics
        assert labels <= metrics[name] | TARGET, name


@pytest.mark.parametrize("rule", FIRING, ids=lambda rule: rule["alert"])
def test_every_alert_says_what_is_wrong_and_where_to_read_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["description"].endswith(".")
    assert rule["annotations"]["runbook_url"] == f"docs/operations.md#alert-{rule['alert'].lower()}"
    headings = re.findall(r"^#+ (.+)$", (ROOT / "docs/operations.md").read_text(), re.MULTILINE)
    assert f"Alert {rule['alert']}" in headings


@pytest.mark.parametrize("name", [rule["alert"] for rule in FIRING])
def test_every_alert_is_seen_to_fire_and_to_keep_quiet(name: str) -> None:
    stories = yaml.safe_load((HERE / "alerts_test.yml").read_text())["tests"]
    asked = [test for story in stories for test in story["promql_expr_test"] if f'alertname="{name}"' in test["expr"]]
    fires = {bool(test["exp_samples"]) for test in asked if test["expr"].startswith("count by (alertname)")}
    assert fires == {True, False}


def test_every_process_is_scraped() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    measured = {
        name
        for name, service in compose.items()
        if (service.get("command") or [""])[-1] in {"web", "worker", "authorize"}
    }
    (job,) = yaml.safe_load((HERE / "prometheus.yml").read_text())["scrape_configs"]
    assert set(job["dns_sd_configs"][0]["names"]) == measured
    pods = yaml.safe_load((HERE / "prometheus-kubernetes.yml").read_text())["scrape_configs"]
    assert [pod["job_name"] for pod in pods] == [job["job_name"]]
