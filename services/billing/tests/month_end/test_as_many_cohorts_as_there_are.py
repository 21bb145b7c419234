"""Closing asks the database as often for a hundred cohorts as for two."""

from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import event

from chassis.ids import new_id
from contracts.events.programs import LabUsed

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


def test_nor_does_it_with_the_invoices_that_are_corrected(desk):
    """Half of each hour of lab use, and every third one whole, comes back: so many credit notes, as few statements."""
    sent, later = [], datetime(2027, 2, 2, 9, tzinfo=UTC)
    for month, next_month, cohorts in (("2026-10", "2026-11", 3), ("2026-12", "2027-01", 60)):
        known = set(desk.told)
        use(desk, cohorts)
        desk.close(month, later)
        labs = [id for id, told in desk.told.items() if id not in known and isinstance(told, LabUsed)]
        for number, id in enumerate(labs):
            desk.correct(id, minutes=30 if number % 3 else 0)
        with counted(desk.shop.database) as many:
            desk.close(next_month, later)
        sent.append(many[0])
    assert desk.shop.rows("select count(*) from credit_notes") == [(63,)]
    assert sent[1] <= sent[0] + 2
