"""What this machine must have to run containers without an engine."""

import os
import shutil

from world.compose.images.image import SYSTEM_PATH

_PROGRAMS = {
    "ip": "iproute2",
    "nsenter": "util-linux",
    "unshare": "util-linux",
    "setpriv": "util-linux",
    "nginx": "nginx",
    "redis-server": "redis-server",
    "redis-cli": "redis-tools",
    "rabbitmq-server": "rabbitmq-server",
    "curl": "curl",
}


def missing() -> list[str]:
    """Debian's packages that are not here, and "root" where we are not; nothing when all is there."""
    lacking = {package for name, package in _PROGRAMS.items() if not shutil.which(name, path=SYSTEM_PATH)}
    return [*sorted(lacking), *(["root"] if not hasattr(os, "geteuid") or os.geteuid() != 0 else [])]
