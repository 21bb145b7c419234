"""One POST to a stranger: to the address that was checked, under one deadline, reading no more than a little.

The socket is connected to an address, not to a name, so that a name which changes in between (DNS rebinding) changes
nothing; its other end is looked at once more before a byte is sent. No redirect is followed, no proxy asked, no
connection kept; TLS is verified for the host's name.
"""

import http.client
import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address

from chassis.outgoing.addresses import Address
from chassis.outgoing.destination import Destination, Refused
from chassis.outgoing.policy import Policy, Unresolved
from chassis.outgoing.wire import Deadline, Wire

SECONDS = 15.0
CONNECT_SECONDS = 5.0
BODY_LIMIT = 4096
"""Bytes of an answer that are read; the rest is left unread and the connection closed."""


class Undelivered(Exception):
    """No answer came. ``reason`` is a code: name_unknown, not_public, not_https, port, connection, tls, timeout, …"""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Answer:
    """What was answered: the beginning of the body, as bytes, and headers by their names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def post(
    policy: Policy,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    seconds: float = SECONDS,
    tls: ssl.SSLContext | None = None,
) -> Answer:
    """Send ``body``. It takes at most ``seconds``, beside what the resolver allows itself. Raises Undelivered."""
    deadline = Deadline(seconds)
    try:
        destination = Destination.read(url)
        with _opened(destination, policy.addresses(destination), deadline, tls) as opened:
            return _exchange(Wire(opened, deadline), destination, body, headers)
    except Refused as refused:
        raise Undelivered(refused.reason) from None
    except Unresolved:
        raise Undelivered("name_unknown") from None
    except TimeoutError:
        raise Undelivered("timeout") from None
    except ssl.SSLError:
        raise Undelivered("tls") from None
    except http.client.HTTPException:
        raise Undelivered("protocol") from None
    except (OSError, ValueError):
        raise Undelivered("connection") from None


def _exchange(wire: Wire, destination: Destination, body: bytes, headers: Mapping[str, str]) -> Answer:
    connection = http.client.HTTPConnection(destination.host, destination.port)
    connection.sock = wire
    said = {"Host": destination.authority, "Connection": "close", "Accept-Encoding": "identity", **headers}
    connection.request("POST", destination.path, body, said)
    with connection.getresponse() as answer:
        told = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, told, _beginning(answer))


def _beginning(answer: http.client.HTTPResponse) -> bytes:
    """Once there is a status the answer counts, whatever comes of its body."""
    try:
        return answer.read(BODY_LIMIT)
    except (OSError, http.client.HTTPException):
        return b""


def _opened(
    destination: Destination, addresses: Sequence[Address], deadline: Deadline, tls: ssl.SSLContext | None
) -> socket.socket:
    plain = _connected(addresses, destination.port, deadline)
    if destination.scheme != "https":
        return plain
    try:
        plain.settimeout(deadline.left)
        return (tls or _public_authorities()).wrap_socket(plain, server_hostname=destination.host)
    except BaseException:
        plain.close()
        raise


def _connected(addresses: Sequence[Address], port: int, deadline: Deadline) -> socket.socket:
    """A socket to the first of the addresses that takes us, and to no other."""
    trouble: OSError = OSError("no address")
    for address in addresses:
        try:
            found = socket.create_connection((str(address), port), min(CONNECT_SECONDS, deadline.left))
        except OSError as error:
            trouble = error
            continue
        if ip_address(found.getpeername()[0]) != address:
            found.close()
            raise Refused("not_public", "Somebody else answered.")
        return found
    raise trouble


@cache
def _public_authorities() -> ssl.SSLContext:
    """What the machine trusts (SSL_CERT_FILE adds to it); TLS 1.2 at least."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
