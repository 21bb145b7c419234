"""The process nginx asks: it serves, it logs in our way, it ends when told to."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time

from chassis.settings import SERVICE_NAMES


def test_it_answers_decisions_and_pages_and_ends_cleanly(behind, tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    services = {f"{name.upper()}_URL": behind.url for name in SERVICE_NAMES}
    settings = {"HOST": "127.0.0.1", "PORT": str(port), "CLIENT_SECRET": "gateway-secret", **services}
    with (tmp_path / "log").open("wb") as log:
        command = [sys.executable, "-m", "gateway", "authorize"]
        process = subprocess.Popen(command, env={**os.environ, **settings}, stdout=log, stderr=log)
    try:
        connection = connected(port)
        asked = {"X-Method": "GET", "X-URI": "/pay/x", "X-Address": "192.0.2.1", "X-Request-ID": "request-4711"}
        for path, headers in (("/internal/decide", asked), ("/healthz", {}), ("/internal/decide", asked)):
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            body = answer.read()
            assert (answer.status, answer.getheader("X-Service")) == (200, "billing" if headers else None), body
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    finally:
        process.kill()
        process.wait()
    for line in (tmp_path / "log").read_text().splitlines():
        assert json.loads(line)["service"] == "gateway"


def connected(port):
    deadline = time.monotonic() + 30
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.connect()
        except OSError:
            assert time.monotonic() < deadline, "it never listened"
            time.sleep(0.05)  # another process; there is nothing to be woken by
        else:
            return connection
