"""docker-compose.yml: every container gets what it needs to start, and nothing else."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from world.compose.dockerfile import stage

from chassis.settings import SERVICE_NAMES

ROOT = Path(__file__).parents[3]
Services = Mapping[str, dict[str, Any]]

# The engine, the interpreter and OpenTelemetry read these; PAYMENT_… only where a provider is named.
READ_ELSEWHERE = {"OTEL_EXPORTER_OTLP_ENDPOINT"}
A_PROVIDER = {
    "PAYMENT_SANDBOX": "false",
    "PAYMENT_GATEWAY_URL": "https://payments.example",
    "PAYMENT_GATEWAY_API_KEY": "0fd4b9fa1c5e4a7c8d21",
    "PAYMENT_GATEWAY_WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "MPESA_SHORTCODE": "600000",
    "MPESA_CONSUMER_KEY": "1d2c6a0b9be14f34",
    "MPESA_CONSUMER_SECRET": "70a7e1f3c0914e0f",
    "MPESA_PASSKEY": "c1b5b8ad6ff24d4d9ef1",
    "MPESA_INITIATOR": "ufadhili",
    "MPESA_SECURITY_CREDENTIAL": "5bd9cf5d0a8c4c2c",
    "PAYPAL_CLIENT_ID": "AQ3Nx3uVq7Zd1c9b",
    "PAYPAL_CLIENT_SECRET": "EJ8rV5s0yT2wKq4m",
    "PAYPAL_WEBHOOK_ID": "8PT597110X687430L",
    "STRIPE_API_KEY": "sk_live_0a1b2c3d4e5f6071",
    "STRIPE_WEBHOOK_SECRET": "whsec_5WbX5kEWLlfzsGNjH64I8lOOqUB6e8FH",
}
OUTSIDE = {"api.safaricom.co.ke", "api-m.paypal.com"}


def test_every_service_has_a_web_a_worker_and_a_migration(services: Services) -> None:
    for name in SERVICE_NAMES:
        assert services[name]["command"] == [name, "web"]
        assert services[f"{name}-worker"]["command"] == [name, "worker"]
        assert services[f"{name}-migrate"]["command"] == [name, "migrate"]


def test_every_process_finds_all_it_asks_for_and_is_told_nothing_it_does_not_read(
    serving: Services, start: Callable[[str, Mapping[str, str]], set[str]]
) -> None:
    assert len(serving) == 2 * len(SERVICE_NAMES) + 1
    for name, each in serving.items():
        told, module = each["environment"], each["command"][0]
        asked = start(module, told)
        if "PAYMENT_SANDBOX" in told:
            asked |= start(module, {**told, **A_PROVIDER})
        assert set(told) - asked - READ_ELSEWHERE == set(), name


def test_what_runs_once_is_told_one_thing(services: Services) -> None:
    assert set(services["keys"]["environment"]) == {"SIGNING_KEYS_DIR"}
    assert set(services["certificate"]["environment"]) == {"CERTIFICATE_DIR", "PUBLIC_URL"}
    for name in SERVICE_NAMES:
        assert set(services[f"{name}-migrate"]["environment"]) == {"DATABASE_OWNER_URL"}


def test_each_service_is_told_whom_its_code_calls_and_nobody_else(
    serving: Services, calls: set[tuple[str, str]]
) -> None:
    for name, each in serving.items():
        service = each["command"][0]
        told = {url.removesuffix("_URL").lower() for url in each["environment"] if url.endswith("_URL")}
        told &= {*SERVICE_NAMES, "renderer"}
        # Its own address is nobody's business but the sandbox's.
        own = {service} if service == "identity" else set()
        assert told - own == {callee for caller, callee in calls if caller == service}, name


def test_every_address_is_that_of_a_container_on_a_common_network(services: Services) -> None:
    ports = {"postgres": 5432, "rabbitmq": 5672, "redis": 6379, "mail": 1025}
    seen = set()
    for name, each in services.items():
        for variable, value in each.get("environment", {}).items():
            url = urlsplit(value)
            if not variable.endswith(("_URL", "_STORAGE")) or variable == "PUBLIC_URL" or not url.hostname:
                continue
            if url.hostname in OUTSIDE:
                assert "outside" in each["networks"], f"{name} {variable}"
                continue
            other = services[url.hostname]
            assert url.port == ports.get(url.hostname, 8080), f"{name} {variable}"
            assert set(each["networks"]) & set(other["networks"]), f"{name} {variable}"
            seen.add(url.hostname)
    assert seen == {*SERVICE_NAMES, "renderer", *ports}


def test_the_edge_reaches_the_gateway_and_every_web_and_no_store(services: Services) -> None:
    reached = {name for name, each in services.items() if set(each["networks"]) & set(services["edge"]["networks"])}
    assert reached == {"edge", "gateway", *SERVICE_NAMES}


def test_only_the_edge_publishes_ports(services: Services) -> None:
    assert {name for name, each in services.items() if each.get("ports")} == {"edge"}


def test_only_the_edge_and_those_who_pay_or_mail_reach_the_world(compose: dict[str, Any], services: Services) -> None:
    open_networks = {name for name, network in compose["networks"].items() if not network.get("internal")}
    outward = {name for name, each in services.items() if set(each["networks"]) & open_networks}
    assert outward == {"edge", "billing", "billing-worker", "notifications-worker"}


def test_nothing_runs_as_root_or_may_become_it(services: Services) -> None:
    for name, each in services.items():
        build = each.get("build")
        user = stage(ROOT / "Dockerfile", build["target"]).user if build else each["user"]
        assert user.partition(":")[0].isdigit(), name
        assert int(user.partition(":")[0]) > 0, name
        assert each["cap_drop"] == ["ALL"], name
        assert each["security_opt"] == ["no-new-privileges:true"], name
        assert each["read_only"] is True, name


def test_nothing_grows_without_bound_or_stays_down(services: Services) -> None:
    for name, each in services.items():
        limits = each["deploy"]["resources"]["limits"]
        assert set(limits) == {"cpus", "memory", "pids"}, name
        assert each["logging"]["options"]["max-size"], name
        runs_once = name.endswith("-migrate") or name in ("keys", "certificate")
        assert each["restart"] == ("no" if runs_once else "unless-stopped"), name


def test_nobody_starts_before_what_it_stands_on(services: Services) -> None:
    done, healthy = {"condition": "service_completed_successfully"}, {"condition": "service_healthy"}
    for name in SERVICE_NAMES:
        for process in (name, f"{name}-worker"):
            assert services[process]["depends_on"][f"{name}-migrate"] == done
        assert services[f"{name}-migrate"]["depends_on"]["postgres"] == healthy
        assert services[f"{name}-worker"]["depends_on"]["rabbitmq"] == healthy
        assert services["edge"]["depends_on"][name] == healthy
    assert services["identity"]["depends_on"]["keys"] == done
    assert services["edge"]["depends_on"]["certificate"] == done


@pytest.mark.parametrize("name", ["identity", "edge"])
def test_private_keys_are_read_where_they_are_used_and_written_where_they_are_made(
    name: str, services: Services
) -> None:
    volume, maker = {"identity": ("signing-keys", "keys"), "edge": ("certificate", "certificate")}[name]
    mounts = {who: [each for each in of.get("volumes", []) if each.startswith(volume)] for who, of in services.items()}
    assert {who for who, each in mounts.items() if each} == {name, maker}
    assert mounts[name][0].endswith(":ro")
