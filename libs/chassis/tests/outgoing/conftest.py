"""A receiver on a real socket that does what it is told, with a certificate when it is asked for one."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Behave = Callable[[socket.socket, bytes], None]


class Receiver:
    """Takes one connection after the other, reads a request, and does with it as ``behave`` says."""

    def __init__(self, behave: Behave, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[bytes] = []
        self.visits = 0
        self.over = threading.Event()
        self._behave, self._tls = behave, tls
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.over.set()
        with socket.socket() as knock:
            knock.connect_ex(("127.0.0.1", self.port))
        self._thread.join(5)
        self._door.close()

    def _serve(self) -> None:
        while not self.over.is_set():
            plain, _ = self._door.accept()
            if self.over.is_set():
                plain.close()
                return
            self.visits += 1
            try:
                with plain, self._tls.wrap_socket(plain, server_side=True) if self._tls else plain as opened:
                    request = self._read(opened)
                    self.requests.append(request)
                    self._behave(opened, request)
            except OSError:
                continue

    @staticmethod
    def _read(opened: socket.socket) -> bytes:
        read = b""
        while b"\r\n\r\n" not in read:
            read += Receiver._some(opened)
        head, _, body = read.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        while len(body) < length:
            body += Receiver._some(opened)
        return head + b"\r\n\r\n" + body

    @staticmethod
    def _some(opened: socket.socket) -> bytes:
        """At least a byte. Raises OSError when the other side is gone."""
        read = opened.recv(65536)
        if not read:
            raise OSError("gone")
        return read


@pytest.fixture
def receiver() -> Iterator[Callable[..., Receiver]]:
    """Makes receivers."""
    made: list[Receiver] = []

    def make(behave: Behave, tls: ssl.SSLContext | None = None) -> Receiver:
        made.append(Receiver(behave, tls))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def certified(tmp_path: Path) -> Callable[[str], tuple[ssl.SSLContext, ssl.SSLContext]]:
    """``certified(host)`` → a server's TLS with a certificate of that host, and a client's that trusts it."""

    def make(host: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
        key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        at = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(at - timedelta(days=1))
            .not_valid_after(at + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        file = tmp_path / f"{host}.pem"
        plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        file.write_bytes(
            key.private_bytes(serialization.Encoding.PEM, *plain) + certificate.public_bytes(serialization.Encoding.PEM)
        )
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(file)
        return server, ssl.create_default_context(cadata=certificate.public_bytes(serialization.Encoding.PEM).decode())

    return make
