"""A worker is a process of its own: it answers for itself, ends when asked, and any number may run."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from chassis.database import Database
from chassis.ids import new_id
from chassis.settings import SERVICE_NAMES
from contracts.event import Event

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("rabbitmq")]

TOY = Path(__file__).parents[1] / "toy_worker.py"
PATIENCE = 30

Build = Callable[..., Event]


class Started:
    """A process of the toy service on a port of its own."""

    def __init__(self, between: Any, *arguments: str, **variables: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = {
            **{name: value for name, value in os.environ.items() if not name.endswith("_URL")},
            **{f"{name.upper()}_URL": "http://127.0.0.1:9" for name in SERVICE_NAMES},
            "PORT": str(port),
            "DATABASE_URL": between.subscriber.url,
            "CLIENT_SECRET": "client-secret-of-a-test",
            "EVENTS_TRANSPORT": "amqp",
            "AMQP_URL": between.broker.url,
            **variables,
        }
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [sys.executable, str(TOY), *arguments], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def answers(self, path: str) -> int:
        """The status of an answer; 0 when there is none."""
        try:
            return requests.get(self.url + path, timeout=5).status_code
        except requests.ConnectionError:
            return 0

    def end(self, number: int) -> tuple[int, str]:
        """Send a signal; the exit status and all it has said."""
        self.process.send_signal(number)
        said, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, said.decode()


@pytest.fixture
def start(between: Any) -> Iterator[Callable[..., Started]]:
    """Starts processes; those left over are killed."""
    started: list[Started] = []

    def begin(*arguments: str, **variables: str) -> Started:
        started.append(Started(between, *arguments, **variables))
        return started[-1]

    yield begin
    for one in started:
        if one.process.poll() is None:
            one.end(signal.SIGKILL)


def test_two_workers_share_the_work_and_one_may_die(
    between: Any, start: Callable[..., Started], registered: Build, effects: Callable[[Database], list[str]]
) -> None:
    workers = [start("worker", SECONDS_AN_EVENT="0.001") for _ in range(2)]
    for worker in workers:
        between.until(lambda worker=worker: worker.answers("/readyz"), lambda status: status == 200)
    subjects = [new_id() for _ in range(20)]
    names = [f"{number % 20}:{number}" for number in range(2_000)]
    for first in range(0, 2_000, 200):
        between.publish(*(registered(name, subjects[int(name.split(":")[0])]) for name in names[first : first + 200]))
    between.relay.drain()
    between.until(lambda: len(effects(between.subscriber)), lambda done: done > 300)
    workers[0].end(signal.SIGKILL)
    done = between.until(lambda: effects(between.subscriber), lambda done: len(done) >= len(names))
    for index in range(20):
        of_one = [name for name in done if name.startswith(f"{index}:")]
        assert of_one == [name for name in names if name.startswith(f"{index}:")]
    status, said = workers[1].end(signal.SIGTERM)
    assert (status, "unfinished" in said) == (0, False)


def test_a_worker_answers_for_itself_and_for_nothing_else(between: Any, start: Callable[..., Started]) -> None:
    worker = start("worker")
    between.until(lambda: worker.answers("/readyz"), lambda status: status == 200)
    between.until(
        lambda: requests.get(f"{worker.url}/metrics", timeout=5).text,
        lambda text: 'broker_connections_total{by="consumer",service="notifications"} 1.0' in text,
    )
    paths = ("/healthz", "/metrics", "/internal/events", "/api/v1/notifications/")
    assert [worker.answers(path) for path in paths] == [200, 200, 404, 404]


def test_a_worker_finishes_what_is_in_hand(
    between: Any, start: Callable[..., Started], registered: Build, effects: Callable[[Database], list[str]]
) -> None:
    worker = start("worker", SECONDS_AN_EVENT="0.5")
    between.until(lambda: worker.answers("/readyz"), lambda status: status == 200)
    between.publish(*(registered(str(number)) for number in range(4)))
    between.relay.drain()
    between.await_arrival(4)
    between.until(between.is_handling, bool)
    assert worker.end(signal.SIGTERM)[0] == 0
    assert effects(between.subscriber) == ["0", "1", "2", "3"]


def test_a_web_process_without_worker_leaves_events_alone(
    between: Any, start: Callable[..., Started], registered: Build
) -> None:
    web = start("web", AMQP_URL="")  # only workers speak to the broker
    between.until(lambda: web.answers("/readyz"), lambda status: status == 200)
    between.publish(registered("for a worker"))
    between.relay.drain()
    assert web.answers("/internal/events") == 404
    assert web.end(signal.SIGTERM)[0] == 0
    assert between.waiting("notifications.events") == 1
    assert between.arrived() == []


@pytest.mark.parametrize("arguments", [("worker",), ("web", "--with-worker")])
def test_a_worker_that_was_not_told_of_the_broker_says_so(start: Callable[..., Started], arguments: Any) -> None:
    worker = start(*arguments, AMQP_URL="")
    said, _ = worker.process.communicate(timeout=PATIENCE)
    assert worker.process.returncode == 1
    assert said.decode().strip() == "settings: AMQP_URL: a worker needs it when EVENTS_TRANSPORT is amqp"
