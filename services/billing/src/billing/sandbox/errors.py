"""What the sandbox declines to do."""

from chassis.errors import Conflict, NotFound, Unauthenticated


class NoSession(NotFound):
    """No session of that id; or the sandbox is switched off."""

    code, message = "no_such_session", "There is no such session."


class WrongKey(Unauthenticated):
    """The API key is missing or wrong."""

    code, message = "wrong_api_key", "Send the API key as a bearer token."


class NoAttempt(NotFound):
    """No attempt of that id has paid."""

    code, message = "no_such_payment", "There is no such payment."


class NotRefundable(Conflict):
    """More than is left of the payment, or in another currency."""

    code, message = "not_refundable", "This is more than is left of the payment, or not its currency."


class KeyTaken(Conflict):
    """The key belongs to something that was made with other values."""

    code, message = "key_taken", "This key was used with other values."


class SessionClosed(Conflict):
    """Nothing more happens in a session that was paid, cancelled or has expired."""

    code, message = "session_closed", "This session is closed."
