"""The renderer's own process, for documents that are read back."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def running_renderer() -> Iterator[str]:
    """Start the renderer at a free port and wait until it is ready; its URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "chassis.render"],
        env={**os.environ, "PORT": str(port)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None  # noqa: S101 - for the reader of types
        for line in process.stdout:
            if json.loads(line)["event"] == "renderer_ready":
                break
        yield f"http://127.0.0.1:{port}"
        process.terminate()
        process.wait(30)
