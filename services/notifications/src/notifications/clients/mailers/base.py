"""What every way out for mail has in common."""

from notifications.clients.handing_over import Refused, TryLater
from notifications.rules.mail import Mail


class Mailer:
    """Takes a mail and returns when it has been accepted."""

    def send(self, mail: Mail) -> None:
        """Hand one mail over. Raises TryLater, Refused or ``rules.mail.Unmailable``."""
        raise NotImplementedError


__all__ = ["Mailer", "Refused", "TryLater"]
