"""Lines of usage to the cent, what is taken back of them, and months."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from billing.metering import Taken, Usage, credited, fitting, priced
from billing.rules import Month, half_even
from chassis.ids import new_id

NAIROBI = ZoneInfo("Africa/Nairobi")


def usage(line, quantity, product="mentor_session", rate=100, currency="KES"):
    return Usage(
        line=line, organization_id=new_id(), cohort_id=None, currency=currency, product=product,
        usage_month=date(2026, 10, 1), quantity=quantity, rate=rate,
    )  # fmt: skip


def back(billed, quantity, *, tax=0, **other):
    """So much of a line that still bills so much: a line of a credit note."""
    wanted = usage(-1, quantity, **other)
    return credited(Taken(usage=wanted, invoice_id=new_id(), position=1, billed=billed, tax_rate=Decimal(tax)))


@pytest.mark.parametrize(
    ("exact", "minor"), [((5, 2), 2), ((7, 2), 4), ((-5, 2), -2), ((249, 100), 2), ((251, 100), 3)]
)
def test_halves_of_a_minor_unit_go_to_the_even_side(exact, minor):
    assert half_even(Fraction(*exact), "KES").minor == minor


@pytest.mark.parametrize(("minutes", "net"), [(1, 333), (3, 1000), (90, 30_000), (5, 1667)])
def test_lab_use_is_priced_to_the_minute(minutes, net):
    assert priced(usage(1, minutes, "lab_hour", 20_000), Decimal(0)).net_minor == net


def test_a_share_is_the_percentage_of_the_salary():
    line = priced(usage(1, 60_000_050, "revenue_share", Decimal("3.0")), Decimal(16))
    assert (line.net_minor, line.tax_minor, line.unit_minor) == (1_800_002, 288_000, 1_800_002)


@pytest.mark.parametrize("parts", [(1,) * 7, (3, 1, 2, 1), (7,)], ids=["one by one", "in parts", "at once"])
def test_whatever_is_taken_back_in_parts_comes_to_what_was_billed_to_the_cent(parts):
    labs = {"product": "lab_hour", "rate": 20_000}
    whole = priced(usage(1, 7, **labs), Decimal(16))
    left, net, tax = 7, 0, 0
    for part in parts:
        line = back(left, part, tax=16, **labs)
        left, net, tax = left - part, net + line.net_minor, tax + line.tax_minor
    assert (left, net, tax) == (0, whole.net_minor, whole.tax_minor)


def test_a_line_that_bills_less_than_it_says_any_more_is_taken_back_at_its_own_price():
    assert back(90, 30, product="lab_hour", rate=20_000).net_minor == 10_000
    share = back(60_000_000, 10_000_000, product="revenue_share", rate=Decimal("3.0"))
    assert (share.net_minor, share.quantity, share.unit) == (300_000, 1, "placement")


@pytest.mark.parametrize(
    ("wanted", "left", "taken"),
    [((3, 2), 500, [3, 2]), ((3, 2), 499, [3]), ((3, 2), 299, [2]), ((3, 2, 1), 400, [3, 1]), ((1,), 0, [])],
)
def test_an_invoice_gives_back_no_more_than_is_left_of_it(wanted, left, taken):
    lines = [(n, back(10, n)) for n in wanted]
    assert [n for n, _ in fitting(lines, left)] == taken


@pytest.mark.parametrize("currency", ["", "XXQ", "kes"])
def test_what_is_in_no_currency_has_no_price(currency):
    assert not usage(1, 1, currency=currency).has_price
    assert not usage(1, 1, rate=None).has_price


def test_a_month_begins_and_ends_at_the_sellers_midnight():
    october = Month.parse("2026-10")
    assert october.begins(NAIROBI) == datetime(2026, 9, 30, 21, tzinfo=UTC)
    assert october.ends(NAIROBI) == october.next.begins(NAIROBI) == datetime(2026, 10, 31, 21, tzinfo=UTC)
    assert Month.at(datetime(2026, 9, 30, 21, tzinfo=UTC), NAIROBI) == october
    assert (str(Month.parse("2026-12").next), str(Month.parse("2026-01").previous)) == ("2027-01", "2025-12")
