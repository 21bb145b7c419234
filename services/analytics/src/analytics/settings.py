"""What analytics reads from the environment: nothing beyond what every service reads."""

from dataclasses import dataclass

from chassis.settings import ServiceSettings


@dataclass(frozen=True)
class Settings(ServiceSettings):
    """``service_urls["privacy"]`` answers who may be named, ``renderer_url`` makes the PDF."""
