"""The reader of docker-compose.yml: what it understands it gets right, what it does not it refuses."""

from pathlib import Path

import pytest
from world.compose.dockerfile import stage
from world.compose.interpolation import Unknown, interpolate
from world.compose.model import Condition, Healthcheck, Mount, Port, Restart
from world.compose.parts import seconds
from world.compose.reader import dotenv, read
from world.system import ROOT

FILE = """
x-base: &base
  image: ufadhili:local
  restart: on-failure
  environment: {A: one, B: "${B:-two}"}
services:
  first:
    <<: *base
    command: [billing, web]
    environment: {C: "3"}
    networks: [inner]
    volumes: ["data:/data", "./here:/there:ro"]
    ports: ["127.0.0.1:443:8443"]
    healthcheck: {test: [CMD, "true"], interval: 1m30s, start_period: 500ms}
    stop_grace_period: 1h
  second:
    <<: *base
    command: billing worker "one word"
    depends_on: {first: {condition: service_healthy}}
    scale: 2
networks: {inner: {internal: true}}
volumes: {data: {}}
"""


def project(folder: Path, text: str = FILE, **variables: str):
    (folder / "here").mkdir(exist_ok=True)
    (folder / "compose.yml").write_text(text)
    return read(folder / "compose.yml", variables)


def test_a_service_says_what_the_file_says(tmp_path):
    found = project(tmp_path).services
    first, second = found["first"], found["second"]
    assert first.environment == {"C": "3"}, "a merge takes whole keys, as YAML has it"
    assert second.environment == {"A": "one", "B": "two"}
    assert (first.command, second.command) == (("billing", "web"), ("billing", "worker", "one word"))
    assert first.mounts == (Mount("/data", volume="data"), Mount("/there", tmp_path / "here", read_only=True))
    assert first.ports == (Port(443, 8443),)
    assert first.healthcheck == Healthcheck(("true",), 90, 30, 3, 0.5, 5)
    assert (first.stop_seconds, second.stop_seconds) == (3600, 10)
    assert (first.networks, second.networks) == (("inner",), ("default",))
    assert second.depends_on == {"first": Condition.HEALTHY}
    assert (first.replicas, second.replicas) == (1, 2)
    assert first.restart is Restart.ON_FAILURE
    assert first.is_ours


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${A}-$A", "a-a"),
        ("$$A $${A}", "$A ${A}"),
        ("${NO:-b}${EMPTY:-b}", "bb"),
        ("${NO-b}${EMPTY-b}", "b"),
        ("${A:+x}${NO:+x}", "x"),
        ("${A:?why}", "a"),
    ],
)
def test_variables(text, value):
    assert interpolate({"k": [text, 1, None]}, {"A": "a", "EMPTY": ""}) == {"k": [value, 1, None]}


@pytest.mark.parametrize(
    "text", ["${NO}", "$NO", "${NO:?it is missing}", "${EMPTY:?}", "${A:-${B}}", "5 $", "${A/a/b}"]
)
def test_what_is_not_set_or_not_understood_is_refused(text):
    with pytest.raises(Unknown):
        interpolate(text, {"A": "a", "EMPTY": ""})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("scale: 2", "sysctls: {a: 1}"),
        ("internal: true}}", "internal: true}}\nconfigs: {}"),
        ("volumes: {data: {}}", "volumes: {}"),
        ("./here", "./nowhere"),
        ("networks: [inner]", "networks: [outer]"),
        ("first: {condition", "third: {condition"),
        ("service_healthy", "service_perhaps"),
        ('"127.0.0.1:443:8443"', "8443"),
        ('C: "3"', "C: true"),
        ('C: "3"', "C:"),
        ("1m30s", "soon"),
        ("on-failure", "sometimes"),
        ('[CMD, "true"]', '[EXEC, "true"]'),
    ],
)
def test_a_file_it_does_not_understand_is_refused_and_not_half_read(tmp_path, before, after):
    assert before in FILE
    with pytest.raises((Unknown, ValueError)):
        project(tmp_path, FILE.replace(before, after))


def test_a_check_can_be_switched_off_and_is_else_the_images(tmp_path):
    off = FILE.replace('test: [CMD, "true"]', "disable: true").replace("service_healthy", "service_started")
    assert project(tmp_path, off).services["first"].healthcheck.test == ()
    assert project(tmp_path).services["second"].healthcheck is None


def test_the_image_says_how_its_process_runs():
    edge, process = stage(ROOT / "Dockerfile", "edge"), stage(ROOT / "Dockerfile", "ufadhili")
    assert edge.healthcheck.test[0] == "curl"
    assert process.healthcheck.test[0] == "python"
    assert process.entrypoint == ("python", "-m")
    assert edge.user == process.user == "10001:10001"
    assert process.environment["PORT"] == "8080"
    with pytest.raises(Unknown):
        stage(ROOT / "Dockerfile", "nothing")


def test_durations():
    assert [seconds(each) for each in ("10s", "1m", "1m30s", "250ms", "1h1s", "1.5s")] == [10, 60, 90, 0.25, 3601, 1.5]


def test_an_env_file():
    assert dotenv("# no\nA=1\n\nB='two words'\nC=x=y\n") == {"A": "1", "B": "two words", "C": "x=y"}


def test_our_own_file_is_understood():
    secrets = dict.fromkeys(
        [line.removesuffix("=") for line in (ROOT / ".env.example").read_text().splitlines() if line.endswith("=")], "s"
    )
    found = read(ROOT / "docker-compose.yml", secrets)
    webs = {name for name, service in found.services.items() if service.command[1:] == ("web",)}
    assert webs == {"identity", "programs", "billing", "privacy", "analytics", "notifications"}
    assert {name for name, service in found.services.items() if service.ports} == {"edge"}
