"""The supervisor over stand-ins: what it starts, restarts and never leaves behind."""

import itertools
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from tenacity import Retrying, stop_after_delay, wait_fixed

from local import ports
from local.home import Home
from local.process import answers
from local.status import status

pytestmark = pytest.mark.xdist_group("local")

NUMBERS = itertools.count(700)
"""Public ports to choose from: nobody waits for the ports of the story before."""

SCRIPT = str(Path(__file__).with_name("supervise.py"))


class Supervised:
    """A supervisor process over the stand-ins `edge` and `inner`."""

    def __init__(self, home: Path, *more: str) -> None:
        self.home = Home(home)
        self.ports = dict(zip(("edge", "inner"), ports.pick(2, next(NUMBERS)), strict=True))
        names = [f"{name}:{port}" for name, port in self.ports.items()]
        self.process = subprocess.Popen(
            [sys.executable, SCRIPT, str(home), *names, *more],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def read_until(self, word: str) -> str:
        """The output up to the line that holds `word`; fails when it ends before."""
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if word in line:
                return "".join(lines)
        raise AssertionError("".join(lines))

    def roster(self) -> dict[str, Any]:
        entries: dict[str, Any] = json.loads(self.home.processes.read_text())
        return entries

    def pids(self) -> list[int]:
        return [entry["pid"] for name, entry in self.roster().items() if name != "supervisor"]


@pytest.fixture
def running(kept_folder: Path) -> Iterator[Supervised]:
    supervised = Supervised(kept_folder)
    supervised.read_until("Ready: http://localhost:1\n")
    yield supervised
    supervised.process.terminate()
    supervised.process.communicate(timeout=20)


def eventually(condition: Any) -> None:
    for attempt in Retrying(stop=stop_after_delay(15), wait=wait_fixed(0.05), reraise=True):
        with attempt:
            assert condition()


def gone(pids: list[int]) -> bool:
    return not any(psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE for pid in pids)


def test_ready_means_that_all_answer_and_the_roster_tells_where(running: Supervised) -> None:
    for name, port in running.ports.items():
        eventually(lambda port=port: answers(port, "/readyz"))
        assert running.roster()[name]["url"] == f"http://127.0.0.1:{port}"
    assert psutil.Process(running.roster()["postgres"]["pid"]).name() == "postgres"
    assert status(running.home) == 0


def test_a_killed_child_and_a_killed_database_come_back(running: Supervised) -> None:
    # On a busy machine a port may be taken between choosing and using it: then the child is already on its second try.
    eventually(lambda: {"edge", "inner", "postgres"} <= set(running.roster()))
    before = running.roster()
    for name in ("inner", "postgres"):
        psutil.Process(before[name]["pid"]).kill()
    for name in ("inner", "postgres"):
        eventually(lambda name=name: running.roster().get(name, before[name])["pid"] != before[name]["pid"])
    eventually(lambda: status(running.home) == 0)
    assert running.roster()["edge"]["pid"] == before["edge"]["pid"]


def test_a_second_one_on_the_same_home_is_refused_in_a_sentence(running: Supervised) -> None:
    second = Supervised(running.home.root)
    output, _ = second.process.communicate(timeout=20)
    assert second.process.returncode == 1
    assert "already runs on" in output
    assert "Traceback" not in output
    assert status(running.home) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_everything(running: Supervised, number: int) -> None:
    pids = running.pids()
    running.process.send_signal(number)
    assert running.process.wait(15) == 0
    assert gone(pids)
    assert status(running.home) == 3


def test_kill_9_of_the_supervisor_leaves_nothing_and_the_next_start_works(running: Supervised) -> None:
    pids = running.pids()
    running.process.kill()
    running.process.wait(5)

    again = Supervised(running.home.root)
    again.read_until("Ready:")
    assert gone(pids)
    again.process.terminate()
    assert again.process.wait(15) == 0


def test_kill_9_of_supervisor_and_watchdog_is_cleared_up_by_the_next_start(running: Supervised) -> None:
    pids = running.pids()
    known = {*pids, running.process.pid}
    children = psutil.Process(running.process.pid).children()
    for process in [running.process, *(child for child in children if child.pid not in known)]:
        process.kill()
    running.process.wait(5)
    assert not gone(pids)

    again = Supervised(running.home.root)
    again.read_until("Ready:")
    assert gone(pids)
    again.process.terminate()
    assert again.process.wait(15) == 0


def test_a_killed_watchdog_is_replaced(running: Supervised) -> None:
    supervisor = psutil.Process(running.process.pid)
    known = set(running.pids())
    [watchdog] = [child for child in supervisor.children() if child.pid not in known]
    watchdog.kill()
    eventually(lambda: {child.pid for child in supervisor.children()} - known - {watchdog.pid})
    running.process.kill()
    eventually(lambda: gone(list(known)))


def test_a_start_that_cannot_succeed_says_why_and_leaves_nothing(kept_folder: Path) -> None:
    [port] = ports.pick(1, 778)
    supervised = Supervised(kept_folder, f"broken:{port}")
    output, _ = supervised.process.communicate(timeout=30)
    assert supervised.process.returncode == 1
    assert "broken does not become ready: no luck" in output
    assert status(supervised.home) == 3
