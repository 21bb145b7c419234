"""Telephone numbers, as E.164 writes them."""

from collections.abc import Collection

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

_TAKES_TEXTS = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


class NotANumber(ValueError):
    """The message says what is wrong, for the person who typed it."""


def number(typed: str, countries: Collection[str]) -> str:
    """The mobile number in E.164; without a country code it is of the first of ``countries``. Raises NotANumber.

    Only these countries (ISO 3166): texts to far numbers are how others' bills are run up.
    """
    home = next(iter(countries))
    try:
        found = phonenumbers.parse(typed, home)
    except NumberParseException:
        raise NotANumber("Not a telephone number, as in +254712345678.") from None
    if not phonenumbers.is_valid_number(found) or found.extension:
        raise NotANumber("Not a telephone number, as in +254712345678.")
    if phonenumbers.region_code_for_number(found) not in countries:
        raise NotANumber("Text messages are not sent to this country.")
    if phonenumbers.number_type(found) not in _TAKES_TEXTS:
        raise NotANumber("This number takes no text messages.")
    return phonenumbers.format_number(found, PhoneNumberFormat.E164)


def masked(found: str) -> str:
    """The number for its owner to recognise: country and the last three digits."""
    return f"{found[:4]}…{found[-3:]}"
