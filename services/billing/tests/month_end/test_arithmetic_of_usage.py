"""Lines of usage to the cent, what one invoice can hold, and months."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from billing.metering import Usage, fitting, priced
from billing.rules import Month, half_even
from chassis.ids import new_id

NAIROBI = ZoneInfo("Africa/Nairobi")


def usage(line, quantity, product="mentor_session", rate=100, currency="KES"):
    return Usage(
        line=line, organization_id=new_id(), cohort_id=None, currency=currency, product=product,
        usage_month=date(2026, 10, 1), quantity=quantity, rate=rate,
    )  # fmt: skip


def held(*quantities):
    """The quantities an invoice holds of these."""
    pairs = [(one, priced(one, Decimal(0))) for one in (usage(line, n) for line, n in enumerate(quantities, start=1))]
    return [one.quantity for one, _ in fitting(pairs)]


@pytest.mark.parametrize(
    ("exact", "minor"), [((5, 2), 2), ((7, 2), 4), ((-5, 2), -2), ((249, 100), 2), ((251, 100), 3)]
)
def test_halves_of_a_minor_unit_go_to_the_even_side(exact, minor):
    assert half_even(Fraction(*exact), "KES").minor == minor


@pytest.mark.parametrize(("minutes", "net"), [(1, 333), (3, 1000), (90, 30_000), (-90, -30_000), (5, 1667)])
def test_lab_use_is_priced_to_the_minute(minutes, net):
    assert priced(usage(1, minutes, "lab_hour", 20_000), Decimal(0)).net_minor == net


def test_a_share_is_the_percentage_of_the_salary():
    line = priced(usage(1, 60_000_050, "revenue_share", Decimal("3.0")), Decimal(16))
    assert (line.net_minor, line.tax_minor, line.unit_minor) == (1_800_002, 288_000, 1_800_002)


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ((3, 2), [3, 2]),
        ((3, -1), [3, -1]),
        ((3, -3), [3]),
        ((3, -5), [3]),
        ((3, -5, -1), [3, -1]),
        ((-1,), []),
        ((-1, -2), []),
        ((-2, 5, -2, -2), [-2, 5, -2]),
    ],
)
def test_an_invoice_takes_back_only_as_much_as_leaves_something_to_pay(given, taken):
    assert held(*given) == taken


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
