"""A web process as its clients see it."""

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

_SERVE = """
import sys
from chassis import server
server.SILENCE_SECONDS = 1
def app(environ, start):
    start("200 OK", [("Content-Length", "2")])
    return [b"ok"]
server.serve(lambda: app, host="127.0.0.1", port=int(sys.argv[1]), threads=1,
             post_worker_init=lambda _: print("ready", flush=True))
"""


@pytest.fixture
def port() -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    command = [sys.executable, "-c", _SERVE, str(number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield number
        process.terminate()


def test_who_falls_silent_in_the_middle_of_a_request_holds_no_thread_for_ever(port: int) -> None:
    with (
        socket.create_connection(("127.0.0.1", port), timeout=20) as silent,
        socket.create_connection(("127.0.0.1", port), timeout=20) as polite,
    ):
        silent.sendall(b"GET / HT")
        polite.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert polite.recv(1024).startswith(b"HTTP/1.1 200")
        assert silent.recv(1024) == b""
