"""How long messages are kept, and by what right: a period as data, with its source.

It runs from the day a message was accepted or, when it was written for later, was to leave: 36 months, by the
``SOURCE``, unless the operator's law asks for another (MESSAGE_MONTHS). Addresses and names go long before
(``usecases/forget_addresses``).
"""

import calendar
from datetime import datetime

WHAT = "that messages were sent, by id, without address, name or words"
WHY = "who was told what, and when, must stay provable: invoices, reminders, answers to requests (GDPR article 5(2))"
SOURCE = (
    "Kenya, Limitation of Actions Act (Cap. 22), section 4(2): three years to claim for a wrong; "
    "Germany, BGB, sections 195 and 199: three years"
)


def kept(months: int) -> tuple[str, str, str]:
    """What, why, and until when, for the person it is about."""
    return WHAT, WHY, f"{months} months after they were written"


def months_before(moment: datetime, months: int) -> datetime:
    """The same day so many months ago, or the last of its month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, calendar.monthrange(year, month + 1)[1]))
