"""What the sandbox declines to do."""

from chassis.errors import Conflict, NotFound, Unauthenticated


class NoSession(NotFound):
    """No session of that id; or the sandbox is switched off."""

    code, message = "no_such_session", "There is no such session."


class WrongKey(Unauthenticated):
    """The API key is missing or wrong."""

    code, message = "wrong_api_key", "Send the API key as a bearer token."


class KeyTaken(Conflict):
    """The key belongs to a session that was opened with other values."""

    code, message = "key_taken", "This key was used for another session."


class SessionClosed(Conflict):
    """Nothing more happens in a session that was paid, cancelled or has expired."""

    code, message = "session_closed", "This session is closed."
