"""The payer's number."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from chassis.errors import Invalid

_HOME = "KE"
_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def kenyan_mobile(typed: str | None) -> str:
    """In E.164. Raises Invalid for anything but a Kenyan mobile number."""
    refusal = Invalid.field("phone", "Give a Kenyan mobile number with M-Pesa, such as 0712 345 678.")
    try:
        found = phonenumbers.parse((typed or "")[:40], _HOME)
    except NumberParseException:
        raise refusal from None
    if not phonenumbers.is_valid_number_for_region(found, _HOME) or found.extension:
        raise refusal
    if phonenumbers.number_type(found) not in _MOBILE:
        raise refusal
    return phonenumbers.format_number(found, PhoneNumberFormat.E164)
