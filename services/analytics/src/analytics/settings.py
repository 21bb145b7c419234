"""What analytics reads from the environment beside what every service reads."""

from dataclasses import dataclass
from typing import Self

from environs import Env, validate

from chassis.settings import ServiceSettings


@dataclass(frozen=True)
class Settings(ServiceSettings):
    """``service_urls["privacy"]`` answers who may be named, ``renderer_url`` makes the PDF.

    ``report_wait_seconds``: how long a request for a report waits for the worker before it is answered 202.
    """

    report_wait_seconds: float

    @classmethod
    def read(cls, env: Env) -> Self:
        """Read from the environment."""
        wait = env.float("REPORT_WAIT_SECONDS", 5.0, validate=validate.Range(0, 20))
        return cls(**cls.base(env), report_wait_seconds=wait)
