"""A connected socket, dressed as http.client wants one, under one deadline for all it does."""

import io
import socket
import time
from typing import Any


class Deadline:
    """One end for all steps: a server that sends a byte now and then holds nobody."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds. Raises TimeoutError when there are none."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class Wire:
    """What http.client asks of a socket. It is closed by whoever opened it."""

    def __init__(self, opened: socket.socket, deadline: Deadline) -> None:
        self._socket, self._deadline = opened, deadline

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Where the answer is read from."""
        return io.BufferedReader(_Reader(self._socket, self._deadline))

    def sendall(self, data: Any) -> None:
        """Send all of it."""
        self._socket.settimeout(self._deadline.left)
        self._socket.sendall(data)

    def close(self) -> None:
        """Nothing: http.client closes before the answer's body is read."""


class _Reader(io.RawIOBase):
    def __init__(self, opened: socket.socket, deadline: Deadline) -> None:
        self._socket, self._deadline = opened, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._socket.settimeout(self._deadline.left)
        return self._socket.recv_into(buffer)
