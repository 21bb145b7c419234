"""The renderer as it runs: a real process, real documents, real trouble."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests
from pypdf import PdfReader

from chassis.errors import Refusal
from chassis.render import Renderer, RendererBusy, RenderFailed

HEAD = '<!doctype html><html lang="en-KE"><head><meta charset="utf-8"><title>Cohort report</title></head>'
PAGE = HEAD + "<body><h1>Cohort report</h1><p>Seven learners finished.</p></body></html>"
# One black pixel.
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw=="


class Process:
    """A running renderer and what it says."""

    def __init__(self, **environment: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._running = subprocess.Popen(
            [sys.executable, "-m", "chassis.render"],
            env={**os.environ, "PORT": str(self.port), **environment},
            stdout=subprocess.PIPE,
            text=True,
        )
        self.worker = self.next("renderer_ready")["pid"]

    def next(self, event: str) -> dict[str, Any]:
        """The next event of this name in the log; fails when the process ends first."""
        assert self._running.stdout
        for line in self._running.stdout:
            said: dict[str, Any] = json.loads(line)
            if said["event"] == event:
                return said
        raise AssertionError(f"the renderer ended before {event}")

    def occupy(self) -> socket.socket:
        """Hold the only worker, which waits for the rest of a request; close the socket to let it go."""
        held = socket.create_connection(("127.0.0.1", self.port))
        held.sendall(b"POST /render HTTP/1.1\r\nHost: r\r\nContent-Length: 10\r\n\r\n")
        return held

    def stop(self) -> int:
        """Ask it to end and give its exit status."""
        with self._running:
            self._running.terminate()
            return self._running.wait(30)


@pytest.fixture(scope="module")
def process() -> Iterator[Process]:
    running = Process()
    yield running
    running.stop()


@pytest.fixture
def renderer(process: Process) -> Renderer:
    return Renderer(process.url, timeout=30)


def report() -> str:
    """Three pages: a chart and a table of a hundred rows."""
    rows = "".join(
        f"<tr><td>{i}<td>Learner {i}<td>Mathematics<td>{i * 7 % 100}<td>KES {i * 1000:,}.00" for i in range(100)
    )
    bars = "".join(f'<rect x="{i * 20}" y="{200 - i * 9}" width="16" height="{i * 9}"/>' for i in range(20))
    chart = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 200" width="400" height="200">{bars}</svg>'
    heads = "".join(f"<th>{name}</th>" for name in ("#", "Name", "Subject", "Score", "Amount"))
    return f"{HEAD}<body><h1>Report</h1>{chart}<table><thead><tr>{heads}</thead><tbody>{rows}</table>"


CSS = """
@page { size: A4; margin: 2cm; @bottom-right { content: counter(page) " / " counter(pages) } }
body { font: 10pt sans-serif }
table { width: 100%; border-collapse: collapse }
td, th { border-bottom: .5pt solid #ccc; padding: 3pt }
"""


def test_a_document_is_tagged_titled_and_in_a_language(renderer: Renderer) -> None:
    pdf = PdfReader(BytesIO(renderer.pdf(PAGE, CSS)))
    root: Any = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-KE"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/StructTreeRoot"]["/K"]
    assert pdf.metadata
    assert pdf.metadata.title == "Cohort report"
    metadata = root["/Metadata"].get_data().decode()
    assert "pdfuaid:part" in metadata
    assert ">1</pdfuaid:part>" in metadata or 'pdfuaid:part="1"' in metadata
    assert "Seven learners finished." in pdf.pages[0].extract_text()


def test_a_report_of_three_pages_is_made_within_its_time(renderer: Renderer) -> None:
    html = report()
    renderer.pdf(html, CSS)
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        pdf = renderer.pdf(html, CSS)
        seconds.append(time.perf_counter() - started)
    assert len(PdfReader(BytesIO(pdf)).pages) == 3
    # The target is 1.0 s on an idle machine (measured in bench); this guards against its multiple under load.
    assert min(seconds) < 3.0


def test_a_style_sheet_is_kept_apart_from_the_others(renderer: Renderer) -> None:
    def size(css: str) -> tuple[float, float]:
        page = PdfReader(BytesIO(renderer.pdf(PAGE, css))).pages[0].mediabox
        return round(page.width), round(page.height)

    small, large = "@page { size: 200pt 300pt }", "@page { size: 300pt 400pt }"
    assert [size(css) for css in (small, large, small, large)] == [(200, 300), (300, 400)] * 2


class Trap(BaseHTTPRequestHandler):
    """A neighbour on the network that nobody may talk to."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]  # set by the fixture below
        self.send_response(200)
        self.end_headers()


@pytest.fixture
def trap() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), Trap) as server:
        server.asked = []  # type: ignore[attr-defined]  # read by the handler and the test
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()


def test_nothing_outside_the_page_is_read(renderer: Renderer, trap: HTTPServer, tmp_path: Path) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>hunter2</text></svg>')
    (tmp_path / "secret.css").write_text('h1::after { content: "hunter2" }')
    pages = []
    for base in (
        f"http://127.0.0.1:{trap.server_address[1]}",
        tmp_path.as_uri(),
        f"ftp://127.0.0.1:{trap.server_address[1]}",
    ):
        css = (
            f'@import url("{base}/secret.css"); body {{ background: url("{base}/secret.svg") }}'
            f'@font-face {{ font-family: X; src: url("{base}/font") }} p {{ font-family: X }}'
        )
        html = (
            f'{HEAD}<base href="{base}/"><link rel="stylesheet" href="{base}/secret.css">'
            f'<link rel="attachment" href="{base}/secret.svg"><style>{css}</style><body><h1>Shown</h1>'
            f'<img src="{base}/secret.svg" alt="x"><img src="secret.svg" alt="y">'
            f'<object data="{base}/secret.svg"></object>'
            f'<embed src="{base}/secret.svg"><a rel="attachment" href="{base}/secret.svg">z</a>'
            f'<svg xmlns="http://www.w3.org/2000/svg"><style>@import "{base}/secret.css";</style>'
            f'<image href="{base}/secret.svg" width="9" height="9"/><use href="{base}/secret.svg#a"/></svg>'
        )
        pages.append(PdfReader(BytesIO(renderer.pdf(html, css))))
    for pdf in pages:
        text = "".join(page.extract_text() for page in pdf.pages)
        assert "Shown" in text
        assert "hunter2" not in text
        assert not pdf.attachments
    assert trap.asked == []  # type: ignore[attr-defined]  # set by the fixture


def test_what_the_page_carries_itself_is_shown(renderer: Renderer) -> None:
    pdf = PdfReader(BytesIO(renderer.pdf(f'{HEAD}<body><img src="{PIXEL}" alt="A pixel" width="9" height="9">')))
    assert len(pdf.pages[0].images) == 1


def test_broken_html_becomes_a_document_all_the_same(renderer: Renderer) -> None:
    soup = f'{HEAD}<p>One<table><tr><td>Two<div></p></b><img src="{PIXEL}"alt=<<>&#xFFFFFFFF;&<svg>\0<style>@{{'
    assert "One" in PdfReader(BytesIO(renderer.pdf(soup, "}} p { color: ; @page @{"))).pages[0].extract_text()


@pytest.mark.parametrize(
    ("html", "lack"),
    [
        ("", "language"),
        ("<html lang='en'>", "title"),
        ("<title>x</title>", "language"),
    ],
)
def test_a_page_without_language_or_title_is_refused(renderer: Renderer, html: str, lack: str) -> None:
    with pytest.raises(RenderFailed, match=lack):
        renderer.pdf(html)


def test_a_page_beyond_rendering_is_refused_and_the_next_one_made(renderer: Renderer) -> None:
    with pytest.raises(RenderFailed, match="cannot be rendered"):
        renderer.pdf(HEAD + "<div>" * 5_000)
    assert renderer.pdf(PAGE).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff", 400),
        (b"[" * 100_000, 400),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"html": 1}', 422),
        (b'{"html": "x", "css": 1}', 422),
        (b'{"html": "x", "variant": "pdf/a-1b"}', 422),
    ],
)
def test_a_body_that_is_no_page_is_refused(process: Process, body: bytes, status: int) -> None:
    answer = requests.post(f"{process.url}/render", data=body, timeout=10)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")


def test_a_body_over_ten_megabytes_is_refused_unread(process: Process) -> None:
    with socket.create_connection(("127.0.0.1", process.port), timeout=10) as connection:
        connection.sendall(b"POST /render HTTP/1.1\r\nHost: r\r\nContent-Length: 10485761\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_it_says_that_it_is_ready(process: Process, path: str) -> None:
    assert requests.get(process.url + path, timeout=10).status_code == 200


def test_there_is_nothing_else_here(process: Process) -> None:
    assert requests.get(f"{process.url}/render", timeout=10).status_code == 404


def test_a_busy_renderer_is_not_waited_for_without_end(process: Process) -> None:
    with process.occupy():
        with pytest.raises(RendererBusy) as refusal:
            Renderer(process.url, timeout=0.3).pdf(PAGE)
        assert isinstance(refusal.value, Refusal)
        assert (refusal.value.status, refusal.value.code) == (503, "renderer_busy")
        assert int(refusal.value.headers["Retry-After"]) >= 1
    assert Renderer(process.url, timeout=30).pdf(PAGE).startswith(b"%PDF-")


def test_a_document_nobody_waits_for_is_not_made(process: Process) -> None:
    with process.occupy(), pytest.raises(RendererBusy):
        Renderer(process.url, timeout=0.3).pdf(PAGE)
    assert process.next("abandoned")


def test_a_killed_worker_is_replaced_and_its_document_made(process: Process) -> None:
    os.kill(process.worker, signal.SIGKILL)
    assert Renderer(process.url, timeout=30).pdf(PAGE).startswith(b"%PDF-")
    ready = process.next("renderer_ready")
    assert ready["pid"] != process.worker
    process.worker = ready["pid"]


def test_a_document_may_not_take_for_ever() -> None:
    process = Process(RENDER_SECONDS="0.2")
    try:
        with pytest.raises(RenderFailed, match=r"more than 0\.2 seconds"):
            Renderer(process.url, timeout=30).pdf(report() * 5, CSS)
        assert requests.get(f"{process.url}/readyz", timeout=10).ok
    finally:
        assert process.stop() == 0


def test_nobody_listening_is_busy_too() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(RendererBusy):
            Renderer(f"http://127.0.0.1:{taken.getsockname()[1]}").pdf(PAGE)


@pytest.mark.parametrize("url", ["https://renderer", "renderer:80", "", "file:///etc"])
def test_the_address_is_an_internal_http_one(url: str) -> None:
    with pytest.raises(ValueError, match="internal"):
        Renderer(url)


def test_a_document_lost_with_its_worker_is_asked_for_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def lose_one_and_answer_one() -> None:
            for answer in (b"", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n%PDF-"):
                connection = listening.accept()[0]
                with connection, connection.makefile("rb") as asked:
                    while asked.readline().strip():
                        continue
                    asked.read(1)
                    connection.sendall(answer)

        Thread(target=lose_one_and_answer_one, daemon=True).start()
        assert Renderer(f"http://127.0.0.1:{listening.getsockname()[1]}").pdf(PAGE) == b"%PDF-"
