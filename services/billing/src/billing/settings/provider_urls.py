"""Where a provider's API may be: at its own published addresses, over TLS. Elsewhere only on this machine, in tests."""

from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from environs import Env, ValidationError, validate

_THIS_MACHINE = frozenset({"127.0.0.1", "localhost"})


def read_api_url(env: Env, base: Mapping[str, Any], name: str, default: str, hosts: Collection[str]) -> str:
    """The variable's URL, without a slash at its end. ``hosts`` are the provider's published ones."""
    production = base["environment"] == "production"
    return str(env.str(name, default, validate=_is_of(hosts, production=production))).rstrip("/")


def read_callback_url(env: Env, base: Mapping[str, Any], name: str, provider: str) -> str:
    """Where the provider calls us; https in production."""
    found = str(env.str(name, f"{base['public_url']}/api/v1/billing/webhooks/{provider}/"))
    if base["environment"] == "production" and urlsplit(found).scheme != "https":
        env.str(name, found, validate=validate.Regexp(r"^https://"))
    return found


def any_is_set(env: Env, names: Collection[str]) -> bool:
    """Whether somebody means to use the provider: then everything it needs must be there."""
    return any(env.str(name, "") for name in names)


def _is_of(hosts: Collection[str], *, production: bool) -> Callable[[str], None]:
    def check(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme == "https" and parts.hostname in hosts:
            return
        if not production and parts.hostname in _THIS_MACHINE:
            return
        raise ValidationError(f"Give an https address at {' or '.join(sorted(hosts))}.")

    return check
