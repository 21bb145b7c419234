"""One POST to a stranger, over real sockets: pinned to the address that was checked, bounded in time and size."""

import socket
import ssl
import time
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import Any

import pytest

from chassis.outgoing import Answer, Policy, Undelivered, post
from chassis.outgoing.addresses import Address, networks

HERE = networks("127.0.0.1/32")
NO_CONTENT = "HTTP/1.1 204 No Content\r\n\r\n"


def to(*addresses: str) -> Policy:
    """Whatever the name, it is at these addresses; only this machine's is allowed."""
    return Policy(HERE, lambda _host, _port: [ip_address(address) for address in addresses])


def saying(text: str) -> Callable[[socket.socket, bytes], None]:
    return lambda opened, _request: opened.sendall(text.encode())


def send(policy: Policy, port: int, **options: Any) -> Answer:
    scheme = "https" if "tls" in options else "http"
    return post(policy, f"{scheme}://hooks.example.org:{port}/in?a=b", b"{}", {"x-id": "1"}, **options)


def why(policy: Policy, port: int, **options: Any) -> str:
    with pytest.raises(Undelivered) as undelivered:
        send(policy, port, **options)
    return undelivered.value.reason


def test_the_request_arrives_as_it_was_given(receiver: Any) -> None:
    there = receiver(saying("HTTP/1.1 202 Accepted\r\nRetry-After: 5\r\nContent-Length: 2\r\n\r\nok"))
    told = send(to("127.0.0.1"), there.port)
    assert (told.status, told.headers["retry-after"], told.body) == (202, "5", b"ok")
    head, _, body = there.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /in?a=b HTTP/1.1\r\n")
    assert {b"Host: hooks.example.org:%d" % there.port, b"x-id: 1", b"Connection: close"} <= set(head.split(b"\r\n"))
    assert body == b"{}"


def test_a_name_that_changes_its_address_after_the_check_changes_nothing(receiver: Any) -> None:
    there = receiver(saying(NO_CONTENT))
    answers = [["8.8.8.8"], ["127.0.0.1"]]

    def rebinding(_host: str, _port: int) -> Sequence[Address]:
        return [ip_address(address) for address in answers.pop(0)]

    policy = Policy(resolve=rebinding)
    policy.check("https://hooks.example.org/")
    with pytest.raises(Undelivered) as undelivered:
        post(policy, f"https://hooks.example.org:{there.port}/", b"{}", {})
    assert undelivered.value.reason == "not_public"
    assert answers == [], "asked once at registration and once at delivery, never in between"
    assert there.visits == 0


def test_the_resolver_is_asked_once_and_the_socket_goes_to_what_it_said(
    receiver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = receiver(saying(NO_CONTENT))
    connected = []
    genuine = socket.create_connection

    def watched(address: tuple[str, int], *rest: Any) -> socket.socket:
        connected.append(address[0])
        return genuine(address, *rest)

    monkeypatch.setattr(socket, "create_connection", watched)
    assert send(to("127.0.0.1"), there.port).status == 204
    assert connected == ["127.0.0.1"], "never a name"


def test_whoever_answers_in_place_of_the_address_gets_not_a_byte(
    receiver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = receiver(saying(NO_CONTENT))
    genuine = socket.create_connection
    monkeypatch.setattr(socket, "create_connection", lambda address, *rest: genuine(("127.0.0.1", address[1]), *rest))
    policy = Policy(networks("127.0.0.0/8"), lambda _host, _port: [ip_address("127.0.0.2")])
    assert why(policy, there.port) == "not_public"
    assert there.requests == []


def test_the_next_address_is_tried_when_one_does_not_take_us(receiver: Any) -> None:
    there = receiver(saying(NO_CONTENT))
    policy = Policy(networks("127.0.0.0/8"), lambda _host, _port: [ip_address("127.0.0.2"), ip_address("127.0.0.1")])
    assert send(policy, there.port).status == 204


def test_a_redirect_is_an_answer(receiver: Any) -> None:
    there = receiver(saying("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"))
    assert send(to("127.0.0.1"), there.port).status == 302
    assert there.visits == 1


def test_a_huge_answer_is_read_only_at_its_beginning(receiver: Any) -> None:
    def pour(opened: socket.socket, _request: bytes) -> None:
        opened.sendall(b"HTTP/1.1 500 Oh\r\n\r\n")
        for _ in range(10_000):
            opened.sendall(b"x" * 65536)

    told = send(to("127.0.0.1"), receiver(pour).port)
    assert (told.status, len(told.body)) == (500, 4096)


def test_endless_headers_are_no_answer(receiver: Any) -> None:
    def pour(opened: socket.socket, _request: bytes) -> None:
        opened.sendall(b"HTTP/1.1 200 OK\r\n")
        for number in range(100_000):
            opened.sendall(b"x-%d: y\r\n" % number)

    assert why(to("127.0.0.1"), receiver(pour).port) == "protocol"


@pytest.mark.parametrize("drop", [b"", b"HTTP/1.1 200 OK\r\nx-a: b\r\n"])
def test_a_server_that_says_a_byte_now_and_then_holds_us_no_longer_than_our_patience(
    receiver: Any, drop: bytes
) -> None:
    def drip(opened: socket.socket, _request: bytes) -> None:
        opened.sendall(drop)
        while not there.over.wait(0.05):
            opened.sendall(b"x")

    there = receiver(drip)
    began = time.monotonic()
    assert why(to("127.0.0.1"), there.port, seconds=0.5) == "timeout"
    assert time.monotonic() - began < 2


def test_a_body_that_never_ends_takes_nothing_from_the_status(receiver: Any) -> None:
    def stall(opened: socket.socket, _request: bytes) -> None:
        opened.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        there.over.wait(10)

    there = receiver(stall)
    assert send(to("127.0.0.1"), there.port, seconds=0.5).status == 200


@pytest.mark.parametrize(
    ("said", "reason"), [("garbage\r\n\r\n", "protocol"), ("", "protocol"), ("HTTP/1.1 200 OK\r\nbad", "protocol")]
)
def test_what_is_no_http_is_no_answer(receiver: Any, said: str, reason: str) -> None:
    there = receiver(saying(said))
    if said.startswith("HTTP"):
        assert send(to("127.0.0.1"), there.port).status == 200, "a status was said"
    else:
        assert why(to("127.0.0.1"), there.port) == reason


def test_nobody_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert why(to("127.0.0.1"), free.getsockname()[1]) == "connection"


def test_the_certificate_must_be_the_hosts_and_trusted(receiver: Any, certified: Any) -> None:
    server, client = certified("hooks.example.org")
    there = receiver(saying(NO_CONTENT), server)
    assert send(to("127.0.0.1"), there.port, tls=client).status == 204
    assert why(to("127.0.0.1"), there.port, tls=ssl.create_default_context()) == "tls"
    other, its_client = certified("other.example.org")
    assert why(to("127.0.0.1"), receiver(saying(NO_CONTENT), other).port, tls=its_client) == "tls"
    assert len(there.requests) == 1


def test_a_server_that_never_shakes_hands_is_left(receiver: Any, certified: Any) -> None:
    there = receiver(saying(NO_CONTENT))
    _, client = certified("hooks.example.org")
    assert why(to("127.0.0.1"), there.port, tls=client, seconds=0.3) in ("timeout", "tls", "connection")
