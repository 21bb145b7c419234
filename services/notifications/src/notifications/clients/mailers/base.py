"""What every way out for mail has in common: handing over, and how that can end other than well.

Reasons are codes: they hold nothing of the mail.
"""

from notifications.rules.mail import Mail


class TryLater(Exception):
    """Not now; ``after`` are the seconds the other side asked for, if it did."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        self.reason, self.after = reason, after
        super().__init__(reason)


class Refused(Exception):
    """Not this mail, however often it is tried."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Mailer:
    """Takes a mail and returns when it has been accepted."""

    def send(self, mail: Mail) -> None:
        """Hand one mail over. Raises TryLater, Refused or ``rules.mail.Unmailable``."""
        raise NotImplementedError
