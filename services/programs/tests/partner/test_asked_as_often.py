"""However many sponsorships there are, the database is asked as often."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event

from .conftest import funds

_OURS = ("set_config", "current_setting", "savepoint", "set constraints")


@pytest.fixture
def statements(database):
    """``with statements() as said:`` collects what the database is asked, but for whom a transaction works."""

    @contextmanager
    def listening():
        said = []

        def note(_connection, _cursor, statement, *_):
            if not any(
                word in statement.lower() for word in ("set_config", "current_setting", "savepoint", "set constr")
            ):
                said.append(statement)

        event.listen(database.engine, "before_cursor_execute", note)
        yield said
        event.remove(database.engine, "before_cursor_execute", note)

    return listening


def rows(number):
    return [{"external_id": str(n), "name": f"S {n}"} for n in range(number)]


def counted(statements, ask):
    with statements() as said:
        ask()
    return len(said)


@pytest.mark.parametrize("sort_by", ["created_at", "amount", "end_date", "student_name"])
def test_a_long_page_of_sponsorships_asks_as_often_as_a_short_one(
    partner, pupils, academy, statements, sort_by, privacy
):
    students = pupils(*rows(100))
    privacy.visible_students = set(students[:50])
    partner.sponsored(*students, course_ids=[academy.course()])
    few = counted(statements, lambda: partner.listed(limit=2, sort_by=sort_by))
    many = counted(statements, lambda: partner.listed(limit=100, sort_by=sort_by))
    assert many == few <= 4


def test_sponsoring_many_asks_as_often_as_sponsoring_few(partner, pupils, statements):
    students = pupils(*rows(310))
    few = counted(statements, lambda: partner.sponsored(*students[:10]))
    many = counted(statements, lambda: partner.sponsored(*students[10:]))
    assert many == few <= 14


def test_enrolling_many_in_a_program_asks_as_often_as_few(partner, pupils, statements, deliver):
    students = [str(id) for id in pupils(*rows(310))]
    program = partner.planned(target_students=1000)
    deliver(funds(partner, 1, program=program))

    def enrol(ids):
        assert partner.post(f"programs/{program}/students", {"student_ids": ids}).status_code == 201

    few = counted(statements, lambda: enrol(students[:10]))
    many = counted(statements, lambda: enrol(students[10:]))
    assert many == few <= 16
    large = counted(statements, lambda: partner.program(program))
    assert large <= 8


def test_ending_many_asks_as_often_as_ending_few(partner, pupils, statements, run_job):
    students = pupils(*rows(310))
    days = {"start_date": "2020-01-01", "end_date": "2020-12-31"}
    partner.sponsored(*students[:10], **days)
    few = counted(statements, lambda: run_job("end_funding"))
    partner.sponsored(*students[10:], **days)
    many = counted(statements, lambda: run_job("end_funding"))
    assert partner.listed(status="cancelled")["total"] == 310
    assert many == few <= 8
