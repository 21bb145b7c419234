"""What a payer's phone is doing, for the page in front of the payer."""

from sqlalchemy.orm import Session

from billing.clients.daraja import pushes
from billing.models import Checkout

ASKED, WAITING, DECLINED = "asked", "waiting", "declined"


def standing(session: Session, checkout: Checkout) -> str:
    """``asked``: for a number; ``waiting``: for the payer, phone in hand; ``declined``: for a number again."""
    return pushes.standing(session, checkout.id) or ASKED
