"""What only the whole shows at the edge: what is closed, what its log says, HTTP/2, and what no log says."""

import json
import socket
import subprocess
from uuid import uuid4

import pytest
import requests
from world.acts import child, enrol, make_cohort
from world.person import PASSWORD, Town
from world.production import Production
from world.system import eventually

pytestmark = [pytest.mark.long, pytest.mark.production]


@pytest.mark.parametrize(
    "path",
    [
        "/internal/revocations",
        "/internal/decide",
        "/internal/events",
        "/metrics",
        "/api/v1/auth/../../../internal/revocations",
        "/api/v1/auth/%2e%2e/%2e%2e/%2e%2e/internal/decide",
        "//internal/decide",
        "/.edge/decide",
        "/.edge/refusal/busy",
    ],
)
def test_what_is_ours_alone_does_not_exist_from_outside(production: Production, path: str) -> None:
    asked = requests.Request("GET", production.url).prepare()
    asked.url = production.url + path  # as it is: requests would tidy the path
    with requests.Session() as session:
        settings = session.merge_environment_settings(production.url, {}, None, None, None)
        answer = session.send(asked, allow_redirects=False, **settings)
    assert answer.status_code == 404, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"


def test_plain_http_only_leads_to_https(production: Production) -> None:
    plain = production.url.replace("https:", "http:").replace("8443", "8080")
    answer = requests.get(plain, allow_redirects=False, timeout=10)
    assert answer.status_code == 308
    assert answer.headers["Location"].startswith("https://")


def reaches(production: Production, who: str, whom: str, network: str, port: int) -> bool:
    """Whether one container can connect to another in one of its networks."""
    address = str(production.network.address(whom, network))

    def knock() -> bool:
        try:
            socket.create_connection((address, port), timeout=1).close()
        except OSError:
            return False
        return True

    return production.engine.inside(who, knock)


@pytest.mark.parametrize(
    ("who", "whom", "network", "port", "may"),
    [
        ("edge-1", "billing-1", "edge", 8080, True),
        ("edge-1", "billing-worker-1", "services", 8080, False),
        ("edge-1", "postgres-1", "database", 5432, False),
        ("edge-1", "redis-1", "limits", 6379, False),
        ("billing-1", "postgres-1", "database", 5432, True),
        ("billing-1", "rabbitmq-1", "broker", 5672, False),
        ("billing-worker-1", "rabbitmq-1", "broker", 5672, True),
        ("renderer-1", "postgres-1", "database", 5432, False),
        ("gateway-1", "postgres-1", "database", 5432, False),
    ],
)
def test_a_container_reaches_only_whom_it_speaks_to(
    production: Production, who: str, whom: str, network: str, port: int, may: bool
) -> None:
    assert reaches(production, who, whom, network, port) is may


def test_http_2_is_spoken(production: Production) -> None:
    told = ["--http2", "--silent", "--cacert", str(production.certificate), "--write-out", "%{http_version}"]
    spoken = subprocess.run(
        ["curl", *told, "--output", "/dev/null", f"{production.url}/readyz"], capture_output=True, text=True, check=True
    )
    assert spoken.stdout == "2"


def test_a_line_of_the_edge_says_who_and_what_and_nothing_else(production: Production) -> None:
    sponsor = Town(production).admin()
    trace = uuid4().hex
    path = f"/api/v1/programs/cohorts/?search={sponsor.email}"
    answer = sponsor.call("GET", path, status=200, headers={"traceparent": f"00-{trace}-{trace[:16]}-01"})

    def line() -> dict[str, object] | None:
        said = production.log("edge-1").splitlines()
        return next((json.loads(each) for each in said if answer.headers["X-Request-ID"] in each), None)

    said = eventually(line, "a line of the edge")
    assert said["user"] == sponsor.user_id
    assert said["organization"] == sponsor.organization_id
    assert (said["status"], said["method"], said["upstream"]) == (200, "GET", "programs")
    assert (
        said["operation"] == "/api/v1/programs/*"
        or "{" in str(said["operation"])
        or "programs" in str(said["operation"])
    )
    assert sponsor.email not in json.dumps(said)
    assert "search" not in json.dumps(said)
    assert trace in production.log("programs-1") + production.log("programs-2"), "the trace goes on in the service"


def test_no_container_logs_a_secret_or_a_person(production: Production) -> None:
    academy, guardian = Town(production).admin("academy"), Town(production).person("Mama Njeri")
    enrol(academy, make_cohort(academy), child(name="Zuhura Makokha", guardian_email=guardian.email))
    guardian.accept_invitation()
    guardian.call("POST", "/api/v1/auth/login", json={"email": guardian.email, "password": "not the right one"})
    eventually(lambda: str(guardian.user_id) in production.log("edge-1"), "the guardian's calls are logged, by id")
    people = [guardian.email, academy.email, "Zuhura", "Makokha", PASSWORD, "not the right one", "eyJ", "whsec_"]
    hidden = [value for name, value in production.secrets.items() if "PASSWORD" in name or "SECRET" in name]
    assert len(hidden) > 20
    for container in production.engine.containers:
        log = production.log(container)
        for secret in (*people, *hidden):
            assert secret not in log, f"{container} logs {secret}"
