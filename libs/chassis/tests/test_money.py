"""Amounts add up, split without losing a cent, and never meet another currency."""

import operator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.money import MINOR_LIMIT, MixedCurrencies, Money, UnknownCurrency, exponent

amounts = st.integers(min_value=-MINOR_LIMIT + 1, max_value=MINOR_LIMIT - 1)
weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(any)
currencies = st.sampled_from(["KES", "UGX", "USD", "KWD", "SOS"])


@pytest.mark.parametrize(
    ("currency", "decimals"), [("KES", 2), ("UGX", 0), ("RWF", 0), ("KWD", 3), ("SOS", 2), ("IQD", 3)]
)
def test_a_currency_has_the_decimals_of_iso_4217(currency: str, decimals: int) -> None:
    assert exponent(currency) == decimals


@pytest.mark.parametrize("currency", ["", "kes", "KSH", "XX", "KES "])
def test_an_unknown_currency_is_refused(currency: str) -> None:
    with pytest.raises(UnknownCurrency):
        Money(1, currency)


@pytest.mark.parametrize(
    ("written", "currency", "minor"),
    [
        ("20000", "KES", 2_000_000),
        (Decimal("12.30"), "KES", 1230),
        (7, "UGX", 7),
        ("0.005", "KWD", 5),
        ("-1", "USD", -100),
    ],
)
def test_an_amount_is_read_in_major_units(written: Decimal | int | str, currency: str, minor: int) -> None:
    assert Money.parse(written, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("written", "currency"),
    [
        *((text, "KES") for text in ("12.345", "NaN", "-Infinity", "ten", "", "1e999999999", "1e-999999999")),
        (Decimal("0.5"), "UGX"),
        ("9" * 18, "KES"),
        ("1", "XYZ"),
    ],
)
def test_what_is_no_amount_of_the_currency_is_refused(written: Decimal | str, currency: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the kinds of ValueError differ, the promise is the base
        Money.parse(written, currency)


@pytest.mark.parametrize("written", [1.5, True, 0.1])
def test_a_float_is_no_amount(written: float) -> None:
    with pytest.raises(TypeError):
        Money.parse(written, "KES")  # type: ignore[arg-type]  # what a careless caller passes


def test_minor_units_are_a_whole_number() -> None:
    with pytest.raises(TypeError):
        Money(1.0, "KES")  # type: ignore[arg-type]  # what a careless caller passes


def test_json_shows_an_int_when_whole() -> None:
    whole, broken = Money(2_000_000, "KES").major(), Money(1230, "KES").major()
    assert (whole, type(whole)) == (20_000, int)
    assert (broken, type(broken)) == (12.3, float)
    assert Money(-5, "KES").major() == -0.05
    assert Money(-1230, "KES").decimal() == Decimal("-12.30")


@given(amounts, currencies)
def test_what_is_shown_exactly_reads_back_as_the_same(minor: int, currency: str) -> None:
    amount = Money(minor, currency)
    assert Money.parse(amount.decimal(), currency) == amount


def test_amounts_add_subtract_multiply_and_compare() -> None:
    ten, three = Money(1000, "KES"), Money(300, "KES")
    assert ten + three == Money(1300, "KES")
    assert ten - three == Money(700, "KES")
    assert 3 * three == three * 3 == Money(900, "KES")
    assert -ten == Money(-1000, "KES")
    assert three < ten
    assert three <= Money(300, "KES") <= ten
    assert ten > three
    assert ten >= three
    assert ten
    assert not Money(0, "KES")


def test_a_multiple_is_whole() -> None:
    with pytest.raises(TypeError):
        Money(1000, "KES") * 0.5  # type: ignore[operator]  # what a careless caller writes


def test_two_currencies_do_not_meet() -> None:
    shillings, dollars = Money(100, "KES"), Money(100, "USD")
    assert shillings != dollars
    for meet in (operator.add, operator.sub, operator.lt, operator.le, operator.gt, operator.ge):
        with pytest.raises(MixedCurrencies):
            meet(shillings, dollars)


def test_the_remainder_goes_to_the_largest_and_then_the_first() -> None:
    assert [part.minor for part in Money(100, "KES").allocate([1, 1, 1])] == [34, 33, 33]
    assert [part.minor for part in Money(101, "KES").allocate([1, 2])] == [34, 67]
    assert [part.minor for part in Money(5, "KES").allocate([0, 1])] == [0, 5]


@given(amounts, weights, currencies)
def test_an_allocation_loses_nothing_and_is_fair(minor: int, weights: list[int], currency: str) -> None:
    parts = Money(minor, currency).allocate(weights)
    assert sum(part.minor for part in parts) == minor
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.minor * sum(weights) - minor * weight) < sum(weights)
        assert weight or not part


@given(amounts, weights)
def test_a_debt_is_split_like_a_credit(minor: int, weights: list[int]) -> None:
    amount = Money(minor, "KES")
    assert (-amount).allocate(weights) == [-part for part in amount.allocate(weights)]


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1], [-1]])
def test_weights_that_divide_nothing_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Money(100, "KES").allocate(weights)


@pytest.mark.parametrize(
    ("minor", "count", "each"), [(2_000_000, 3, 6667), (250, 1, 2), (350, 1, 4), (100, 8, 0), (-250, 1, -2)]
)
def test_a_ratio_is_whole_units_with_halves_to_the_even_side(minor: int, count: int, each: int) -> None:
    assert Money(minor, "KES").ratio_half_even(count) == each


def test_a_ratio_over_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="one or more"):
        Money(100, "KES").ratio_half_even(0)


@pytest.mark.parametrize(
    ("amount", "locale", "text"),
    [
        (Money(2_000_000, "KES"), "en", "KES 20,000.00"),
        (Money(2_000_000, "KES"), "sw-KE", "KES 20,000.00"),
        (Money(-2_000_050, "KES"), "en", "-KES 20,000.50"),
        (Money(2_000_000, "KES"), "fr", "20\u202f000,00 KES"),
        (Money(1234, "UGX"), "en", "UGX 1,234"),
        (Money(1234, "IQD"), "en", "IQD 1.234"),
        (Money(10**17 + 1, "USD"), "en", "USD 1,000,000,000,000,000.01"),
    ],
)
def test_it_is_written_as_people_of_the_locale_write_it(amount: Money, locale: str, text: str) -> None:
    assert amount.format(locale) == text


def test_its_text_is_the_english_one() -> None:
    assert f"{Money(2_000_000, 'KES')}" == "KES 20,000.00"
