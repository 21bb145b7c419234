"""Mail addresses, as they are kept and compared."""

from email_validator import EmailNotValidError, validate_email


def normalised(address: str) -> str:
    """The address in the one form that is kept: syntax checked, domain and case folded.

    Raises ValueError saying what is wrong. Whether mail arrives there is proved by a link, not by DNS; so an
    address under ``.test`` is let in too: it harms nobody and trials need it.
    """
    try:
        found = validate_email(address.strip(), check_deliverability=False, test_environment=True)
        return found.normalized.lower()
    except EmailNotValidError as error:
        raise ValueError(str(error)) from None


def normalised_or_none(address: str | None) -> str | None:
    """The address in its one form, or None when it is none."""
    try:
        return normalised(address) if address else None
    except ValueError:
        return None
