"""Hand due mails over. Their Message-ID and, at a provider, their Idempotency-Key are the delivery's, so that a mail
repeated after a crash is recognised.
"""

from chassis.database import SYSTEM, Database
from chassis.wiring import use
from notifications.clients.mailers import Mailer
from notifications.usecases.hand_over import hand_over
from notifications.usecases.settle import Hand
from notifications.usecases.write_mail import Desk, write_mail


def deliver_mail(database: Database) -> int:
    """Send up to a batch. Returns how many were taken in hand."""
    desk = Desk.of(database)
    with database.transaction(SYSTEM) as session:
        mailer = use(session, Mailer)

    def send(hand: Hand) -> None:
        mailer.send(write_mail(desk, hand))

    return hand_over(database, "email", send)
