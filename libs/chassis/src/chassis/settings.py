"""Environment to frozen dataclass. A service fails at start naming every variable that is missing or bad."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Self, TypeVar

from environs import Env, EnvValidationError

SERVICE_NAMES = ("identity", "programs", "billing", "privacy", "analytics", "notifications")


@dataclass(frozen=True)
class ServiceSettings:
    """What every service reads. A service's own settings extend it and its ``read``.

    ``placeholders`` are values of its own required variables that suffice to print the OpenAPI document.
    """

    placeholders: ClassVar[dict[str, str]] = {}

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
            "environment": env.str("UFADHILI_ENV", "local"),
            "host": env.str("HOST", "127.0.0.1"),
            "port": env.int("PORT", 8080),
            "database_url": env.str("DATABASE_URL"),
            "service_urls": ServiceSettings.urls(env),
            "renderer_url": env.str("RENDERER_URL", "http://127.0.0.1:8090"),
            "public_url": env.str("PUBLIC_URL", "http://localhost:8000"),
            "client_secret": env.str("CLIENT_SECRET"),
            "events_transport": env.str("EVENTS_TRANSPORT", "http"),
            "events_secret": env.str("EVENTS_SECRET"),
            "log_level": env.str("LOG_LEVEL", "INFO"),
            "log_format": env.str("LOG_FORMAT", "json"),
            "threads": env.int("THREADS", 8),
            "max_body_bytes": env.int("MAX_BODY_BYTES", 8 * 1024 * 1024),
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


def load(read: Callable[[Env], R]) -> R:
    """The settings that ``read`` finds, or the end of the process with one line naming every bad variable."""
    env = Env(eager=False)
    settings = read(env)
    try:
        env.seal()
    except EnvValidationError as error:
        messages: Any = error.error_messages
        sys.exit("settings: " + "; ".join(f"{name}: {', '.join(map(str, why))}" for name, why in messages.items()))
    return settings
