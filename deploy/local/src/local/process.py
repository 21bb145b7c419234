"""What one process of the system is: how it starts, where it listens, how one sees that it is ready."""

import socket
from dataclasses import dataclass, field

PROBE_SECONDS = 2.0


@dataclass(frozen=True)
class Process:
    """A process to keep running. `ready` is the path that answers 200 once it can work."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    port: int | None = None
    ready: str = "/readyz"
    # The gateway stops first: what it has in hand still needs the services behind it.
    is_edge: bool = False

    @property
    def url(self) -> str | None:
        return None if self.port is None else f"http://127.0.0.1:{self.port}"


def answers(port: int, path: str) -> bool:
    """Does `path` on this machine answer 200? Asked without an HTTP library: the supervisor stays small."""
    request = f"GET {path} HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PROBE_SECONDS) as connection:
            connection.sendall(request.encode())
            return connection.makefile("rb").readline(128).split()[1:2] == [b"200"]
    except OSError:
        return False
