"""Set a new password by the link that was mailed. The second factor, if there is one, stays."""

from sqlalchemy.orm import Session

from chassis.clock import now
from identity.errors import LinkNotValid
from identity.models import User
from identity.queries import people
from identity.rules.secrets import hashed
from identity.usecases.count_failure import forget_failures
from identity.usecases.set_password import drop_strangers_keys, set_password
from identity.usecases.sign_up import check_password
from identity.usecases.verify_email import prove


def reset_password(session: Session, *, token: str, password: str) -> None:
    """The link's person has this password, and every session of theirs has ended. Raises LinkNotValid, WeakPassword.

    Of several who use the link at once one wins. Reading the mail proves the address.
    """
    found = people.password_reset(session, hashed(token))
    if found is None:
        raise LinkNotValid()
    found.use(now())
    # Held, so that nobody comes in with the old password while sessions are ended.
    user = session.get_one(User, found.user_id, with_for_update=True)
    check_password(password, email=user.email, name=user.name)
    drop_strangers_keys(session, user)
    set_password(session, user, password, "password_reset", actor_id=user.id)
    prove(session, user)
    forget_failures(session, user.email)
