"""An import that is cut off goes on where it was: in any batches, after any kill, with one effect."""

import os
import signal
import subprocess
import sys
import time
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from chassis.database import SYSTEM
from programs.clients.privacy import Privacy
from programs.usecases.import_roster import batch, import_rosters, steps
from programs.usecases.import_roster.work import work

WHAT = """
select 'item', kind, sourced_id, facts - 'course', '' from roster_items
union all select 'student', external_id, name, null, coalesce(guardian_email, '') from organization_students
union all select 'enrolment', s.external_id, e.state, null, '' from enrollments e
    join organization_students s using (organization_id, student_id)
union all select 'result', r.key, s.external_id, null, coalesce(r.score::text, '') from results r
    join organization_students s using (organization_id, student_id)
union all select 'file', name, concat_ws(' ', read, created, updated, unchanged, removed, ignored, refused), null, ''
    from import_files
union all select 'error', file, concat_ws(' ', line, column_name, reason), null, '' from import_errors
union all select 'said', type, count(*)::text, null, '' from outbox group by type
"""
"""All that an import may have changed, without ids of our own; what was said, by how often."""


def state(database):
    with database.transaction(SYSTEM) as session:
        return sorted(str(tuple(row)) for row in session.execute(text(WHAT)))


def many_rows(school_rows, number):
    """The school with more students, every ninth of them with something wrong."""
    users = [
        {
            "sourcedId": f"u{n}",
            "role": "student" if n % 9 else "boss",
            "givenName": f"N{n}",
            "familyName": "X",
            "orgSourcedIds": "S",
            "email": f"u{n}@school.example",
        }
        for n in range(number)
    ]
    enrolments = [
        {
            "sourcedId": f"n{n}",
            "classSourcedId": "K",
            "schoolSourcedId": "S",
            "userSourcedId": f"u{n}",
            "role": "student",
        }
        for n in range(number)
    ]
    results = [
        {"sourcedId": f"s{n}", "lineItemSourcedId": "L", "studentSourcedId": f"u{n}", "scoreStatus": "fully graded",
         "score": str(n), "scoreDate": "2026-04-09"}
        for n in range(number)
    ]  # fmt: skip
    return school_rows(users=[*users, users[-1]], enrollments=enrolments, results=results)


@pytest.fixture
def town(committing, organization_at, importer):
    """A school on a database in which every transaction commits, and whatever it imports."""
    committing.database.provided[Privacy] = object()
    return importer(organization_at(committing.client, "academy"))


@pytest.fixture
def in_batches(school_rows, roster, database, school, monkeypatch):
    """Import the school in batches of so many rows, cut off after so many transactions each time; what is then so."""
    content = roster(many_rows(school_rows, 24))

    def run(size, patience):
        monkeypatch.setattr(steps, "BATCH", size)
        with database.transaction(SYSTEM) as outer:
            outer.execute(text("savepoint before"))
        id = school.send(content).json["id"]
        key = (school.organization.id, UUID(id))
        for _ in range(1000):
            going = work(database, *key)
            if sum(1 for _ in zip(range(patience), going, strict=False)) < patience:
                break
            going.close()
        found = state(database)
        with database.transaction(SYSTEM) as session:
            for table in (
                "roster_items", "roster_guardians", "results", "course_progress", "enrollments", "cohort_courses",
                "cohorts", "organization_students", "students", "courses", "outbox", "outbox_deliveries", "imports",
            ):  # fmt: skip
                session.execute(text(f"delete from {table}"))  # noqa: S608
        return found

    return run


def test_any_batches_and_any_interruptions_come_to_the_same(in_batches):
    whole = in_batches(1000, 10**6)
    assert any("error" in line for line in whole)

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(size=st.integers(1, 30), patience=st.integers(2, 9))
    def same(size, patience):
        assert in_batches(size, patience) == whole

    same()


def test_another_worker_that_went_on_is_noticed(school, school_rows, roster, database):
    from programs.usecases.import_roster.run import Superseded

    id = school.send(roster(school_rows())).json["id"]
    slow, quick = (work(database, school.organization.id, UUID(id)) for _ in range(2))
    next(slow)
    next(slow)
    for _ in quick:
        pass
    before = state(database)
    with pytest.raises(Superseded):
        for _ in slow:
            pass
    assert state(database) == before
    assert school.read(id)["state"] == "done"


def test_several_schools_take_turns(organization, importer, school_rows, roster, database, monkeypatch):
    monkeypatch.setattr(steps, "BATCH", 5)
    schools = [importer(organization("academy", f"School {n}")) for n in range(3)]
    ids = [one.send(roster(many_rows(school_rows, 30 if n == 0 else 1))).json["id"] for n, one in enumerate(schools)]
    import_rosters(database)
    ended = [one.read(id) for one, id in zip(schools, ids, strict=True)]
    assert [found["state"] for found in ended] == ["done"] * 3
    assert max(found["finished_at"] for found in ended[1:]) < ended[0]["finished_at"]


def test_what_meets_somebody_elses_transaction_is_tried_again(school, school_rows, roster, monkeypatch):
    from programs.errors import StudentsChanging
    from programs.usecases.import_roster.kinds import students

    register, left = students.register, [2]

    def busy(*args):
        if left[0]:
            left[0] -= 1
            raise StudentsChanging()
        register(*args)

    monkeypatch.setattr(students, "register", busy)
    found = school.run(roster(school_rows()))
    assert (found["state"], found["errors"], left) == ("done", 0, [0])
    assert batch.ATTEMPTS > 2


WORKER = """
from chassis.database import Database
from programs.usecases.import_roster import import_rosters, steps
import sys
steps.BATCH = 20
import_rosters(Database(sys.argv[1]))
"""


def _killed_on_its_way(town, id, url):
    """Start a worker and kill it some hundred rows later. False when it came to its end before."""
    before = town.read(id)["read"]
    with subprocess.Popen([sys.executable, "-c", WORKER, url]) as worker:
        while worker.poll() is None:
            if town.read(id)["read"] >= before + 700:
                os.kill(worker.pid, signal.SIGKILL)
                return True
            time.sleep(0.1)  # to look takes as long as the worker takes for some rows
    assert worker.returncode == 0
    return False


@pytest.mark.long
def test_a_worker_killed_again_and_again_loses_and_doubles_nothing(town, committing, school_rows, roster, monkeypatch):
    content = roster(many_rows(school_rows, 1500))
    id = town.send(content).json["id"]
    url = committing.database.engine.url.render_as_string(hide_password=False)
    kills = 0
    while _killed_on_its_way(town, id, url):
        kills += 1
    assert kills >= 2
    found = town.read(id)
    assert (found["state"], found["read"]) == ("done", found["rows"])
    said = {line for line in state(committing.database) if line.startswith("('said'")}
    students = 1500 - len(range(0, 1500, 9)) + 2
    for event in ("student_registered", "student_enrolled", "result_recorded"):
        assert f"('said', 'ufadhili.programs.{event}.v1', '{students}', None, '')" in said
    again = town.send(content).json["id"]
    import_rosters(committing.database)
    assert {line for line in state(committing.database) if line.startswith("('said'")} == said
    assert sum(file["created"] for file in town.read(again)["files"]) == 0


MEASURE = """
import resource, sys, tracemalloc
from chassis.database import Database
from programs.usecases.import_roster import import_rosters
import programs.app
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
import_rosters(Database(sys.argv[1]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.long
def test_memory_stays_flat_however_long_the_file_is(town, committing, roster):
    url = committing.database.engine.url.render_as_string(hide_password=False)
    grown = []
    for number in (2_000, 200_000):
        rows = [{"sourcedId": f"g{number}-{n}", "title": f"Category {n} of a very long file"} for n in range(number)]
        id = town.send(roster({"categories.csv": rows})).json["id"]
        grown.append(int(subprocess.check_output([sys.executable, "-c", MEASURE, url])) / 1024)
        assert town.read(id)["files"][0]["created"] == number
    assert grown[1] < grown[0] + 20, f"megabytes: {grown}"
