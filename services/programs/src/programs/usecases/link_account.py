"""Link an account to whoever the address belongs to."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from programs.models import Account
from programs.rules.addresses import normalized


def link_account(session: Session, *, user_id: UUID, email: str) -> None:
    """The person proved to read this address. The student of the same address is they, now or once registered.

    The link is the address itself (``accounts.email = students.email``), so neither side has to come first.
    """
    statement = insert(Account).values(email=normalized(email), user_id=user_id)
    session.execute(statement.on_conflict_do_update(index_elements=[Account.email], set_={"user_id": user_id}))
