"""What the gateway reads from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from environs import Env

from chassis.check.secrets import Reading, optional_password, whole
from chassis.settings import ServiceSettings

_DOCUMENT = Path(__file__).parents[3] / "docs" / "openapi" / "gateway.json"


@dataclass(frozen=True)
class Settings:
    """The gateway has no database and no events: addresses, limits and origins only."""

    secrets: ClassVar[Mapping[str, Reading]] = {"CLIENT_SECRET": whole, "LIMITS_STORAGE": optional_password}

    environment: str
    host: str
    port: int
    service_urls: dict[str, str]
    client_secret: str
    public_url: str
    threads: int
    connect_timeout: float
    read_timeout: float
    max_body_bytes: int
    cors_origins: tuple[str, ...]
    sign_in_limit: str
    organization_limit: str
    limits_storage: str
    trusted_proxies: int
    openapi_file: Path
    log_level: str
    log_format: str

    @classmethod
    def read(cls, env: Env) -> "Settings":
        """Read from the environment."""
        return cls(
            environment=ServiceSettings.environment_of(env),
            host=env.str("HOST", "127.0.0.1"),
            port=env.int("PORT", 8000),
            service_urls=ServiceSettings.urls(env),
            client_secret=env.str("CLIENT_SECRET"),
            public_url=env.str("PUBLIC_URL", "http://localhost:8000"),
            threads=env.int("THREADS", 32),
            connect_timeout=env.float("UPSTREAM_CONNECT_SECONDS", 2.0),
            read_timeout=env.float("UPSTREAM_READ_SECONDS", 60.0),
            max_body_bytes=env.int("MAX_BODY_BYTES", 8 * 1024 * 1024),
            cors_origins=tuple(env.list("CORS_ORIGINS", [])),
            sign_in_limit=env.str("SIGN_IN_LIMIT", "60/minute"),
            organization_limit=env.str("ORGANIZATION_LIMIT", "3000/minute"),
            limits_storage=env.str("LIMITS_STORAGE", "memory://"),
            trusted_proxies=env.int("TRUSTED_PROXIES", 0),
            openapi_file=env.path("OPENAPI_FILE", _DOCUMENT),
            log_level=env.str("LOG_LEVEL", "INFO"),
            log_format=env.str("LOG_FORMAT", "json"),
        )
