"""The broker is down for a while: commits go on, what is owed is told, and all of it is paid afterwards."""

import time
from dataclasses import dataclass
from pathlib import Path

from world.system import eventually

from faults.judge import Verdict
from faults.run import START, count, settle
from faults.stage import LISTENER, PUBLISHER, Stage

RATE = 50.0
LEAD_SECONDS = 2.0
"""Of writing before the broker goes."""


@dataclass(frozen=True)
class Outage:
    """What was seen while the broker was down for ``seconds``, and afterwards."""

    seconds: float
    commits: int
    """While it was down."""
    refused: int
    ready: bool
    """Whether the publisher stayed ready."""
    owed: int
    oldest: float
    """What ``/readyz`` told of the debt at the end: events, and the age of the oldest in seconds."""
    draining: float
    """Seconds from the broker's start until nothing was owed, its own start included."""
    verdict: Verdict

    @property
    def holds(self) -> bool:
        """No commit refused or held up, the debt told, all of it paid afterwards."""
        went_on = self.refused == 0 and self.ready and self.commits > RATE * self.seconds / 2
        told = self.owed >= self.commits and self.oldest >= self.seconds
        return went_on and told and self.verdict.holds


def play_outage(seconds: float, folder: Path) -> Outage:
    """Stop the broker under load for so many seconds."""
    stage = Stage(folder, "amqp", workers=1, proxied=False)
    try:
        stage.start()
        known = {"events": 1, "subjects": 50, "rate": RATE, "seed": 1, "since": time.time() + START}
        writer = stage.start_writer(*(part for name, value in known.items() for part in (f"--{name}", str(value))))
        eventually(lambda: _commits(stage) > LEAD_SECONDS * RATE, "the writer writes", 60)
        stage.broker.stop()
        before = _commits(stage)
        time.sleep(seconds)
        answer = stage.workers[PUBLISHER][0].get("/readyz")
        during = _commits(stage) - before
        started = time.monotonic()
        stage.broker.start()
        stage.enough.touch()
        assert eventually(lambda: writer.status is not None, "the writer ends", 60)
        draining = time.monotonic() - started + settle(stage)
        assert all(child.stop() == 0 for child in stage.children())
        verdict, _ = count(stage)
    finally:
        stage.end()
    owed = [debt for name, debt in answer.json()["outbox"].items() if name in {"broker", LISTENER}]
    return Outage(
        seconds=seconds,
        commits=during,
        refused=writer.log.read_text().count("refused "),
        ready=answer.status_code == 200,
        owed=sum(debt["owed"] for debt in owed),
        oldest=max((debt["oldest_seconds"] for debt in owed), default=0.0),
        draining=draining,
        verdict=verdict,
    )


def _commits(stage: Stage) -> int:
    return len(stage.notes.read_text().splitlines()) if stage.notes.exists() else 0
