"""Which secrets no process may run with in production. ``check`` shows them, ``web`` and ``worker`` refuse them.

A settings class names its secrets and how each is read: ``{"DATABASE_URL": password, "CLIENT_SECRET": whole}``.
Names of variables are told, values never.
"""

import base64
import binascii
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import unquote, urlsplit

Reading = Callable[[str, str], Iterator[tuple[str, str]]]
"""Variable and value to pairs of (where in it, secret)."""

LEAST_LENGTH = 16
_LEAST_DIFFERENT = 8
_PREFIX = "whsec_"

_PLACEHOLDERS = ("change-me", "changeme", "change_me", "placeholder", "example", "replace-me", "for-tests")
_PLACEHOLDER_STARTS = ("your_", "your-", "<", "${", "insert-", "insert_")
_KNOWN = """
admin administrator client-secret-of-a-test default documentation guest letmein minioadmin nothing passw0rd password
postgres postgresql qwerty rabbitmq redis root secret test ufadhili user correcthorsebatterystaple verysecretpassword
passwordpassword supersecretpassword mysecretpassword secretsecretsecret 1234567890123456 0123456789abcdef
"""
_DEFAULTS = frozenset(_KNOWN.split())


def whole(name: str, value: str) -> Iterator[tuple[str, str]]:
    """The value is a secret, or several during a rotation, separated by commas."""
    for each in value.split(","):
        yield name, each.strip()


def password(name: str, value: str) -> Iterator[tuple[str, str]]:
    """The value is a URL that must hold a password."""
    yield f"{name} (password)", _password_in(value)


def optional_password(name: str, value: str) -> Iterator[tuple[str, str]]:
    """The value is a URL that may hold a password."""
    if _password_in(value):
        yield from password(name, value)


def pairs(name: str, value: str) -> Iterator[tuple[str, str]]:
    """The value is ``who:secret,who:secret``; a name may come twice during a rotation."""
    for pair in value.split(","):
        who, _, secret = pair.partition(":")
        yield f"{name} ({who.strip()})", secret.strip()


def problems(environ: Mapping[str, str], secrets: Mapping[str, Reading], own: str) -> dict[str, str]:
    """Where a secret is no secret, and why. Variables that are not set are the settings' business.

    ``own`` is the process's name: its CLIENT_SECRET is rightly found in CLIENT_SECRETS too.
    """
    found = list(read(environ, secrets))
    bad = {where: why for where, secret in found if (why := weakness(secret))}
    return {**_shared(found, own), **bad}


def read(environ: Mapping[str, str], secrets: Mapping[str, Reading]) -> Iterator[tuple[str, str]]:
    """Every secret of the environment and where it is."""
    for name, reading in secrets.items():
        if environ.get(name):
            yield from reading(name, environ[name])


def weakness(secret: str) -> str | None:
    """Why this is no secret, or None."""
    plain = secret.removeprefix(_PREFIX)
    for form in (plain, _decoded(plain)):
        lower = form.lower()
        if lower in _DEFAULTS:
            return "is a well-known default"
        if lower.startswith(_PLACEHOLDER_STARTS) or any(word in lower for word in _PLACEHOLDERS):
            return "is a placeholder"
    if not plain:
        return "is empty"
    if len(plain) < LEAST_LENGTH:
        return f"is shorter than {LEAST_LENGTH} characters"
    if len(set(plain)) < _LEAST_DIFFERENT:
        return "repeats a few characters"
    return None


def _shared(found: list[tuple[str, str]], own: str) -> dict[str, str]:
    homes: dict[str, set[str]] = defaultdict(set)
    for where, secret in found:
        homes[secret].add(where)
    shared: dict[str, str] = {}
    for places in homes.values():
        if len(places - {f"CLIENT_SECRETS ({own})"}) > 1:
            shared |= {where: f"is the same as {', '.join(sorted(places - {where}))}" for where in places}
    return shared


def _password_in(url: str) -> str:
    try:
        return unquote(urlsplit(url).password or "")
    except ValueError:
        return ""


def _decoded(text: str) -> str:
    """What base64 hides, if it is text."""
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return text
