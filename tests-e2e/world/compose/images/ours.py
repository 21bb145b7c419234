"""Stand-ins for the images our Dockerfile builds."""

import sys
from pathlib import Path

from world.compose.images.image import SYSTEM_PATH, Image, folder_of

_PYTHON = f"{Path(sys.executable).parent}:{SYSTEM_PATH}"


def process() -> Image:
    """One recipe, the service is an argument."""
    return Image(entrypoint=("python", "-m"), user="10001:10001", environment={"PATH": _PYTHON})


def edge() -> Image:
    """nginx, with the configuration the gateway renders."""
    folder_of("nginx", "nginx")
    return Image(command=("nginx", "-g", "daemon off;"), user="101:101", environment={"PATH": SYSTEM_PATH})
