"""What programs reads from the environment: what every service reads, nothing more."""

from dataclasses import dataclass

from chassis.settings import ServiceSettings


@dataclass(frozen=True)
class Settings(ServiceSettings):
    """The settings of programs."""
