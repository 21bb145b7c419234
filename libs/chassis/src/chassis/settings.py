"""Environment to frozen dataclass. A service fails at start naming every variable that is missing or bad."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self, TypeVar
from urllib.parse import urlsplit

from environs import Env, EnvValidationError, ValidationError, validate

from chassis.check.secrets import Reading, password, problems, whole

SERVICE_NAMES = ("identity", "programs", "billing", "privacy", "analytics", "notifications")


def _is_broker(url: str) -> None:
    """Refuse what is no address of a broker, in words that do not repeat it: it holds a password."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"amqp", "amqps"} and parts.hostname and parts.port != 0
    except ValueError:  # a port that is no number
        good = False
    if url and not good:
        raise ValidationError("is no amqp:// or amqps:// URL")


@dataclass(frozen=True)
class ServiceSettings:
    """What every service reads. A service's own settings extend it and its ``read``.

    ``placeholders`` are values of its own required variables that suffice to print the OpenAPI document.
    ``secrets`` are the variables that hold secrets, and how each is read.
    """

    placeholders: ClassVar[dict[str, str]] = {}
    secrets: ClassVar[Mapping[str, Reading]] = {
        "DATABASE_URL": password,
        "CLIENT_SECRET": whole,
        "EVENTS_SECRET": whole,
        "AMQP_URL": password,
    }

    environment: str
    host: str
    port: int
    database_url: str
    service_urls: dict[str, str]
    renderer_url: str
    public_url: str
    client_secret: str
    events_transport: str
    events_secret: str
    amqp_url: str
    log_level: str
    log_format: str
    threads: int
    max_body_bytes: int

    @classmethod
    def read(cls, env: Env) -> Self:
        """Read from the environment; extend by overriding and adding to ``base(env)``."""
        return cls(**cls.base(env))

    @staticmethod
    def base(env: Env) -> dict[str, Any]:
        """The values of the shared fields."""
        return {
            "environment": ServiceSettings.environment_of(env),
            "host": env.str("HOST", "127.0.0.1"),
            "port": env.int("PORT", 8080),
            "database_url": env.str("DATABASE_URL"),
            "service_urls": ServiceSettings.urls(env),
            "renderer_url": env.str("RENDERER_URL", "http://127.0.0.1:8090"),
            "public_url": env.str("PUBLIC_URL", "http://localhost:8000"),
            "client_secret": env.str("CLIENT_SECRET"),
            **ServiceSettings.events(env),
            "log_level": env.str("LOG_LEVEL", "INFO"),
            "log_format": env.str("LOG_FORMAT", "json"),
            "threads": env.int("THREADS", 8),
            "max_body_bytes": env.int("MAX_BODY_BYTES", 8 * 1024 * 1024),
        }

    @staticmethod
    def environment_of(env: Env) -> str:
        """Whether this is somebody's machine or the real thing."""
        return env.str("UFADHILI_ENV", "local", validate=validate.OneOf(("local", "production"))) or ""

    @staticmethod
    def events(env: Env) -> dict[str, Any]:
        """How events travel, and what that way needs to know: a secret, or (workers only) where the broker is."""
        transport = env.str("EVENTS_TRANSPORT", "http", validate=validate.OneOf(("http", "amqp")))
        amqp = transport == "amqp"
        return {
            "events_transport": transport,
            "events_secret": env.str("EVENTS_SECRET", "") if amqp else env.str("EVENTS_SECRET"),
            "amqp_url": env.str("AMQP_URL", "", validate=_is_broker) if amqp else "",
        }

    @staticmethod
    def urls(env: Env) -> dict[str, str]:
        """Where the services answer, by name."""
        return {name: env.str(f"{name.upper()}_URL", "").rstrip("/") for name in SERVICE_NAMES}


PLACEHOLDERS = {
    "DATABASE_URL": "postgresql+psycopg://nobody@localhost/nothing",
    "CLIENT_SECRET": "documentation",
    "EVENTS_SECRET": "whsec_ZG9jdW1lbnRhdGlvbg==",
}
"""Enough to build an app that only prints its OpenAPI document: no connection is ever opened."""


R = TypeVar("R")


class Unreadable(Exception):
    """Variables are missing or bad: ``problems`` names each, and says why."""

    def __init__(self, problems: Mapping[str, Sequence[str]]) -> None:
        super().__init__("; ".join(f"{name}: {', '.join(why)}" for name, why in problems.items()))
        self.problems = problems


def read_environment(read: Callable[[Env], R]) -> R:
    """The settings that ``read`` finds. Raises ``Unreadable``."""
    env = Env(eager=False)
    settings = read(env)
    try:
        env.seal()
    except EnvValidationError as error:
        messages: Any = error.error_messages
        raise Unreadable({name: [str(each) for each in why] for name, why in messages.items()}) from None
    return settings


def load(read: Callable[[Env], R]) -> R:
    """The settings that ``read`` finds, or the end of the process with one line naming every bad variable."""
    try:
        return read_environment(read)
    except Unreadable as error:
        sys.exit(f"settings: {error}")


def refuse_weak_secrets(environment: str, named: Mapping[str, Reading], own: str) -> None:
    """In production, end the process ``own`` with one line naming every secret that is none."""
    if environment != "production":
        return
    found = problems(os.environ, named, own)
    if found:
        sys.exit("settings: " + "; ".join(f"{where} {why}" for where, why in sorted(found.items())))
