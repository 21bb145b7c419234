"""Every projection is made again from the events kept: to the same figures, resumed after a kill, while serving."""

import os
import signal
import subprocess
import sys

import pytest
from sqlalchemy import text

from analytics.app import SERVICE
from analytics.commands import COMMANDS
from analytics.models import TABLES
from analytics.usecases.rebuild_projections import rebuild_projections
from chassis.database import SYSTEM
from chassis.testing import ENVIRONMENT

pytestmark = pytest.mark.usefixtures("november")

METRICS = ("seat_utilization", "completion_rates", "placement_metrics", "roi_analysis")


def rows(database, schema="public"):
    """Every row of every projection."""
    with database.transaction(SYSTEM) as session:
        return {
            table: sorted(session.scalars(text(f"select cast(t.* as text) from {schema}.{table} as t")))  # noqa: S608
            for table in TABLES
        }


@pytest.fixture
def school(told):
    """Thirty students, some of whom completed and found work, told to a database that really commits."""
    reading = told.course("Reading")
    cohort = told.cohort(courses=[reading.course_id])
    events = [told.organization_created(), reading, cohort, told.seats_bought(40), told.paid(100_000)]
    program = told.program(courses=[reading.course_id], state="active")
    events.append(program)
    for number in range(30):
        student = told.student(f"Student {number}", school="Hill" if number % 2 else "Lake")
        enrolled = told.enrolled(cohort.cohort_id, student.student_id, f"2026-0{1 + number % 6}-10")
        events += [student, enrolled, told.seat(cohort.cohort_id, student.student_id)]
        events += [told.result(student.student_id, reading.course_id, str(40 + number), completed=number % 3 == 0)]
        events += [told.completed(enrolled, "2026-08-01")] if number % 3 == 0 else []
        events += [told.placed(student.student_id)] if number % 5 == 0 else []
        given = told.sponsorship(student.student_id, courses=[reading.course_id] if number % 2 else [])
        events += [given, told.activated(given), told.allocated(given, 1_000), told.joined(program, student.student_id)]
        events += [told.ended(given, "completed", "2026-09-01")] if number % 4 == 0 else []
    return events


@pytest.fixture
def tell(committing):
    """Deliver for good."""

    def hand(*events):
        for event in events:
            with committing.database.transaction(SYSTEM) as session:
                SERVICE.consumers[type(event)](session, [event])

    return hand


@pytest.fixture
def figures(committing, as_, told):
    """What a member is told."""
    headers = as_("dashboard.view", "partner", organization=told.organization)

    def read():
        paths = [f"/api/v1/analytics/metrics/{key}/" for key in METRICS]
        paths.append("/api/v1/partner/impact?period=all_time")
        return [committing.client.get(path, headers=headers).get_json() for path in paths]

    return read


def test_a_rebuild_tells_the_same(told, school, tell, committing, figures, capsys, record_property):
    tell(*school)
    before, shown = rows(committing.database), figures()
    assert COMMANDS["rebuild"][2](committing.database, None) == 0
    assert "every row was right" in capsys.readouterr().out
    after, shown_after = rows(committing.database), figures()
    record_property("rows", sum(map(len, before.values())))
    record_property("rows_differing", sum(len({*before[table]} ^ {*after[table]}) for table in before))
    record_property("metrics", len(shown))
    record_property("metrics_differing", sum(was != now for was, now in zip(shown, shown_after, strict=True)))
    assert (after, shown_after) == (before, shown)
    assert not any(rows(committing.database, "aside").values())


def test_what_was_wrong_is_told_and_mended_at_once(told, school, tell, committing, figures):
    tell(*school)
    before, shown = rows(committing.database), figures()
    with committing.database.transaction(SYSTEM) as session:
        session.execute(text("update cells set number = number + 7 where measure = 'enrolled'"))
        session.execute(text("delete from enrollments where done_at is not null"))
        session.execute(text("update cohorts set name = 'Wrong'"))
    spoilt, seen = figures(), []
    wrong = rebuild_projections(committing.database, lambda *_: seen.append(figures()), batch=20)
    assert set(wrong) == {"cells", "enrollments", "cohorts"}
    assert wrong["cohorts"] == 2  # the wrong row went, the right one came
    assert all(found == spoilt for found in seen), "a reader saw what was half made"
    assert (rows(committing.database), figures()) == (before, shown)


def test_what_arrives_meanwhile_is_in_it(told, school, tell, committing, figures):
    late = school[-40:]
    tell(*school[:-40])

    def arrive(*_):
        if late:
            tell(late.pop(0), late.pop(0))

    assert rebuild_projections(committing.database, arrive, batch=10) == {}
    tell(*late)
    assert rebuild_projections(committing.database, lambda *_: None) == {}


def test_one_that_was_killed_goes_on_where_it_was(told, school, tell, committing):
    tell(*school)
    before = rows(committing.database)
    script = (
        "import sys\nfrom chassis.database import Database\nimport time\n"
        "from analytics.usecases.rebuild_projections import rebuild_projections\n"
        "def slow(done, total):\n    print(done, flush=True)\n    time.sleep(0.05)\n"
        "rebuild_projections(Database(sys.argv[1]), slow, batch=10)\n"
    )
    url = committing.database.engine.url.render_as_string(hide_password=False)
    running = subprocess.Popen(
        [sys.executable, "-c", script, url], env={**os.environ, **ENVIRONMENT}, stdout=subprocess.PIPE, text=True
    )
    assert running.stdout
    reached = [int(next(running.stdout)) for _ in range(4)][-1]
    running.send_signal(signal.SIGKILL)
    running.communicate(timeout=30)
    assert rows(committing.database) == before

    said = []
    assert rebuild_projections(committing.database, lambda done, _: said.append(done), batch=10) == {}
    assert said[0] in {reached, reached + 10}, "it began anew instead of going on"
    assert said[-1] == len(school)
    assert rows(committing.database) == before


def test_a_rebuild_begun_with_other_tables_begins_anew(told, school, tell, committing):
    tell(*school)

    def cut_off(*_):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        rebuild_projections(committing.database, cut_off)
    rebuild_begun = "insert into rebuilds values (true, 'older', 50, 50, now())"
    with committing.database.transaction(SYSTEM) as session:
        session.execute(text("delete from rebuilds"))
        session.execute(text(rebuild_begun))
    said = []
    assert rebuild_projections(committing.database, lambda done, _: said.append(done), batch=10) == {}
    assert said[0] == 10


def test_an_answer_is_read_as_of_one_moment(told, school, tell, committing):
    count = text("select count(*) from enrollments")
    with committing.database.transaction(SYSTEM, snapshot=True) as session:
        assert session.scalar(count) == 0
        tell(*school)
        assert session.scalar(count) == 0
    with committing.database.transaction(SYSTEM) as session:
        assert session.scalar(count) == 30
