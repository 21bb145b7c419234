"""Closing asks the database as often for a hundred cohorts as for two."""

from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import event

from chassis.ids import new_id

AT = datetime(2026, 10, 3, 9, tzinfo=UTC)


@contextmanager
def counted(database):
    """How many statements are sent, as the only item of a list."""
    sent = [0]

    def count(*_):
        sent[0] += 1

    event.listen(database.engine, "before_cursor_execute", count)
    yield sent
    event.remove(database.engine, "before_cursor_execute", count)


def use(desk, cohorts):
    """So many more cohorts, each with a seat, a session and an hour of lab use."""
    for _ in range(cohorts):
        cohort = desk.shop.new_cohort()
        desk.seat(new_id(), AT, cohort=cohort)
        desk.session(AT, cohort_id=cohort)
        desk.lab(AT, 60, cohort_id=cohort)


def statements_to_close(desk, cohorts):
    use(desk, cohorts)
    with counted(desk.shop.database) as sent:
        desk.close()
    desk.shop.rows("select 1")
    return sent[0]


def test_the_number_of_statements_does_not_grow_with_the_cohorts(desk):
    few = statements_to_close(desk, 2)
    use(desk, 100)
    with counted(desk.shop.database) as many:
        desk.close("2026-11", datetime(2026, 12, 2, 9, tzinfo=UTC))
    assert desk.shop.rows("select count(*) from invoices") == [(102,)]
    assert many[0] <= few + 2
