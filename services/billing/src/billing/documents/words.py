"""Amounts in words, as a finance department likes to see them beside the figures."""

from babel.numbers import get_currency_name

from chassis.money import Money, exponent

_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_GROUPS = ("", " thousand", " million", " billion", " trillion", " quadrillion")


def in_words(amount: Money) -> str:
    """``Three hundred thousand Kenyan shillings and 50/100``; for amounts that are not negative."""
    whole, rest = divmod(amount.minor, 10 ** exponent(amount.currency))
    name = get_currency_name(amount.currency, whole, locale="en")
    text = f"{number_in_words(whole)} {name}"
    if rest:
        text += f" and {rest}/{10 ** exponent(amount.currency)}"
    return text[0].upper() + text[1:]


def number_in_words(number: int) -> str:
    """A whole number below 10**18, British style: ``one thousand and one``."""
    if number == 0:
        return _SMALL[0]
    groups = []
    rest = number
    for name in _GROUPS:
        rest, group = divmod(rest, 1000)
        if group:
            groups.append((group, _below_thousand(group) + name))
    words = [text for _, text in reversed(groups)]
    # The last group is joined by "and" when nothing above ninety-nine is in it: one thousand and one.
    joins_by_and = len(words) > 1 and 0 < number % 1000 < 100
    return f"{', '.join(words[:-1])} and {words[-1]}" if joins_by_and else ", ".join(words)


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    parts = [f"{_SMALL[hundreds]} hundred"] if hundreds else []
    if rest:
        parts.append(_below_hundred(rest))
    return " and ".join(parts)


def _below_hundred(number: int) -> str:
    if number < 20:
        return _SMALL[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens] + (f"-{_SMALL[ones]}" if ones else "")
