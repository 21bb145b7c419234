"""Jobs run when they are due, once, however many workers share the table of jobs."""

import queue
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import structlog
import time_machine
from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis import inbox
from chassis.database import SYSTEM, Database
from chassis.ids import new_id
from chassis.scheduler import KEPT, Job, Scheduler, every, housekeeping_jobs, outcomes

PATIENCE = 20
NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)


def note(name: str) -> Callable[[Session], None]:
    """A use case that leaves an effect behind."""

    def usecase(session: Session) -> None:
        session.execute(text("insert into effects (name) values (:name)"), {"name": name})

    return usecase


def test_an_interval_runs_at_once_and_then_once_an_interval(
    publisher: Database, effects: Callable[[Database], list[str]]
) -> None:
    scheduler = Scheduler(publisher, [Job("minutely", every(seconds=60), note("ran"))])
    with time_machine.travel(NOON, tick=False) as clock:
        assert [scheduler.run_due(), scheduler.run_due()] == [1, 0]
        clock.shift(59)
        assert scheduler.run_due() == 0
        clock.shift(1)
        assert scheduler.run_due() == 1
    assert effects(publisher) == ["ran", "ran"]


def test_a_cron_job_waits_for_its_time_and_a_missed_one_is_made_up_for_once(publisher: Database) -> None:
    job = Job("close_month", "10 0 1 * *", note("closed"))
    with time_machine.travel(NOON, tick=False) as clock:
        assert Scheduler(publisher, [job]).run_due() == 0
        scheduler = Scheduler(publisher, [job])
        clock.shift(timedelta(hours=12, minutes=10))
        assert [scheduler.run_due(), scheduler.run_due()] == [1, 0]
        clock.shift(timedelta(days=70))
        assert [Scheduler(publisher, [job]).run_due() for _ in range(3)] == [1, 0, 0]
    with publisher.transaction(SYSTEM) as session:
        (outcome,) = outcomes(session)
    assert outcome.due_at == datetime(2026, 6, 1, 0, 10, tzinfo=UTC)


def test_four_workers_run_each_due_time_once(publisher: Database, effects: Callable[[Database], list[str]]) -> None:
    schedulers = [
        Scheduler(publisher, [Job(f"job {number}", every(seconds=3600), note(str(number))) for number in range(5)])
        for _ in range(4)
    ]
    with time_machine.travel(NOON, tick=False):
        threads = [threading.Thread(target=scheduler.run_due) for scheduler in schedulers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
    assert sorted(effects(publisher)) == ["0", "1", "2", "3", "4"]


def test_running_schedulers_run_each_due_second_once(publisher: Database) -> None:
    done: queue.Queue[None] = queue.Queue()

    def usecase(session: Session) -> None:
        note("tick")(session)
        done.put(None)

    stop = threading.Event()
    job = Job("secondly", every(seconds=1), usecase)
    threads = [threading.Thread(target=Scheduler(publisher, [job]).run, args=(stop,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        done.get(timeout=PATIENCE)
    stop.set()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    with publisher.transaction(SYSTEM) as session:
        runs = session.scalar(text("select count(*) from scheduled_runs where finished_at is not null"))
        assert session.scalar(text("select count(*) from effects")) == runs


def test_a_failure_is_logged_without_its_message_and_left_to_the_next_due_time(
    publisher: Database, effects: Callable[[Database], list[str]]
) -> None:
    failing = [ValueError("secret@example.org")]

    def usecase(session: Session) -> None:
        note("ran")(session)
        if failing:
            raise failing.pop()

    scheduler = Scheduler(publisher, [Job("fragile", every(seconds=60), usecase)])
    with time_machine.travel(NOON, tick=False) as clock, structlog.testing.capture_logs() as logs:
        scheduler.run_due()
        assert scheduler.run_due() == 0
        assert effects(publisher) == []
        with publisher.transaction(SYSTEM) as session:
            assert [outcome.state for outcome in outcomes(session)] == ["failed"]
        clock.shift(60)
        assert scheduler.run_due() == 1
    assert effects(publisher) == ["ran"]
    assert [line["event"] for line in logs] == ["job failed"]
    assert "secret" not in str(logs)


def test_a_run_that_was_cut_off_is_taken_up_again(
    publisher: Database, effects: Callable[[Database], list[str]]
) -> None:
    with time_machine.travel(NOON, tick=False):
        with publisher.transaction(SYSTEM) as session:
            session.execute(text("insert into scheduled_runs (job, due_at) values ('j', :due)"), {"due": NOON})
        assert Scheduler(publisher, [Job("j", every(seconds=60), note("ran"))]).run_due() == 1
    assert effects(publisher) == ["ran"]


def test_losing_the_database_in_the_middle_is_no_failure_of_the_job(
    publisher: Database, disconnect: Callable[[Database], None], effects: Callable[[Database], list[str]]
) -> None:
    unlucky = [True]

    def usecase(session: Session) -> None:
        note("ran")(session)
        if unlucky:
            unlucky.clear()
            disconnect(publisher)
            session.execute(text("select 1"))

    scheduler = Scheduler(publisher, [Job("monthly", every(seconds=2_600_000), usecase)])
    assert [scheduler.run_due(), scheduler.run_due(), scheduler.run_due()] == [0, 1, 0]
    assert effects(publisher) == ["ran"]


def test_a_job_that_runs_every_second_keeps_its_latest_runs_only(publisher: Database) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        with publisher.transaction(SYSTEM) as session:
            session.execute(
                text("""
                insert into scheduled_runs (job, due_at, finished_at)
                select job, :noon - make_interval(secs => age), :noon
                from generate_series(1, 3 * :kept) as age, unnest(array['secondly', 'other']) as job
                """),
                {"noon": NOON, "kept": KEPT},
            )
        scheduler = Scheduler(publisher, [Job("secondly", every(seconds=1), note("tick"))])
        assert scheduler.run_due() == 1
        clock.shift(1)
        assert scheduler.run_due() == 1
    with publisher.transaction(SYSTEM) as session:
        kept = session.execute(text("select job, count(*), max(due_at) from scheduled_runs group by job order by job"))
        assert [tuple(row) for row in kept] == [
            ("other", 3 * KEPT, NOON - timedelta(seconds=1)),
            ("secondly", KEPT, NOON + timedelta(seconds=1)),
        ]


def test_a_job_may_own_several_transactions(publisher: Database, effects: Callable[[Database], list[str]]) -> None:
    def usecase(database: Database) -> None:
        for step in ("one", "two"):
            with database.transaction(SYSTEM) as session:
                note(step)(session)

    scheduler = Scheduler(publisher, [Job("steps", every(seconds=60), usecase, owns_transactions=True)])
    assert scheduler.run_due() == 1
    assert effects(publisher) == ["one", "two"]


def test_a_table_of_jobs_is_checked_when_it_is_wired(publisher: Database) -> None:
    with pytest.raises(ValueError, match="share a name"):
        Scheduler(publisher, [Job("j", every(seconds=1), note("")), Job("j", "* * * * *", note(""))])
    with pytest.raises(ValueError, match="61"):
        Scheduler(publisher, [Job("j", "61 * * * *", note(""))])


def test_housekeeping_keeps_what_is_owed_and_what_is_recent(publisher: Database) -> None:
    with publisher.transaction(SYSTEM) as session:
        for days, owed in ((8, True), (8, False), (6, False)):
            position = session.scalar(
                text("""
                insert into outbox (id, type, subject, data, occurred_at)
                values (:id, 't', 's', '{}', now() - make_interval(days => :days)) returning position
                """),
                {"id": new_id(), "days": days},
            )
            if owed:
                values = {"position": position}
                session.execute(text("insert into outbox_deliveries values ('programs', :position)"), values)
        for days, state in ((31, "done"), (31, "dead"), (29, "done")):
            session.execute(
                text("""
                insert into inbox (id, type, source, subject, position, data, occurred_at, state, attempts, handled_at)
                values (:id, 't', 's', 's', 1, '{}', now(), :state, 1, now() - make_interval(days => :days))
                """),
                {"id": new_id(), "days": days, "state": state},
            )
        for hours in (25, 23):
            session.execute(
                text("""
                insert into idempotency_keys values
                    ('c', 'o', :key, '', 200, 'application/json', '', now() - make_interval(hours => :hours))
                """),
                {"key": str(hours), "hours": hours},
            )
        for job in housekeeping_jobs():
            job.usecase(session)
        left = {name: session.scalar(text(f"select count(*) from {name}")) for name in (  # noqa: S608
            "outbox", "outbox_deliveries", "inbox", "idempotency_keys"
        )}  # fmt: skip
        assert left == {"outbox": 2, "outbox_deliveries": 1, "inbox": 2, "idempotency_keys": 1}
        assert inbox.lag(session)[2] == 1
