"""What privacy reads from the environment: nothing of its own yet."""

from dataclasses import dataclass

from chassis.settings import ServiceSettings


@dataclass(frozen=True)
class Settings(ServiceSettings):
    """The shared settings."""
