"""Deliver whatever is due, until nothing is or the turn is over."""

import time

from chassis.database import Database
from notifications.usecases.deliver_in_app import deliver_in_app
from notifications.usecases.deliver_mail import deliver_mail
from notifications.usecases.find_accounts import find_accounts

TURN = 5.0
"""Seconds after which the next run goes on, so that a stop need not wait for a long queue."""


def deliver_due(database: Database) -> None:
    """Inboxes first: nobody waits for a mail server to read what is in the app."""
    ends = time.monotonic() + TURN
    while time.monotonic() < ends:
        if not find_accounts(database) + deliver_in_app(database) + deliver_mail(database):
            return
