"""What kustomize makes: the processes of docker-compose.yml, each told what it needs and allowed what its code does."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from chassis.settings import SERVICE_NAMES

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.long

# In a cluster the certificate and the signing keys are Secrets that somebody puts there.
ONLY_IN_COMPOSE = {"keys", "certificate"}
# Read by the engine's side only: a build has it, or an operator sets it.
OPTIONAL = {"WEBHOOK_ALLOWED_NETWORKS", "OTEL_EXPORTER_OTLP_ENDPOINT", "PAYMENT_SANDBOX", "RENDER_WORKERS"}
# Names under which identity is told the secrets that it puts together.
PARTS = {f"{name.upper()}_SECRET" for name in (*SERVICE_NAMES, "gateway")}


@pytest.fixture(scope="session")
def composed() -> dict[str, Any]:
    """The containers of docker-compose.yml that our images are for."""
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return {name: each for name, each in services.items() if "build" in each and name not in ONLY_IN_COMPOSE}


def test_processes_and_commands_are_those_of_compose(cluster: Any, composed: dict[str, Any]) -> None:
    assert {name: list(pod.command) for name, pod in cluster.pods.items()} == {
        name: each.get("command", []) for name, each in composed.items()
    }
    assert {name for name, pod in cluster.pods.items() if pod.kind == "Job"} == {
        f"{name}-migrate" for name in SERVICE_NAMES
    }


def test_each_process_is_told_the_variables_that_compose_tells_it(cluster: Any, composed: dict[str, Any]) -> None:
    for name, each in composed.items():
        told = set(cluster.pods[name].environment) - PARTS
        everybodys = set(cluster.pods["privacy"].environment) & set(cluster.pods["programs"].environment)
        everybodys -= {"DATABASE_URL", "CLIENT_SECRET"}
        wanted = set(each.get("environment", {}))
        assert wanted - told - OPTIONAL == set(), name
        assert told - wanted - OPTIONAL - everybodys == set(), name


def test_every_process_starts_with_what_it_is_told(
    cluster: Any, start: Callable[[str, Mapping[str, str]], set[str]]
) -> None:
    for pod in cluster.pods.values():
        if pod.labels["app.kubernetes.io/component"] in ("web", "worker", "gateway"):
            start(pod.command[0], pod.environment)
    clients = dict(pair.split(":") for pair in cluster.pods["identity"].environment["CLIENT_SECRETS"].split(","))
    assert clients == {name: cluster.pods[name].environment["CLIENT_SECRET"] for name in (*SERVICE_NAMES, "gateway")}


def test_secrets_go_to_those_who_use_them_and_to_nobody_else(cluster: Any) -> None:
    users: dict[str, set[str]] = {}
    for name, pod in cluster.pods.items():
        for key in pod.keys:
            users.setdefault(key, set()).add(name)
    expected = {"AMQP_URL": {f"{name}-worker" for name in SERVICE_NAMES}, "gateway.LIMITS_STORAGE": {"gateway"}}
    for name in SERVICE_NAMES:
        both = {name, f"{name}-worker"}
        expected[f"{name}.DATABASE_URL"] = both
        expected[f"{name}.DATABASE_OWNER_URL"] = {f"{name}-migrate"}
        expected[f"{name}.CLIENT_SECRET"] = both | {"identity"}
    expected["gateway.CLIENT_SECRET"] = {"gateway", "identity"}
    for name in (
        "PAYMENT_GATEWAY_API_KEY", "PAYMENT_GATEWAY_WEBHOOK_SECRET", "MPESA_CONSUMER_KEY", "MPESA_CONSUMER_SECRET",
        "MPESA_PASSKEY", "MPESA_SECURITY_CREDENTIAL", "PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET", "STRIPE_API_KEY",
        "STRIPE_WEBHOOK_SECRET", "MPESA_SHORTCODE", "MPESA_INITIATOR", "PAYPAL_WEBHOOK_ID",
    ):  # fmt: skip
        expected[f"billing.{name}"] = {"billing", "billing-worker"}
    for name in (
        "SMTP_URL", "WEBHOOK_SECRETS_KEY", "MAIL_CALLBACK_SECRET", "AFRICAS_TALKING_API_KEY", "SMS_CALLBACK_SECRET"
    ):  # fmt: skip
        expected[f"notifications.{name}"] = {"notifications", "notifications-worker"}
    assert users == expected
    (secret,) = cluster.of("Secret")
    assert set(secret["data"]) == set(expected)


def test_private_keys_are_mounted_where_they_are_used(cluster: Any) -> None:
    mounted = {
        volume["secret"]["secretName"]: name
        for name, pod in cluster.pods.items()
        for volume in pod.spec["volumes"]
        if "secret" in volume
    }
    assert mounted == {"signing-keys": "identity", "edge-certificate": "edge"}


def test_every_selector_finds_its_pods(cluster: Any) -> None:
    for each in cluster.of("Deployment", "PodDisruptionBudget"):
        assert cluster.selected(each["spec"]["selector"]) == {each["metadata"]["name"]}
    for each in cluster.of("Service"):
        assert cluster.selected({"matchLabels": each["spec"]["selector"]}) == {each["metadata"]["name"]}
    for each in cluster.of("NetworkPolicy"):
        assert cluster.selected(each["spec"]["podSelector"]), each["metadata"]["name"]


def test_whoever_serves_is_scaled_and_never_taken_down_at_once(cluster: Any) -> None:
    scaled = {each["spec"]["scaleTargetRef"]["name"] for each in cluster.of("HorizontalPodAutoscaler")}
    assert scaled == {"edge", "gateway", "renderer", *SERVICE_NAMES}
    budgets = {each["metadata"]["name"] for each in cluster.of("PodDisruptionBudget")}
    assert budgets == {each["metadata"]["name"] for each in cluster.of("Deployment")}
    for each in cluster.of("HorizontalPodAutoscaler"):
        assert each["spec"]["minReplicas"] >= 2


def test_a_rollout_refuses_no_request(cluster: Any) -> None:
    # How long each finishes what is in hand, in seconds (chassis.server, render, nginx's worker_shutdown_timeout).
    finishing = {"web": 10, "worker": 30, "gateway": 30, "renderer": 20, "edge": 30}
    for each in cluster.of("Deployment"):
        name, spec = each["metadata"]["name"], each["spec"]
        assert spec["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}, name
        pod = cluster.pods[name]
        (container,) = pod.spec["containers"]
        pause = container["lifecycle"]["preStop"]["sleep"]["seconds"]
        component = pod.labels["app.kubernetes.io/component"]
        assert pod.spec["terminationGracePeriodSeconds"] > pause + finishing[component], name
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            assert container[probe]["httpGet"]["port"] in {port["name"] for port in container["ports"]}, name


def test_nothing_runs_as_root_or_writes_outside_tmp(cluster: Any) -> None:
    for name, pod in cluster.pods.items():
        (container,) = pod.spec["containers"]
        assert pod.spec["securityContext"]["runAsNonRoot"] is True, name
        assert pod.spec["automountServiceAccountToken"] is False, name
        assert container["securityContext"]["readOnlyRootFilesystem"] is True, name
        writable = [mount["mountPath"] for mount in container["volumeMounts"] if not mount.get("readOnly")]
        assert writable == ["/tmp"], name  # noqa: S108
