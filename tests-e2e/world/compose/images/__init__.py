"""What stands in for an image: for ours the repository and its Python, for others what this machine has of the kind."""

from pathlib import Path

from world.compose.images.foreign import mailpit, postgres, rabbitmq, redis
from world.compose.images.image import Absent, Image
from world.compose.images.ours import edge, process
from world.compose.interpolation import Unknown
from world.compose.model import Service

__all__ = ["Absent", "Image", "find"]

_FOREIGN = {"postgres": postgres, "rabbitmq": rabbitmq, "redis": redis, "mailpit": mailpit}


def find(service: Service, home: Path) -> Image:
    """What stands in for a service's image, with its files in ``home``. Raises Unknown, or Absent naming a package."""
    if service.build_target == "edge":
        return edge()
    if service.is_ours:
        return process(home)
    make = _FOREIGN.get(service.image.partition(":")[0].rpartition("/")[2])
    if make is None:
        raise Unknown(f"{service.name}: nothing here stands in for the image {service.image}")
    return make()
