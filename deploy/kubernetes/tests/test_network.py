"""Network policies allow every call the code makes, and nothing else."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from chassis.settings import SERVICE_NAMES

pytestmark = pytest.mark.long

WEB = 8080


def _rules(cluster: Any, direction: str, pod: str) -> Iterator[Any]:
    """The rules of every policy that holds for a pod in a direction; none at all where no policy does."""
    for policy in cluster.of("NetworkPolicy"):
        spec = policy["spec"]
        if direction.capitalize() in spec["policyTypes"] and pod in cluster.selected(spec["podSelector"]):
            yield from spec.get(direction, [])


def _ports(rule: Any) -> set[int]:
    return {port["port"] for port in rule["ports"]}


def _peers(cluster: Any, peers: Any) -> set[str]:
    own = [peer["podSelector"] for peer in peers if "podSelector" in peer and "namespaceSelector" not in peer]
    return {name for selector in own for name in cluster.selected(selector)}


def _may_speak(cluster: Any, caller: str, callee: str) -> bool:
    rules = _rules(cluster, "egress", caller)
    return any(callee in _peers(cluster, rule["to"]) and WEB in _ports(rule) for rule in rules)


def _may_be_spoken_to(cluster: Any, caller: str, callee: str) -> bool:
    # The edge is open to everybody, which names nobody.
    rules = _rules(cluster, "ingress", callee)
    return any(caller in _peers(cluster, rule.get("from", [])) and WEB in _ports(rule) for rule in rules)


def _away(cluster: Any, pod: str) -> set[tuple[str, int]]:
    """Where outside our pods a process may go: a namespace or a network, and the port."""
    found = set()
    for rule in _rules(cluster, "egress", pod):
        for peer in rule["to"]:
            place = peer.get("namespaceSelector", {}).get("matchLabels", {}).get("kubernetes.io/metadata.name")
            place = place or peer.get("ipBlock", {}).get("cidr")
            found |= {(place, port) for port in _ports(rule) if place}
    return found


def test_between_our_processes(cluster: Any, calls: set[tuple[str, str]]) -> None:
    processes = {caller: [caller] for caller in ("edge", "gateway")}
    processes |= {name: [name, f"{name}-worker"] for name in SERVICE_NAMES}
    wanted = {(process, callee) for caller, callee in calls for process in processes[caller]}
    pairs = list(product(cluster.pods, repeat=2))
    assert {pair for pair in pairs if _may_speak(cluster, *pair)} == wanted
    assert {pair for pair in pairs if _may_be_spoken_to(cluster, *pair)} == wanted


def test_every_pod_is_closed_in_both_directions_first(cluster: Any) -> None:
    (nobody,) = [each for each in cluster.of("NetworkPolicy") if each["metadata"]["name"] == "nobody"]
    assert nobody["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_only_the_edge_is_open_to_everybody(cluster: Any) -> None:
    open_to_all = {name for name in cluster.pods for rule in _rules(cluster, "ingress", name) if not rule.get("from")}
    assert open_to_all == {"edge"}


def test_beyond_our_processes(cluster: Any) -> None:
    dns, stores = {("kube-system", 53)}, {("10.20.0.0/24", 5432)}
    broker, limits = {("data", 5671), ("data", 5672)}, {("data", 6379), ("data", 6380)}
    outside = {"billing": {("0.0.0.0/0", 443)}, "notifications": {("0.0.0.0/0", 465), ("0.0.0.0/0", 587)}}
    webhooks = {"notifications": {("0.0.0.0/0", 443), ("0.0.0.0/0", 8443)}}
    wanted = {"edge": dns, "gateway": dns | limits, "renderer": dns}
    for name in SERVICE_NAMES:
        wanted[name] = dns | stores | outside.get(name, set())
        wanted[f"{name}-worker"] = wanted[name] | broker | webhooks.get(name, set())
        wanted[f"{name}-migrate"] = dns | stores
    assert {name: _away(cluster, name) for name in cluster.pods} == wanted


def test_metrics_are_read_from_the_monitoring_namespace_only(cluster: Any) -> None:
    for name, pod in cluster.pods.items():
        spaces = {
            peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
            for rule in _rules(cluster, "ingress", name)
            for peer in rule.get("from", [])
            if "namespaceSelector" in peer
        }
        measured = pod.labels["app.kubernetes.io/component"] in ("web", "worker", "gateway")
        assert spaces == ({"monitoring"} if measured else set()), name
        assert pod.annotations == ({"prometheus.io/scrape": "true", "prometheus.io/port": "8080"} if measured else {})
