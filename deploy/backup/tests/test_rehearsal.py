"""The restore, rehearsed: everything is lost while people work, and comes back from the backup and the archived log."""

import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
from world.acts import buy_seats, child, make_cohort
from world.person import Person
from world.system import eventually

sys.path.insert(0, str(Path(__file__).parent))

from installation import Installation, run_script

from chassis.testing import need
from chassis.testing.broker import Broker, find
from contracts.event import REGISTRY
from contracts.subscriptions import subscribers
from local.names import SERVICES

pytestmark = pytest.mark.long


@pytest.fixture
def installation(place: Path, archive: Path) -> Iterator[Installation]:
    """A system at work."""
    if find() is None:
        need("rabbitmq-server")
    found = Installation(place)
    broker = threading.Thread(target=found.broker.start)
    broker.start()
    found.create()
    broker.join()
    found.start()
    yield found
    found.destroy()


class Enrolling:
    """Enrols one child after the other until told to stop; remembers what was answered."""

    def __init__(self, admin: Person, cohort: Any) -> None:
        self.asked: list[str] = []
        self.enrolled: list[str] = []
        self._admin, self._cohort = admin, cohort
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def stop(self) -> None:
        """No further child."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        url = f"/api/v1/programs/cohorts/{self._cohort['id']}/enrollments/"
        while not self._stop.is_set():
            row = child(external_id=f"c-{uuid4().hex}")
            self.asked.append(row["external_id"])
            try:
                answer = self._admin.call("POST", url, json={"students": [row]})
            except requests.ConnectionError:
                return
            if answer.ok and answer.json()["results"][0]["status"] == "enrolled":
                self.enrolled.append(row["external_id"])
            self._stop.wait(0.02)


def test_everything_lost_comes_back_and_adds_up(installation: Installation, archive: Path, place: Path) -> None:
    sponsor = Person(installation, f"amina.{uuid4().hex[:8]}@mail.example.org", "Amina Sponsor")  # type: ignore[arg-type]
    sponsor.sign_up("Sponsor of the rehearsal")
    buy_seats(sponsor, 300)
    enrolling = Enrolling(sponsor, make_cohort(sponsor, seats=300))
    eventually(lambda: len(enrolling.enrolled) > 10, "children are enrolled", 60)

    # What the broker holds for a listener that is down is in no database: it is lost with the broker.
    installation.children["analytics"].send_signal(signal.SIGSTOP)
    held = len(enrolling.enrolled)
    eventually(lambda: len(enrolling.enrolled) > held + 10, "more children are enrolled", 60)
    before = list(enrolling.enrolled)
    done = run_script(place, "backup", str(place / "backups"), server=installation.postgres)
    assert done.returncode == 0, done.stderr
    after = len(enrolling.enrolled)
    eventually(lambda: len(enrolling.enrolled) > after + 10, "work goes on after the backup", 60)
    archived = list(enrolling.enrolled)
    [(segment,)] = installation.postgres.rows("postgres", "select pg_walfile_name(pg_switch_wal())")
    eventually((archive / segment).exists, "the log is archived", 30)
    enrolling.stop()
    installation.destroy()

    [backup] = (place / "backups").iterdir()
    alone = installation.restore(backup)
    assert set(before) <= _enrolled(alone) <= set(enrolling.asked)
    alone.kill()
    shutil.rmtree(alone.home)
    installation.postgres = installation.restore(backup, "--wal", str(archive))
    assert set(archived) <= _enrolled(installation.postgres) <= set(enrolling.asked)
    assert _missing(installation, "analytics"), "the broker held nothing, so this rehearses too little"

    for service in SERVICES:
        installation.run(service, "events", "resend", "--since", "1h")
    installation.broker = Broker(place / "another-broker")
    installation.broker.start()
    installation.start()
    eventually(lambda: not any(_missing(installation, service) for service in SERVICES), "every event has arrived", 60)
    eventually(lambda: all(_is_drained(installation, service) for service in SERVICES), "all have caught up", 60)

    _adds_up(installation, len(_enrolled(installation.postgres)))
    later = Enrolling(sponsor, make_cohort(sponsor, seats=300))
    eventually(lambda: later.enrolled, "work goes on after the restore", 30)
    later.stop()


def _enrolled(postgres: Any) -> set[str]:
    """The children with a seat, by the sponsor's own numbers."""
    statement = """
        select external_id from seats join organization_students using (organization_id, student_id)
        where released_at is null
    """
    return {row[0] for row in postgres.rows("programs", statement)}


BOUGHT = "select coalesce(sum(quantity), 0)::int from seat_grants"
HELD_TWICE = (
    "select count(*) from (select from seats where released_at is null group by student_id having count(*) > 1)"
)
UNBALANCED = "select count(*) from (select from ledger_entries group by transaction_id, currency having {}) as bad"


def _adds_up(installation: Installation, enrolled: int) -> None:
    """No seat is sold twice, the books balance, and every service tells of the same children."""
    rows = installation.postgres.rows
    assert rows("programs", BOUGHT) == rows("billing", BOUGHT) == rows("analytics", BOUGHT) == [(300,)]
    assert rows("programs", HELD_TWICE) == [(0,)]
    assert rows("billing", UNBALANCED.format("sum(amount_minor) <> 0")) == [(0,)]
    assert rows("billing", UNBALANCED.format("true"))[0][0] > 0
    assert rows("billing", "select count(*) from seat_holdings where released_at is null") == [(enrolled,)]
    assert rows("analytics", "select count(*) from seats where released_at is null") == [(enrolled,)]
    assert rows("analytics", "select count(*) from enrollments") == [(enrolled,)]


def _is_drained(installation: Installation, service: str) -> bool:
    statement = """
        select (select count(*) from outbox_deliveries) + (select count(*) from inbox where state <> 'done')
    """
    return installation.postgres.rows(service, statement) == [(0,)]


def _missing(installation: Installation, listener: str) -> int:
    """How many events were published for this service and are not in its inbox."""
    types = [name for name, event in REGISTRY.items() if listener in subscribers(event)]
    published = {
        row[0]
        for publisher in SERVICES
        for row in installation.postgres.rows(
            publisher, "select id from outbox where type = any(%(types)s)", types=types
        )
    }
    known = {row[0] for row in installation.postgres.rows(listener, "select id from inbox")}
    return len(published - known)
