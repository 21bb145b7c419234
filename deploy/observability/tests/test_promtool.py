"""promtool on what a running service really tells."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from billing.app import SERVICE
from chassis.testing import ENVIRONMENT, cluster, need

pytestmark = pytest.mark.long


@pytest.fixture
def promtool() -> str:
    """The tool; where it must be, its absence is a failure."""
    return shutil.which("promtool") or need("promtool (Debian: prometheus)")


@pytest.fixture
def billing() -> Iterator[str]:
    """A running billing, worker included; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = cluster().url(cluster().copy(SERVICE), "billing_app")
    settings = {**ENVIRONMENT, "DATABASE_URL": url, "HOST": "127.0.0.1", "PORT": str(port), "PAYMENT_SANDBOX": "true"}
    command = [sys.executable, "-m", "billing", "web", "--with-worker"]
    process = subprocess.Popen(command, env={**os.environ, **settings}, stdout=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _page(url: str) -> bytes:
    until = time.monotonic() + 60
    while True:
        try:
            with urlopen(f"{url}/metrics", timeout=10) as answer:  # noqa: S310 - our own address
                page: bytes = answer.read()
        except URLError:
            assert time.monotonic() < until, "billing never answered"
            time.sleep(0.1)  # another process starts; there is nothing to be woken by
            continue
        if b"job_last_success_timestamp_seconds{" in page:
            return page


def test_what_a_running_service_tells_is_what_prometheus_expects(promtool: str, billing: str) -> None:
    page = _page(billing)
    assert b'relay_leads{service="billing"} 1.0' in page
    checked = subprocess.run([promtool, "check", "metrics"], input=page, capture_output=True, check=False)
    complaints = [
        line
        for line in (checked.stdout + checked.stderr).decode().splitlines()
        if not line.startswith(("process_", "python_"))
    ]
    assert complaints == []
