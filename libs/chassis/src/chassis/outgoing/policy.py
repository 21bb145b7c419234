"""Where a request may go: the open internet by https, and networks that the operator has named."""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address

from chassis.outgoing.addresses import Address, Network, is_public, within
from chassis.outgoing.destination import Destination, Refused

PORTS = frozenset({443, 8443})
"""Where https is spoken in the open internet; a network the operator named may use any."""

_NOT_PUBLIC = "This host is not in the public internet."

Resolve = Callable[[str, int], Sequence[Address]]


class Unresolved(Exception):
    """The name has no address now; it may have one later."""


def system_resolve(host: str, port: int) -> Sequence[Address]:
    """What this machine's resolver says. Raises Unresolved."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unresolved(host) from None
    return list(dict.fromkeys(ip_address(str(info[4][0])) for info in found))


@dataclass(frozen=True)
class Policy:
    """``allowed`` are networks that may be reached although they are private, on any port, by http, too."""

    allowed: tuple[Network, ...] = ()
    resolve: Resolve = field(default=system_resolve, repr=False)

    def addresses(self, destination: Destination) -> Sequence[Address]:
        """Where the host is, all of it allowed. Raises Refused and Unresolved.

        One forbidden address among good ones refuses the name: it would be a matter of luck which is taken.
        """
        literal = destination.literal
        if literal is None and "." not in destination.host and not self.allowed:
            raise Refused("not_public", _NOT_PUBLIC)  # a neighbour's name; nobody is told whether there is such a one
        found = [literal] if literal is not None else self.resolve(destination.host, destination.port)
        if not found:
            raise Unresolved(destination.host)
        for address in found:
            self._check(destination, address)
        return found

    def check(self, url: str) -> None:
        """Refuse what we would not go to now. A name without an address is let pass: it is asked again at each visit.

        Raises Refused.
        """
        destination = Destination.read(url)
        try:
            self.addresses(destination)
        except Unresolved:
            self._check_manner(destination)

    def _check(self, destination: Destination, address: Address) -> None:
        if within(address, self.allowed):
            return
        if not is_public(address):
            raise Refused("not_public", _NOT_PUBLIC)
        self._check_manner(destination)

    @staticmethod
    def _check_manner(destination: Destination) -> None:
        if destination.scheme != "https":
            raise Refused("not_https", "Give an https address.")
        if destination.port not in PORTS:
            raise Refused("port", f"Use one of the ports {', '.join(map(str, sorted(PORTS)))}.")
