"""What can stop a demonstration, each with a sentence for the person who runs it."""


class Stopped(Exception):
    """The demonstration cannot go on; the message says why and what to do."""


class Refused(Stopped):
    """The API said no."""

    def __init__(self, status: int, code: str, message: str) -> None:
        self.status, self.code = status, code
        super().__init__(message)


class NotInTime(Stopped):
    """What was waited for did not come before the deadline."""
