"""Waiting for documents takes a few threads of a service, never all of them."""

import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from chassis.render import Renderer, RendererBusy

PLACES = 4
PATIENCE = 20


def test_when_a_few_wait_the_next_is_turned_away_unasked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute, ThreadPoolExecutor(PLACES) as threads:
        mute.settimeout(PATIENCE)
        renderer = Renderer(f"http://127.0.0.1:{mute.getsockname()[1]}", timeout=PATIENCE)
        waiting = [threads.submit(renderer.pdf, "<html>") for _ in range(PLACES)]
        taken = [mute.accept()[0] for _ in range(PLACES)]
        with pytest.raises(RendererBusy):
            renderer.pdf("<html>")
        mute.settimeout(0)
        with pytest.raises(BlockingIOError):
            mute.accept()
        for connection in taken:
            connection.recv(65_536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n%PDF-")
            connection.close()
        assert [done.result(PATIENCE) for done in waiting] == [b"%PDF-"] * PLACES
