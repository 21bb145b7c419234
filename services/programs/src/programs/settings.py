"""What programs reads from the environment: what every service reads, and what may be sent to be imported."""

from dataclasses import dataclass
from typing import Self

from environs import Env, validate

from chassis.settings import ServiceSettings

_MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Settings(ServiceSettings):
    """The settings of programs: an import's largest upload in bytes, and for how many days it is kept afterwards."""

    import_max_bytes: int
    import_retention_days: int

    @classmethod
    def read(cls, env: Env) -> Self:
        """Read from the environment."""
        return cls(
            **cls.base(env),
            import_max_bytes=env.int("IMPORT_MAX_BYTES", 200 * _MEGABYTE, validate=validate.Range(1)),
            import_retention_days=env.int("IMPORT_RETENTION_DAYS", 7, validate=validate.Range(0, 365)),
        )
