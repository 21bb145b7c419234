"""People's telephones, links in mails, and reports they asked for."""

from chassis.errors import Conflict, NotFound, Refusal


class NoSuchPhone(NotFound):
    """The caller has given no number, or nothing was sent to it."""

    message = "You have given no telephone number."


class WrongCode(Conflict):
    """Not the code that was sent, or one that does not count any more."""

    code, message = "wrong_code", "This is not the code, or it does not count any more; ask for a new one."


class TooManyCodes(Refusal):
    """Codes cost money and ring somebody's telephone."""

    code, status = "too_many_codes", 429
    message = "No more codes today, for you or for this number."


class TextsAreOff(Conflict):
    """The installation has no way out for text messages."""

    code, message = "texts_are_off", "Text messages are switched off here."


class NoSuchLink(NotFound):
    """The link was not made here."""

    message = "This link does not hold."


class NoSuchSubscription(NotFound):
    """There is none of the caller's."""

    message = "There is no such subscription of yours."


class AlreadySubscribed(Conflict):
    """The same report in the same rhythm."""

    code, message = "already_subscribed", "You get this report in this rhythm already."


class TooManySubscriptions(Conflict):
    """Reports are made one by one, each for its reader."""

    code, message = "too_many_subscriptions", "You have as many reports as there may be."
