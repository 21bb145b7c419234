"""Which ports the processes listen on."""

import ipaddress
import os
import socket

from local.errors import Refused

DEFAULT_PORT = 8000

# Below what operating systems hand out to outgoing connections: a restarted process finds its port free.
FIRST = 21_000
STEP = 10
SPREAD = 1_000
LAST = FIRST + SPREAD * STEP


def public_port() -> int:
    """PORT, else 8000."""
    text = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Refused(f"PORT is {text!r}, not a port number.")
    return int(text)


def public_host() -> str:
    """HOST, where it is an address (some shells and tools put other things in it), else this machine only."""
    text = os.environ.get("HOST", "")
    try:
        return str(ipaddress.IPv4Address(text))
    except ValueError:
        return "127.0.0.1"


def require_free(host: str, port: int) -> None:
    """Raise Refused when something listens on `port` already."""
    if not _is_free(host, port):
        raise Refused(f"Port {port} is taken; choose another one: PORT={port + 1} make up")


def pick(count: int, public: int) -> list[int]:
    """`count` free ports of this machine; the same ones for the same public port, when they are free."""
    start = FIRST + public % SPREAD * STEP
    free = [port for port in range(start, start + SPREAD) if _is_free("127.0.0.1", port)][:count]
    if len(free) < count:
        raise Refused(f"There are no {count} free ports from {start} on.")
    return free


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind((host, port))
        except OSError:
            return False
    return True
