"""The gateway's checklist: the public address and its certificate, identity's clock, the store of the limits."""

import errno
import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from chassis.check.network import certificate, http_clock
from chassis.check.points import Point, Situation
from chassis.settings import load
from gateway.checks import limits_storage
from gateway.settings import Settings

SECRET = "q8Hn2LcVz6TjXw0bRk4M"


@pytest.fixture
def situation(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Situation]:
    """What the checks look at, with this environment."""

    def build(**environment: str) -> Situation:
        for name, value in {"CLIENT_SECRET": SECRET, **environment}.items():
            monkeypatch.setenv(name, value)
        return Situation("gateway", load(Settings.read), environment)

    return build


@pytest.fixture
def edge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], str]]:
    """An edge with a certificate that ends in so many days; its authority is trusted."""
    servers: list[ThreadingHTTPServer] = []

    def start(days: int, trusted: bool = True) -> str:
        pem = _certificate(tmp_path, days)
        if trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"https://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_certificate_that_lasts_passes_and_one_that_ends_soon_fails(
    situation: Callable[..., Situation], edge: Callable[..., str]
) -> None:
    [point] = certificate(situation(PUBLIC_URL=edge(30)))
    assert (point.state, point.why) == ("ok", "of 127.0.0.1 ends in 29 days")
    [point] = certificate(situation(PUBLIC_URL=edge(10)))
    assert (point.state, point.why) == ("FAIL", "of 127.0.0.1 ends in 9 days")


def test_a_certificate_nobody_trusts_fails(situation: Callable[..., Situation], edge: Callable[..., str]) -> None:
    [point] = certificate(situation(PUBLIC_URL=edge(30, trusted=False)))
    assert point.state == "FAIL"
    assert "is not trusted" in point.why


def test_a_certificate_no_way_leads_to_is_to_be_looked_at_from_outside(
    situation: Callable[..., Situation], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container's network need not lead out; that says nothing of the certificate."""

    def connect(*_: object, **__: object) -> None:
        raise OSError(errno.ENETUNREACH, "Network is unreachable")

    monkeypatch.setattr("socket.create_connection", connect)
    [point] = certificate(situation(PUBLIC_URL="https://learn.example"))
    assert (point.state, point.do) == (
        "warn",
        "Look from where people are: openssl s_client -connect learn.example:443",
    )
    monkeypatch.undo()
    monkeypatch.setenv("CLIENT_SECRET", SECRET)
    [point] = certificate(situation(PUBLIC_URL="https://127.0.0.1:9"))
    assert point.state == "FAIL"


def test_identitys_clock_is_the_other_clock(situation: Callable[..., Situation]) -> None:
    for ahead, state in ((0, "ok"), (8, "FAIL"), (-8, "FAIL")):
        assert _clock(situation, timedelta(seconds=ahead)).state == state


@pytest.mark.parametrize(
    ("url", "state"), [("memory://", "warn"), (f"redis://:{SECRET}@127.0.0.1:9/0", "FAIL")], ids=["memory", "away"]
)
def test_limits_are_counted_in_one_place(situation: Callable[..., Situation], url: str, state: str) -> None:
    [point] = limits_storage(situation(LIMITS_STORAGE=url))
    assert point.state == state


def test_the_command_tells_and_fails_and_the_gateway_does_not_start_with_a_default_secret() -> None:
    environment = {"PATH": os.environ["PATH"], "UFADHILI_ENV": "production", "CLIENT_SECRET": "changeme"}
    said = _run("check", environment)
    assert said.returncode == 1
    assert "FAIL  secrets              CLIENT_SECRET is a placeholder" in said.stdout
    for command in ("web", "authorize"):
        said = _run(command, environment)
        assert (said.returncode, said.stderr) == (1, "settings: CLIENT_SECRET is a placeholder\n")


def _run(command: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    arguments = [sys.executable, "-m", "gateway", command]
    return subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False, timeout=60)


def _clock(situation: Callable[..., Situation], ahead: timedelta) -> Point:
    class Identity(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def date_time_string(self, _: float | None = None) -> str:  # type: ignore[override]
            return super().date_time_string((datetime.now(UTC) + ahead).timestamp())

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Identity)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        [point] = http_clock(situation(IDENTITY_URL=f"http://127.0.0.1:{server.server_port}"))
    finally:
        server.shutdown()
        server.server_close()
    return point


def _certificate(folder: Path, days: int) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "edge")])
    moment = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - timedelta(days=1))
        .not_valid_after(moment + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / f"{days}.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem.write_bytes(private + made.public_bytes(Encoding.PEM))
    return pem
