"""Arithmetic, without a database."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing import rules
from billing.documents.words import in_words, number_in_words
from chassis.ids import new_id
from chassis.money import Money


@pytest.mark.parametrize(
    ("begins", "months", "ends"),
    [
        ("2026-01-15", 1, "2026-02-15"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-01-31", 2, "2026-03-31"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-06-30", 60, "2031-06-30"),
    ],
)
def test_months_are_calendar_months_and_keep_within_theirs(begins, months, ends):
    moment = datetime.fromisoformat(f"{begins}T23:59:59.999999+00:00")
    assert rules.add_months(moment, months) == datetime.fromisoformat(f"{ends}T23:59:59.999999+00:00")


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), st.integers(1, rules.MAX_MONTHS))  # noqa: DTZ001
def test_more_months_end_later(moment, months):
    begins = moment.replace(tzinfo=UTC)
    assert begins < rules.add_months(begins, months) < rules.add_months(begins, months + 1)


@pytest.mark.parametrize(("minor", "rate", "tax"), [(25, "10", 2), (35, "10", 4), (100, "0", 0), (999, "16", 160)])
def test_half_a_cent_of_tax_goes_to_the_even_side(minor, rate, tax):
    line = rules.PricedLine("seat", 1, 1, Money(minor, "KES"), Decimal(rate))
    assert line.tax == Money(tax, "KES")


def test_a_seat_is_covered_by_its_cohorts_seats_or_by_the_pool():
    mine, other = new_id(), new_id()
    assert rules.is_covered(mine, {mine: 2}, {mine: 2})
    assert not rules.is_covered(mine, {mine: 3}, {mine: 2})
    assert rules.is_covered(mine, {mine: 3}, {mine: 2, None: 1})
    assert not rules.is_covered(mine, {mine: 3, other: 1}, {mine: 2, None: 1})
    assert rules.is_covered(mine, {mine: 3, other: 1}, {mine: 2, other: 1, None: 1})


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (19, "nineteen"),
        (21, "twenty-one"),
        (100, "one hundred"),
        (342, "three hundred and forty-two"),
        (1001, "one thousand and one"),
        (1100, "one thousand, one hundred"),
        (20_000, "twenty thousand"),
        (1_500_000, "one million, five hundred thousand"),
        (7_000_012, "seven million and twelve"),
    ],
)
def test_numbers_are_written_out(number, words):
    assert number_in_words(number) == words


def test_amounts_are_written_out_with_their_currency():
    assert in_words(Money(2_000_050, "KES")) == "Twenty thousand Kenyan shillings and 50/100"
    assert in_words(Money(100, "USD")) == "One US dollar"
    assert in_words(Money(5000, "UGX")) == "Five thousand Ugandan shillings"
