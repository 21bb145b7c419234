"""A web process that is asked to end, as its clients see it: answered, or turned away so that they go elsewhere."""

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

_SERVE = """
import sys
from chassis import server
def app(environ, start):
    print("asked", flush=True)
    sys.stdin.readline()
    start("200 OK", [("Content-Length", "2")])
    return [b"ok"]
server.serve(lambda: app, host="127.0.0.1", port=int(sys.argv[1]), threads=1,
             post_worker_init=lambda _: print("ready", flush=True))
"""
_ASK = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    return number


@pytest.fixture
def web(port: int) -> Iterator["subprocess.Popen[str]"]:
    """Answers a request for every line it is given."""
    command = [sys.executable, "-c", _SERVE, str(port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def test_who_came_before_the_end_is_answered_and_who_comes_after_is_refused(
    web: "subprocess.Popen[str]", port: int
) -> None:
    assert web.stdin
    assert web.stdout
    with socket.create_connection(("127.0.0.1", port), timeout=20) as first:
        first.sendall(_ASK)
        assert web.stdout.readline() == "asked\n"
        with socket.create_connection(("127.0.0.1", port), timeout=20) as second:
            second.sendall(_ASK)
            web.terminate()
            assert _refuses(port), "an edge goes to another replica when it is refused, not when it is hung up on"
            web.stdin.write("\n\n")
            web.stdin.flush()
            assert first.recv(1024).startswith(b"HTTP/1.1 200")
            assert second.recv(1024).startswith(b"HTTP/1.1 200")
    assert web.wait(20) == 0


def _refuses(port: int) -> bool:
    """Whether connecting is refused, looked at until it is or 5 s are over."""
    for _ in range(100):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=20) as late:
                late.settimeout(0.05)
                late.recv(1)
        except ConnectionRefusedError:
            return True
        except (TimeoutError, ConnectionResetError):
            continue
    return False
