"""Money: whole minor units and an ISO 4217 currency. No float takes part in the arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from babel import Locale
from babel.core import get_global
from babel.numbers import NumberPattern, get_currency_precision, parse_pattern

# A bigint column holds any amount below this.
MINOR_LIMIT = 10**18

# Babel's data says how many decimals people write, ISO 4217 how many exist; a ledger follows ISO.
_ISO_EXPONENTS = {"IQD": 3} | dict.fromkeys(
    ("AFN", "ALL", "IRR", "KPW", "LAK", "LBP", "MGA", "MMK", "RSD", "SOS", "SYP", "YER"), 2
)


class UnknownCurrency(ValueError):
    """The code is no ISO 4217 currency."""


class MixedCurrencies(TypeError):
    """Two currencies met in one sum or comparison."""


@lru_cache(maxsize=512)
def exponent(currency: str) -> int:
    """How many decimals a currency has: KES 2, UGX 0, KWD 3. Raises ``UnknownCurrency``."""
    if currency not in get_global("all_currencies"):
        raise UnknownCurrency(f"{currency!r} is not a known currency.")
    return _ISO_EXPONENTS.get(currency, get_currency_precision(currency))


@dataclass(frozen=True, slots=True)
class Money:
    """``minor`` units (cents) of ``currency``.

    Raises ``UnknownCurrency``, and ``TypeError`` when ``minor`` is no int.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"minor units are a whole number, not {self.minor!r}")
        exponent(self.currency)

    @classmethod
    def parse(cls, major: Decimal | int | str, currency: str) -> "Money":
        """Read an amount in major units.

        Raises ``ValueError`` for what is no number, has more decimals than the currency, or is too large
        to keep, and ``TypeError`` for a float: it has already lost what was written.
        """
        if isinstance(major, bool | float):
            raise TypeError("an amount is a Decimal, an int or a string")
        minor = _exact(major) * 10 ** exponent(currency)
        if minor.denominator != 1:
            raise ValueError(f"{major} has more decimals than {currency} has.")
        if abs(minor) >= MINOR_LIMIT:
            raise ValueError(f"{major} {currency} is too large an amount.")
        return cls(int(minor), currency)

    def major(self) -> int | float:
        """The number JSON shows: major units, an int when whole. To show, never to count further."""
        whole, rest = divmod(self.minor, 10 ** exponent(self.currency))
        return whole if rest == 0 else float(self.decimal())

    def decimal(self) -> Decimal:
        """Exact major units, with the currency's decimals: ``Decimal("12.30")``."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __mul__(self, times: int) -> "Money":
        if type(times) is not int:
            return NotImplemented
        return Money(self.minor * times, self.currency)

    __rmul__ = __mul__

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other)

    def allocate(self, weights: Sequence[int]) -> list["Money"]:
        """Split in proportion to ``weights`` (none negative, not all zero) by the largest remainder.

        The parts add up to the whole, each is within one minor unit of its exact share, and of equal
        remainders the first is served first. Raises ``ValueError`` for weights that divide nothing.
        """
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError("weights are not negative and not all zero")
        sign, amount = (-1, -self.minor) if self.minor < 0 else (1, self.minor)
        parts = [amount * weight // total for weight in weights]
        by_remainder = sorted(range(len(parts)), key=lambda i: -(amount * weights[i] % total))
        for index in by_remainder[: amount - sum(parts)]:
            parts[index] += 1
        return [Money(sign * part, self.currency) for part in parts]

    def ratio_half_even(self, count: int) -> int:
        """Whole major units for each of ``count``, halves to the even side. ``ValueError`` below one."""
        if count < 1:
            raise ValueError("a ratio is over one or more")
        return round(Fraction(self.minor, count * 10 ** exponent(self.currency)))

    def format(self, locale: str = "en") -> str:
        """As people write it in ``locale`` ("en", "sw_KE", "fr-FR"): ``KES 20,000.00``.

        The currency's code rather than a symbol, because "$" and "Sh" are many currencies. The space
        beside it is an ordinary one. Raises ``ValueError`` or ``babel.UnknownLocaleError`` for a locale
        that does not exist.
        """
        where = Locale.parse(locale.replace("-", "_"))
        pattern = _coded_pattern(where, exponent(self.currency))
        text: str = pattern.apply(self.decimal(), where, currency=self.currency, currency_digits=False)
        return text

    def __str__(self) -> str:
        return self.format()

    def _same(self, other: "Money") -> int:
        if not isinstance(other, Money):
            raise TypeError(f"{other!r} is no money")
        if other.currency != self.currency:
            raise MixedCurrencies(f"{self.currency} and {other.currency} do not add up or compare")
        return other.minor


def _exact(major: Decimal | int | str) -> Fraction:
    """The number as written; long ones are refused before they cost anything."""
    if isinstance(major, int):
        return Fraction(major)
    try:
        number = Decimal(major)
    except ArithmeticError as error:
        raise ValueError(f"{major!r} is not an amount.") from error
    if not number.is_finite() or len(number.as_tuple().digits) > 40 or abs(number.adjusted()) > 40:
        raise ValueError("An amount is a number of at most 40 digits.")
    return Fraction(number)


@lru_cache(maxsize=64)
def _coded_pattern(locale: Locale, decimals: int) -> NumberPattern:
    """The locale's own order of sign, number and currency; the doubled sign stands for the ISO code."""
    standard = locale.currency_formats["standard"].pattern
    pattern = parse_pattern(standard.replace("\u00a0", " ").replace("¤#", "¤ #").replace("¤", "¤¤"))
    pattern.frac_prec = (decimals, decimals)
    return pattern
