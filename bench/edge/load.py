"""Load on an address, by wrk where it is installed, and what it cost the processes that bore it."""

import http.client
import os
import re
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Measured:
    """``cpu_ms`` is per request, of the processes watched; ``failed`` counts answers other than 2xx."""

    requests: int
    failed: int
    seconds: float
    cpu_ms: float

    @property
    def per_second(self) -> float:
        """Requests answered."""
        return self.requests / self.seconds

    def told(self) -> dict[str, float]:
        """For the JSON."""
        return {
            "cpu_ms_per_request": round(self.cpu_ms, 4),
            "per_second": round(self.per_second),
            "requests": self.requests,
            "failed": self.failed,
        }


class Load:
    """Requests with one person's token, from as many connections as asked for, for a while."""

    def __init__(self, token: str, seconds: int) -> None:
        self._headers = {"Authorization": f"Bearer {token}"}
        self._seconds = seconds

    def run(self, url: str, connections: int, pids: list[int], seconds: int | None = None) -> Measured:
        """Load ``url`` and measure the CPU of ``pids`` meanwhile."""
        generate = _wrk if shutil.which("wrk") else _python
        before, began = _cpu(pids), time.perf_counter()
        requests, failed = generate(url, connections, self._headers, seconds or self._seconds)
        elapsed = time.perf_counter() - began
        assert requests > failed, f"nothing was answered at {url}"
        return Measured(requests, failed, elapsed, (_cpu(pids) - before) * 1000 / requests)


def _cpu(pids: list[int]) -> float:
    """Seconds of user and system time so far."""
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def _wrk(url: str, connections: int, headers: dict[str, str], seconds: int) -> tuple[int, int]:
    options = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", *options, url]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603
    requests = re.search(r"(\d+) requests in", text)
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return int(requests[1]) if requests else 0, int(failed[1]) if failed else 0


def _python(url: str, connections: int, headers: dict[str, str], seconds: int) -> tuple[int, int]:
    parts, end, counts = urlsplit(url), time.monotonic() + seconds, list[tuple[int, int]]()

    def client() -> None:
        connection, requests, failed = http.client.HTTPConnection(parts.netloc), 0, 0
        while time.monotonic() < end:
            connection.request("GET", parts.path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            requests, failed = requests + 1, failed + (answer.status >= 300)
        counts.append((requests, failed))

    threads = [threading.Thread(target=client) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(count for count, _ in counts), sum(failed for _, failed in counts)
