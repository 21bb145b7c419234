"""However many rows there are, the database is asked as often."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event


@pytest.fixture
def statements(database):
    """``with statements() as said:`` collects what the database is asked."""

    @contextmanager
    def listening():
        said = []

        def note(_connection, _cursor, statement, *_):
            said.append(statement)

        event.listen(database.engine, "before_cursor_execute", note)
        yield said
        event.remove(database.engine, "before_cursor_execute", note)

    return listening


def roster(start, number):
    return [{"email": f"s{n}@x.example", "external_id": str(n), "name": f"S {n}"} for n in range(start, start + number)]


def test_a_roster_of_many_asks_as_often_as_one_of_few(sponsor, grant, statements):
    grant(sponsor, 1_000)
    cohort = sponsor.cohort(seats=1_000)
    sponsor.enrol(cohort, *roster(0, 2))
    with statements() as few:
        sponsor.enrol(cohort, *roster(2, 3))
    with statements() as many:
        answer = sponsor.enrol(cohort, *roster(5, 300))
    assert answer.json["counts"]["enrolled"] == 300
    assert len(many) == len(few) < 40


def test_results_of_many_ask_as_often_as_of_few(academy, statements):
    course = academy.course()
    academy.enrol(academy.cohort(seats=500, course_ids=[course]), *roster(0, 300))
    rows = [{"external_id": str(n), "course_id": course, "score": n, "result_date": "2026-05-14"} for n in range(300)]
    with statements() as few:
        academy.post("results/", {"results": rows[:3]})
    with statements() as many:
        answer = academy.post("results/", {"results": rows[3:]})
    assert answer.json["enrollments_completed"] == 297
    assert len(many) == len(few) < 25


@pytest.mark.parametrize("sort", ["enrolled_at", "-score"])
def test_a_long_page_asks_as_often_as_a_short_one(academy, statements, sort):
    cohort = academy.cohort(course_ids=[academy.course()])
    academy.enrol(cohort, *roster(0, 100))
    with statements() as few:
        academy.listed(cohort, limit=2, sort=sort)
    with statements() as many:
        academy.listed(cohort, limit=100, sort=sort)
    assert len(many) == len(few) < 12
