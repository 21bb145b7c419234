"""Hand due text messages over. The carrier knows no key to recognise a repetition by: after a crash, or when its
answer is lost on the way, the one in hand may come twice.
"""

from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.wiring import use
from notifications.clients.texters import Texter
from notifications.clients.texters.base import TextMessage
from notifications.rules.sms import MOST_SEGMENTS, size
from notifications.settings import Settings
from notifications.usecases.hand_over import NotWanted, hand_over
from notifications.usecases.phones import fresh_code
from notifications.usecases.record_text_report import catch_up
from notifications.usecases.settle import Hand
from notifications.usecases.write import write


def deliver_texts(database: Database) -> int:
    """Send up to a batch. Returns how many were taken in hand."""
    with database.transaction(SYSTEM) as session:
        texter = use(session, Texter)

    def send(hand: Hand) -> str | None:
        return texter.send(TextMessage(hand.row.id, hand.row.address, _words(database, hand)))

    taken = hand_over(database, "sms", send)
    if taken:
        with database.transaction(SYSTEM) as session:
            catch_up(session, at=now())
    return taken


def _words(database: Database, hand: Hand) -> str:
    """What it says. Raises NotWanted when there is no number, nothing to say any more, or too much."""
    if hand.row.address is None:
        raise NotWanted("no_phone")
    with database.transaction(SYSTEM) as session:
        if hand.message.kind == "phone_code":
            code = fresh_code(session, hand.row.user_id, hand.row.address, at=now())
            return f"{code} is your code for Ufadhili. It holds for ten minutes. Nobody of ours will ask you for it."
        settings = use(session, Settings)
        more = {"public_url": settings.public_url}
        content = write(session, hand.message, hand.organization, hand.row.name, "sms", **more)
    if size(content.text).segments > MOST_SEGMENTS:
        raise NotWanted("too_long")
    return content.text
