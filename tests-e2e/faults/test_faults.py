"""2,000 events over RabbitMQ while everything is killed: nothing lost, nothing twice, order per subject kept."""

import os
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.testing import need
from chassis.testing.broker import find
from faults import report
from faults.outage import play_outage
from faults.run import Options, play

SEED = int(os.environ.get("FAULTS_SEED", random.randrange(10**6)))  # noqa: S311 - printed, so that it can be given


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not pytest's, which PostgreSQL, another user when we are root, may not pass."""
    with tempfile.TemporaryDirectory(prefix="ufadhili-faults-", ignore_cleanup_errors=True) as found:
        Path(found).chmod(0o711)
        yield Path(found)


@pytest.fixture(autouse=True)
def rabbitmq() -> None:
    """These need a RabbitMQ to kill."""
    if find() is None:
        need("rabbitmq-server")


@pytest.mark.long
def test_events_survive_ten_kills_of_anything(folder):
    options = Options(seed=SEED)
    print(f"FAULTS_SEED={SEED} plays this again\n" + "\n".join(map(str, options.plan())))
    result = play(options, folder)
    print(report.table(result))
    assert result.holds
    assert result.redelivered, "no kill came between two steps: the run has shown nothing"


@pytest.mark.long
def test_the_broker_may_be_down_while_commits_go_on(folder):
    seen = play_outage(6, folder)
    print(seen)
    assert seen.holds
