"""The database itself keeps organizations apart, and what was given or taken as it was written down."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chassis.ids import new_id

OWNED = ("invoice_drafts", "fundables", "funding_lines", "allocations", "refund_funds", "disbursements")


@pytest.fixture
def busy(partner):
    """A partner with rows in every table."""
    one = partner.sponsorship(10_000)
    payment = partner.fund(5_000, sponsorship_ids=[one])
    partner.activated(one)
    partner.shop.refund(payment=payment, amount=100)
    partner.open(100, sponsorship_ids=[one])
    return partner


def refused(partner, statement, **values):
    """Whether the database refuses it to the organization."""
    try:
        with partner.shop.database.transaction(partner.organization) as session:
            session.execute(text(statement), values)
    except DBAPIError:
        return True
    return False


def test_rows_are_seen_and_written_by_their_organization_only(busy):
    for table in OWNED:
        for scope, expected in ((busy.organization, True), (new_id(), False)):
            with busy.shop.database.transaction(scope) as session:
                found = session.scalar(text(f"select count(*) from {table}"))  # noqa: S608 - our own words
                assert (found > 0) is expected, table
        assert refused(busy, f"update {table} set organization_id = :other", other=new_id()), table  # noqa: S608


def test_what_was_given_and_taken_never_changes(busy):
    for table in ("funding_lines", "allocations", "refund_funds"):
        for change in ("update {} set amount_minor = amount_minor + 1", "delete from {}", "truncate {}"):
            assert refused(busy, change.format(table)), (table, change)


def test_what_makes_no_sense_is_not_stored(busy):
    for change in (
        "update disbursements set state = 'made'",
        "update disbursements set amount_minor = 0",
        "update fundables set end_date = start_date - 1",
        "update payments set bank_reference = 'twice'",
    ):
        assert refused(busy, change), change
