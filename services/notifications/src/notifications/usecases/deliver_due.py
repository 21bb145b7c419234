"""Deliver whatever is due, until nothing is or the turn is over."""

import time

from chassis.database import Database
from notifications.usecases.check_audience import check_audience
from notifications.usecases.deliver_in_app import deliver_in_app
from notifications.usecases.deliver_mail import deliver_mail
from notifications.usecases.deliver_texts import deliver_texts
from notifications.usecases.find_accounts import find_accounts

_ALL = (check_audience, find_accounts, deliver_in_app, deliver_texts, deliver_mail)

TURN = 5.0
"""Seconds after which the next run goes on, so that a stop need not wait for a long queue."""


def deliver_due(database: Database) -> None:
    """Inboxes first: nobody waits for a mail server to read what is in the app."""
    ends = time.monotonic() + TURN
    while time.monotonic() < ends:
        if not sum(each(database) for each in _ALL):
            return
