"""The proxy passes everything on, until it is told to cut or to strike."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from faults.proxy import AmqpAcks, Proxy

ACK = struct.pack(">BHI", 1, 1, 13) + struct.pack(">HHQB", 60, 80, 7, 0) + b"\xce"
DELIVER = struct.pack(">BHI", 1, 1, 4) + struct.pack(">HH", 60, 60) + b"\xce"
BODY = struct.pack(">BHI", 3, 1, len(ACK)) + ACK + b"\xce"


@pytest.fixture
def echo() -> Iterator[tuple[str, int]]:
    """A server that says back what it hears."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection, suppress(ConnectionResetError):
                while data := connection.recv(65536):
                    connection.sendall(data)

    threading.Thread(target=serve, daemon=True).start()
    yield server.getsockname()
    server.close()


@pytest.fixture
def proxy(echo: tuple[str, int]) -> Iterator[Proxy]:
    found = Proxy(echo, AmqpAcks)
    yield found
    found.close()


def connect(proxy: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=10)


@pytest.mark.parametrize("step", [1, 2, 7, 1000])
def test_an_ack_is_found_however_the_stream_is_cut(step):
    stream = b"AMQP\x00\x00\x09\x01" + DELIVER + BODY + ACK + DELIVER
    acks = AmqpAcks()
    found = [acks.feed(stream[at : at + step]) for at in range(0, len(stream), step)]
    assert found.count(True) == 1


def test_an_ack_inside_a_message_is_none():
    assert not AmqpAcks().feed(DELIVER + BODY)


def test_what_is_said_arrives(proxy):
    with connect(proxy) as client:
        client.sendall(ACK)
        assert client.recv(100) == ACK


def test_a_cut_connection_ends_with_a_reset(proxy):
    with connect(proxy) as client:
        client.sendall(DELIVER)
        assert client.recv(100) == DELIVER
        proxy.cut()
        with pytest.raises(ConnectionResetError):
            client.recv(100)


def test_it_strikes_before_the_next_ack_once(proxy):
    struck: list[str] = []
    proxy.before_next_ack(lambda: struck.append("now"))
    with connect(proxy) as client:
        client.sendall(DELIVER)
        assert client.recv(100) == DELIVER
        client.sendall(ACK)
        with pytest.raises(ConnectionResetError):
            client.recv(100)
    with connect(proxy) as client:
        client.sendall(ACK)
        assert client.recv(100) == ACK
    assert struck == ["now"]


def test_nobody_behind_it_is_a_closed_door(echo):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        nowhere = gone.getsockname()
    proxy = Proxy(nowhere, AmqpAcks)
    with connect(proxy) as client, pytest.raises(ConnectionResetError):
        client.recv(100)
    proxy.close()
