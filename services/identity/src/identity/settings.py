"""What identity reads from the environment beside what every service reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, Self

from environs import Env, ValidationError, validate

from chassis.check.secrets import Reading, pairs, whole
from chassis.settings import ServiceSettings


@dataclass(frozen=True)
class Settings(ServiceSettings):
    """Keys, clients, lifetimes and lock-out."""

    placeholders: ClassVar[dict[str, str]] = {"SIGNING_KEYS_DIR": "/nonexistent", "CLIENT_SECRETS": "nobody:nothing"}
    secrets: ClassVar[Mapping[str, Reading]] = {
        **ServiceSettings.secrets,
        "CLIENT_SECRETS": pairs,
        "SECOND_FACTOR_SECRETS": whole,
    }

    signing_keys_dir: Path
    client_secrets: dict[str, tuple[str, ...]]
    second_factor_secrets: list[str]
    access_token_life: timedelta
    service_token_life: timedelta
    refresh_token_life: timedelta
    session_life: timedelta
    refresh_grace: timedelta
    invitation_life: timedelta
    verification_life: timedelta
    reset_life: timedelta
    resets_an_hour: int
    lockout_failures: int
    lockout_delay: timedelta
    lockout_delay_limit: timedelta
    invitation_link: str
    verification_link: str
    reset_link: str

    @classmethod
    def read(cls, env: Env) -> Self:
        """Read from the environment; every bad variable is named at once."""
        return cls(**cls.base(env), **_keys(env), **_lives(env), **_lockout(env), **_links(env))


def _keys(env: Env) -> dict[str, Any]:
    return {
        "signing_keys_dir": env.path("SIGNING_KEYS_DIR"),
        "client_secrets": _pairs(env),
        "second_factor_secrets": env.list("SECOND_FACTOR_SECRETS", []),
    }


def _pairs(env: Env) -> dict[str, tuple[str, ...]]:
    """``billing:secret,programs:other`` as a dictionary; a secret may hold colons.

    A name that comes twice has two secrets: while it changes, the old one and the new one hold.
    """
    given = env.str("CLIENT_SECRETS", validate=_check_pairs)
    found: dict[str, tuple[str, ...]] = {}
    for pair in (given or "").split(","):
        name, _, secret = (part.strip() for part in pair.partition(":"))
        found[name] = (*found.get(name, ()), secret)
    return found


def _check_pairs(given: str) -> None:
    for pair in given.split(","):
        name, _, secret = pair.partition(":")
        if not name.strip() or not secret.strip():
            raise ValidationError("Write it as name:secret,name:secret.")


def token_lives(env: Env) -> dict[str, timedelta]:
    """How long signed tokens hold: of people, of services. The gateway remembers for an hour which sessions ended."""
    most = validate.Range(1, 60)
    return {
        "access_token_life": timedelta(minutes=env.int("ACCESS_TOKEN_MINUTES", 15, validate=most) or 0),
        "service_token_life": timedelta(minutes=env.int("SERVICE_TOKEN_MINUTES", 10, validate=most) or 0),
    }


def _lives(env: Env) -> dict[str, Any]:
    return {
        **token_lives(env),
        "refresh_token_life": timedelta(days=env.int("REFRESH_DAYS", 30) or 0),
        "session_life": timedelta(days=env.int("SESSION_DAYS", 90) or 0),
        "refresh_grace": timedelta(seconds=env.int("REFRESH_GRACE_SECONDS", 10) or 0),
        "invitation_life": timedelta(days=env.int("INVITATION_DAYS", 7) or 0),
        "verification_life": timedelta(days=env.int("VERIFICATION_DAYS", 3) or 0),
        "reset_life": timedelta(minutes=env.int("RESET_MINUTES", 30, validate=validate.Range(1, 1440)) or 0),
        "resets_an_hour": env.int("RESETS_PER_HOUR", 3),
    }


def _lockout(env: Env) -> dict[str, Any]:
    return {
        "lockout_failures": env.int("LOCKOUT_FAILURES", 5),
        "lockout_delay": timedelta(seconds=env.int("LOCKOUT_SECONDS", 30) or 0),
        "lockout_delay_limit": timedelta(seconds=env.int("LOCKOUT_LIMIT_SECONDS", 900) or 0),
    }


def _links(env: Env) -> dict[str, Any]:
    return {
        "invitation_link": env.str("INVITATION_LINK", "{public_url}/api/v1/auth/invitations/{token}/accept/"),
        "verification_link": env.str("VERIFICATION_LINK", "{public_url}/api/v1/auth/email/verify/?token={token}"),
        "reset_link": env.str("RESET_LINK", "{public_url}/api/v1/auth/password/reset/confirm/?token={token}"),
    }
