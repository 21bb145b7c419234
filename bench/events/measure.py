"""What one run of ours and one of raw pika's took."""

import resource
import subprocess
import sys
import time
from dataclasses import dataclass

import psutil
import psycopg
from bench.events import ROOT, raw
from faults.stage import LISTENER, PUBLISHER, Stage
from sqlalchemy import text

from chassis.database import SYSTEM

EACH = 100
"""Events a transaction when throughput is measured: a request may well cause as many (an enrolment of a class)."""

WARM_UP = 2.0
PATIENCE = 180.0

_MOMENTS = "select number, extract(epoch from pg_xact_commit_timestamp(xmin)) from {table} where number >= :first"
_COMMITTED, _HANDLED = text(_MOMENTS.format(table="written")), text(_MOMENTS.format(table="effects"))


@dataclass(frozen=True)
class Run:
    """Moments of each event's two commits, in seconds since 1970, and the CPU spent meanwhile, by process."""

    committed: dict[int, float]
    handled: dict[int, float]
    cpu: dict[str, float]

    @property
    def rate(self) -> float:
        """Events a second from the first commit to the last one handled."""
        return len(self.handled) / (max(self.handled.values()) - min(self.committed.values()))

    def latency(self, share: float) -> float:
        """Milliseconds from commit to commit that this share of the events stay below; the first seconds left out."""
        begin = min(self.committed.values()) + WARM_UP
        waits = sorted(self.handled[n] - moment for n, moment in self.committed.items() if moment > begin)
        return 1000 * waits[int(share * (len(waits) - 1))]


@dataclass(frozen=True)
class Peer:
    """Messages a second, from the first published to the last acknowledged; CPU of all processes, ms a message."""

    rate: float
    cpu: float


def note_commit_times(stage: Stage) -> None:
    """Have the server note when each transaction was committed. Before the stage is started."""
    stage.postgres.start()
    with psycopg.connect(stage.postgres.superuser_dsn(), autocommit=True) as connection:
        connection.execute("alter system set track_commit_timestamp = on")
    stage.postgres.stop()


def throughput(stage: Stage, first: int, events: int) -> Run:
    """Commit so many events as fast as one process can, and wait until all are handled."""
    before = _cpu(stage)
    environment = stage.environment(PUBLISHER)
    command = ["bench.events.load", "--first", str(first), "--events", str(events), "--each", str(EACH)]
    subprocess.run([sys.executable, "-m", *command], cwd=ROOT, env=environment, check=True)  # noqa: S603 - our own
    return _await(stage, first, events, before)


def paced(stage: Stage, first: int, events: int, rate: float) -> Run:
    """Commit one event a transaction at a steady rate, and wait until all are handled."""
    before = _cpu(stage)
    known = {"events": first + events, "subjects": 50, "rate": rate, "seed": 1, "since": time.time() - first / rate + 2}
    stage.enough.touch()
    stage.start_writer(*(part for name, value in known.items() for part in (f"--{name}", str(value))))
    return _await(stage, first, events, before)


def peer(stage: Stage, messages: int, size: int) -> Peer:
    """Raw pika on the stage's node, with messages of so many bytes."""
    url = stage.broker.url
    raw.declare(url)
    before = _node_cpu() + _children_cpu()
    command = [sys.executable, "-m", "bench.events.raw"]
    common = ["--url", url, "--messages", str(messages), "--bytes", str(size)]
    consumer = subprocess.Popen([*command, "consume", *common], cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603
    published = subprocess.check_output([*command, "publish", *common], cwd=ROOT, text=True)  # noqa: S603
    ended, _ = consumer.communicate(timeout=PATIENCE)
    seconds = float(ended.split()[1]) - float(published.split()[0])
    return Peer(messages / seconds, 1000 * (_node_cpu() + _children_cpu() - before) / messages)


def _await(stage: Stage, first: int, events: int, before: dict[str, float]) -> Run:
    until = time.monotonic() + PATIENCE
    handled: dict[int, float] = {}
    while len(handled) < events:
        assert time.monotonic() < until, f"{len(handled)} of {events} handled after {PATIENCE:.0f} s"
        time.sleep(0.25)  # seldom, so that looking costs the measured nothing
        with stage.databases[LISTENER].transaction(SYSTEM) as session:
            if session.scalar(text("select count(*) from effects where number >= :first"), {"first": first}) < events:
                continue
            rows = session.execute(_HANDLED, {"first": first}).all()
        handled = {number: float(moment) for number, moment in rows}
        assert len(rows) == len(handled) == events, "an effect came twice"
    with stage.databases[PUBLISHER].transaction(SYSTEM) as session:
        committed = {n: float(moment) for n, moment in session.execute(_COMMITTED, {"first": first})}
    spent = {name: round(seconds - before.get(name, 0), 2) for name, seconds in _cpu(stage).items()}
    return Run(committed, handled, spent)


def _cpu(stage: Stage) -> dict[str, float]:
    """CPU seconds so far of each process, with those of its children; ``load`` is what has ended: who committed."""
    roots = {child.name: child.pid for child in stage.children()}
    roots["postgres"] = stage.postgres.pid or 0
    spent = {name: sum(_seconds(each) for each in _family(pid)) for name, pid in roots.items()}
    return spent | {"rabbitmq": _node_cpu(), "load": _children_cpu()}


def _node_cpu() -> float:
    nodes = [each for each in psutil.Process().children(recursive=True) if each.name() == "beam.smp"]
    return sum(_seconds(node) for node in nodes)


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _family(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def _seconds(process: psutil.Process) -> float:
    try:
        return sum(process.cpu_times()[:4])
    except psutil.NoSuchProcess:
        return 0.0
