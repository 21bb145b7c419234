"""What can stop a demonstration, each with a sentence for the person who runs it."""


class Stopped(Exception):
    """The demonstration cannot go on; the message says why and what to do."""


class Refused(Stopped):
    """The API said no, in the words ``said``."""

    def __init__(self, asked: str, status: int, code: str, said: str) -> None:
        self.status, self.code, self.said = status, code, said
        super().__init__(f"{asked} was refused with {status}: {said}")


class NotInTime(Stopped):
    """What was waited for did not come before the deadline."""
