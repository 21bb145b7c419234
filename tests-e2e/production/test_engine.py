"""The engine behind the production world does what Docker would: on a small project of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from world.compose import Engine, read, requirements
from world.compose.engine import NotStarted
from world.compose.network import Network
from world.system import ROOT, eventually

pytestmark = [pytest.mark.long, pytest.mark.production]

FILE = """
x-it: &it
  image: ufadhili:local
  restart: unless-stopped
  stop_grace_period: 1s
services:
  web:
    <<: *it
    command: [http.server, "8080", --directory, /data]
    networks: [inner]
    read_only: true
    environment: {SAID: "${SAID}"}
    volumes: ["data:/data:ro"]
    depends_on: {job: {condition: service_completed_successfully}}
    healthcheck: {test: [CMD, python, -c, "import socket; socket.create_connection(('web', 8080))"], interval: 1s,
      start_period: 10s, start_interval: 200ms}
  job:
    <<: *it
    restart: "no"
    command: [zipfile, -c, /data/made.zip, /etc/hostname]
    volumes: ["data:/data"]
  stranger:
    <<: *it
    healthcheck: {disable: true}
    command: [http.server, "8080"]
networks: {inner: {}}
volumes: {data: {}}
"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Engine]]:
    """Starts a project."""
    if requirements.missing():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"needs {requirements.missing()}")
    made: list[Engine] = []

    def up(text: str = FILE, **replicas: int) -> Engine:
        (tmp_path / "compose.yml").write_text(text)
        project = read(tmp_path / "compose.yml", {"SAID": "a $word 'quoted'"})
        made.append(Engine(project, Network(project.networks), tmp_path / "home", replicas))
        made[-1].up(30)
        return made[-1]

    yield up
    for engine in made:
        engine.cut()
        engine.down()


def code(engine: Engine, name: str, program: str) -> int:
    command = engine.containers[name].inside(["python", "-c", program])
    assert command
    return subprocess.run(command, check=False, capture_output=True).returncode


def test_a_container_has_what_the_file_gives_it_and_nothing_else(start: Callable[..., Engine]) -> None:
    engine = start(web=2)
    answer = engine.inside("web-1", lambda: requests.get("http://127.0.0.1:8080/made.zip", timeout=5))
    assert answer.content.startswith(b"PK"), "the job went before, and its volume is shared"
    assert code(engine, "web-1", "import os; assert os.environ['SAID'] == \"a $word 'quoted'\"") == 0
    told = "import os, sys; sys.exit(sorted(set(os.environ) & {'HOME', 'USER', 'SHELL', 'PWD', 'OLDPWD'}) != ['HOME'])"
    assert code(engine, "web-1", told) == 0, "nothing of ours"
    assert code(engine, "web-1", "open('/anywhere', 'w')") != 0, "read_only holds"
    assert code(engine, "web-1", "open('/data/x', 'w')") != 0, "and so does a volume's"
    assert code(engine, "web-1", "import os, sys; sys.exit(os.getuid() == 0)") == 0, "nobody is root"
    assert code(engine, "web-1", "import os; assert os.listdir('/proc').count('1'); os.kill(1, 0)") == 0
    assert code(engine, "web-1", "import socket; assert len(socket.gethostbyname_ex('web')[2]) == 2") == 0
    assert code(engine, "web-1", "import socket; socket.gethostbyname('stranger')") != 0, "on no network with it"


def test_who_dies_starts_again_and_who_is_stopped_does_not(start: Callable[..., Engine]) -> None:
    engine = start()
    web = engine.containers["web-1"]
    engine.kill(["web-1"])
    eventually(lambda: web.starts == 2 and web.health.is_healthy, "it is started again")
    took = engine.stop("web-1")
    assert 0.9 < took < 3, "http.server hears no SIGTERM as a first process: it gets its grace and no more"
    assert web.exit_code != 0
    time.sleep(0.5)
    assert (web.starts, web.is_running) == (2, False)
    engine.start("web-1")
    eventually(lambda: web.health.is_healthy, "it is started by hand")


def test_a_job_that_fails_holds_up_who_needs_it_and_is_told(start: Callable[..., Engine]) -> None:
    with pytest.raises(NotStarted, match=r"(?s)job-1.*No such file"):
        start(FILE.replace("-c, /data/made.zip, /etc/hostname", "-l, /nothing/there"))


def test_a_power_cut_ends_all_at_once_and_up_starts_all_but_jobs(start: Callable[..., Engine]) -> None:
    engine = start()
    engine.cut()
    time.sleep(0.5)
    assert not any(each.is_running for each in engine.containers.values())
    engine.up(30)
    assert engine.containers["web-1"].starts == 2
    assert engine.containers["job-1"].starts == 1


def test_a_runner_that_is_killed_leaves_no_process_and_the_next_one_removes_its_networks(
    start: Callable[..., Engine], tmp_path: Path
) -> None:
    start().cut()
    program = """
import sys
from pathlib import Path
from world.compose import Engine, read
from world.compose.network import Network
project = read(Path(sys.argv[1]) / "compose.yml", {"SAID": ""})
engine = Engine(project, Network(project.networks), Path(sys.argv[1]) / "other", {})
engine.up(30)
print(engine.containers["web-1"].pid, flush=True)
sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests-e2e")},
    ) as runner:
        assert runner.stdout
        pid = int(runner.stdout.readline())
        assert Path(f"/proc/{pid}").exists()
        runner.kill()
    eventually(lambda: not Path(f"/proc/{pid}").exists(), "its containers die with it")
    Network([]).remove()
    left = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True).stdout
    assert f"ufa{runner.pid}n" not in left
