"""One run: write events at a steady rate, let the plan strike, wait until all is quiet, then count."""

import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pika
from sqlalchemy import text
from world.system import eventually

from chassis.database import SYSTEM
from chassis.transports.amqp.topology import queue_of
from faults.judge import Effect, Verdict, Written, judge
from faults.plan import Fault, make_plan
from faults.sabotage import VARIABLE
from faults.stage import LISTENER, PUBLISHER, Stage
from faults.strikes import Strikes

START = 2.0
"""Seconds a writer needs to start."""

QUIET = 2.0
"""Seconds in which nothing changes, after which all that was to come has come."""

GIVEN_UP = 30.0
"""Seconds without any progress, after which what is still owed is judged as it is."""

_OWED = text("select count(*) from outbox_deliveries")
_STATE = text("""
select count(*) filter (where state = 'pending'), count(*) filter (where state = 'dead'), count(*),
    (select count(*) from arrivals), (select count(*) from effects)
from inbox
""")


@dataclass(frozen=True)
class Options:
    """What a run is asked to do. ``rate`` is in events a second."""

    transport: str = "amqp"
    events: int = 2000
    kills: int = 10
    seed: int = 1
    rate: float = 80.0
    subjects: int = 50
    sabotage: str = ""

    def plan(self) -> list[Fault]:
        """What strikes, and when, while the events are written."""
        return make_plan(self.transport, self.kills, self.events / self.rate, self.seed)


@dataclass(frozen=True)
class Result:
    """What came of a run."""

    options: Options
    events: int
    verdict: Verdict
    done: Counter[str]
    missed: list[str]
    redelivered: int
    """Arrivals of an event the inbox already had."""
    refused: int
    """Commits the database could not take, which were tried again."""
    draining: float
    """Seconds from the last commit and the last restart until nothing was owed."""
    statuses: dict[str, int]
    """How each worker ended when asked to, at the end."""

    @property
    def holds(self) -> bool:
        """Every promise kept, every fault carried out, every worker ended cleanly."""
        return self.verdict.holds and not self.missed and not any(self.statuses.values())


def play(options: Options, folder: Path) -> Result:
    """Do a whole run in ``folder``. Raises what keeps the processes from starting."""
    stage = Stage(folder, options.transport, extra={VARIABLE: options.sabotage})
    try:
        stage.start()
        strikes = Strikes(stage, options.plan())
        _write(stage, strikes, options)
        draining = settle(stage)
        statuses = {child.name: child.stop() for child in stage.children()}
        verdict, redelivered = count(stage)
        refused = stage.writer.log.read_text().count("refused ") if stage.writer else 0
        done = Counter(fault.kind for fault in strikes.done)
        events = len(stage.notes.read_text().splitlines())
        return Result(options, events, verdict, done, strikes.missed, redelivered, refused, draining, statuses)
    finally:
        stage.end()


def _write(stage: Stage, strikes: Strikes, options: Options) -> None:
    """Have everything written, whatever strikes; the last restart is awaited too."""
    known = {"events": options.events, "subjects": options.subjects, "rate": options.rate, "seed": options.seed}
    arguments = [part for name, value in known.items() for part in (f"--{name}", str(value))]
    writer = stage.start_writer(*arguments, "--since", str(time.time() + START))
    eventually(lambda: stage.notes.exists() and stage.notes.stat().st_size, "the writer begins", 60)
    strikes.start(time.monotonic())
    strikes.join()
    stage.enough.touch()
    written, changed = 0, time.monotonic()
    while writer.status is None and time.monotonic() < changed + GIVEN_UP:
        time.sleep(0.05)
        if (size := stage.notes.stat().st_size) != written:
            written, changed = size, time.monotonic()
    if writer.status != 0:
        raise RuntimeError(f"the writer ended with {writer.status}: {writer.log.read_text()[-2000:]}")


def settle(stage: Stage) -> float:
    """Wait until nothing is owed and nothing moves any more. Gives the seconds until it was so."""
    started = changed = time.monotonic()
    before: tuple[Any, ...] = ()
    while True:
        now = _look(stage)
        if now != before:
            before, changed = now, time.monotonic()
        owed, pending = now[:2]
        still = time.monotonic() - changed
        if still > GIVEN_UP or (still > QUIET and not owed and not pending):
            return changed - started
        time.sleep(0.1)


def _look(stage: Stage) -> tuple[Any, ...]:
    with stage.databases[PUBLISHER].transaction(SYSTEM) as session:
        owed = session.scalar(_OWED)
    with stage.databases[LISTENER].transaction(SYSTEM) as session:
        return (owed, *session.execute(_STATE).one())


def count(stage: Stage) -> tuple[Verdict, int]:
    """The verdict on what the databases hold, and how many arrivals were repeats."""
    with stage.databases[PUBLISHER].transaction(SYSTEM) as session:
        written = [Written(*row) for row in session.execute(text("select number, subject::text, counter from written"))]
    with stage.databases[LISTENER].transaction(SYSTEM) as session:
        rows = session.execute(text("select number, subject::text, counter, position from effects order by sequence"))
        effects = [Effect(*row) for row in rows]
    owed, pending, dead, stored, arrived, _ = _look(stage)
    told = [int(line) for line in stage.notes.read_text().splitlines()]
    left = _left_in_the_queue(stage)
    return judge(written, effects, told, dead=dead, owed=owed + pending + left), arrived - stored


def _left_in_the_queue(stage: Stage) -> int:
    """What the broker still holds for the listener, whose workers have ended."""
    if stage.transport != "amqp":
        return 0
    with pika.BlockingConnection(pika.URLParameters(stage.broker.url)) as connection:
        queue = connection.channel().queue_declare(queue_of(LISTENER), passive=True)
        return int(queue.method.message_count)
