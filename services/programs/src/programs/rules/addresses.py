"""Mail addresses, made comparable: two spellings of one address must become one person."""

import re
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

_PLAIN_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
LONGEST = 254


class BadAddress(ValueError):
    """Not an address; the message says why."""


def normalized(address: str) -> str:
    """The address in lower case with its domain in the usual form. Raises BadAddress. Asks no DNS.

    A roster holds many addresses of few domains, so a domain is examined once.
    """
    local, _, domain = address.rpartition("@")
    if len(local) <= 64 and len(address) <= LONGEST and _PLAIN_LOCAL.fullmatch(local) and domain.isascii():
        return f"{local}@{_domain(domain)}".lower()
    return _validated(address).lower()


@lru_cache(maxsize=4096)
def _domain(domain: str) -> str:
    return _validated(f"a@{domain}").partition("@")[2]


def _validated(address: str) -> str:
    try:
        return validate_email(address, check_deliverability=False, strict=True, test_environment=True).normalized
    except EmailNotValidError as error:
        raise BadAddress(str(error)) from None
