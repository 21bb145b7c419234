"""Counting: as the library counts, wherever it is counted, and on when Redis is away."""

import shutil
import socket
import subprocess
import time
from contextlib import closing

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from structlog.testing import capture_logs

from chassis.testing import need
from gateway.counting import PAUSE_SECONDS, SWEEP_SECONDS, Counting, Windows

START = 1_800_000_000.0137
"""With pauses of thousandths no moment is one where a weighted count is whole: there the last bit would decide."""


@given(
    limit=st.integers(1, 8),
    pauses=st.lists(st.sampled_from([0.0, 0.503, 3.171, 11.293, 19.417, 45.119, 200.231]), min_size=1, max_size=40),
)
def test_our_own_windows_count_exactly_as_the_librarys(limit, pauses):
    item, ours = parse(f"{limit}/20 seconds"), Windows()
    library = SlidingWindowCounterRateLimiter(MemoryStorage())
    clock = START
    for pause in pauses:
        clock += pause
        with time_machine.travel(clock, tick=False):
            expected = library.hit(item, "use", "me")
            stats = library.get_window_stats(item, "use", "me")
            assert ours.hit(item, "use", "me") == (expected, pytest.approx(stats))


def test_whom_nobody_has_heard_of_for_long_is_forgotten():
    windows, item = Windows(), parse("5/second")
    with time_machine.travel(START, tick=False):
        windows = Windows()
        for each in range(100):
            windows.hit(item, "use", str(each))
    with time_machine.travel(START + SWEEP_SECONDS + 1, tick=False):
        windows.hit(item, "use", "me")
    assert len(windows._rows) == 1


def test_without_redis_each_gateway_counts_for_itself_and_says_so_once():
    counting, item = Counting("redis://127.0.0.1:9/0"), parse("2/minute")
    with capture_logs() as logs:
        assert [counting.hit(item, "use", "me")[0] for _ in range(3)] == [True, True, False]
    assert [line["event"] for line in logs] == ["limits_storage_unavailable"]


def test_a_redis_that_is_silent_costs_one_request_its_patience_and_the_next_nothing():
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        counting, item = Counting(f"redis://127.0.0.1:{silent.getsockname()[1]}/0"), parse("9/minute")
        counting.hit(item, "use", "me")
        began = time.monotonic()
        for _ in range(5):
            assert counting.hit(item, "use", "me")[0]
        assert time.monotonic() - began < 0.2


@pytest.fixture
def redis(tmp_path):
    server = shutil.which("redis-server") or need("redis-server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def start():
        process = subprocess.Popen(
            [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)],
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return process
        pytest.fail("redis-server did not start")

    running = [start()]
    yield f"redis://127.0.0.1:{port}/0", running, start
    running[-1].kill()
    running[-1].wait()


@pytest.mark.long
def test_gateways_share_one_count_in_redis_lose_it_and_find_it_again(redis):
    url, running, start = redis
    first, second, item = Counting(url), Counting(url), parse("3/minute")
    with time_machine.travel(START), capture_logs() as logs:
        assert [one.hit(item, "use", "me")[0] for one in (first, second, first, second)] == [True, True, True, False]
        running[-1].kill()
        running[-1].wait()
        assert first.hit(item, "use", "me")[0]
        running.append(start())
        first._silent_until -= PAUSE_SECONDS
        assert first.hit(item, "use", "you")[1].remaining == 2
        assert second.hit(item, "use", "you")[1].remaining == 1
    assert [line["event"] for line in logs][:2] == ["limits_storage_unavailable", "limits_storage_available"]
