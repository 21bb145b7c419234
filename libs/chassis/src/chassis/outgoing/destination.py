"""Reading a URL that a stranger gave, so that nobody after us can read another host in it."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Self
from urllib.parse import SplitResult, urlsplit

from chassis.outgoing.addresses import Address

_DEFAULT_PORTS = {"https": 443, "http": 80}
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_PRINTABLE = re.compile(r"[\x21-\x7e]+")


class Refused(Exception):
    """We do not go there. ``reason`` is a code, the text says why in words fit for who gave the URL."""

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)


@dataclass(frozen=True)
class Destination:
    """Where a URL leads: ``host`` in lower case without brackets, ``path`` with its query."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def read(cls, url: str) -> Self:
        """The destination of a URL. Raises Refused for what is none, or could be read in more than one way."""
        if not _PRINTABLE.fullmatch(url) or "\\" in url:
            raise Refused("malformed", "Give an address in ASCII, without spaces or backslashes.")
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise Refused("malformed", "This is no address.") from None
        if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
            raise Refused("malformed", "Give an address that begins with https://.")
        _check_rest(parts)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        host = parts.hostname.lower().removesuffix(".")
        found = cls(parts.scheme, host, _DEFAULT_PORTS[parts.scheme] if port is None else port, path)
        found.check_host(bracketed="[" in parts.netloc)
        return found

    @property
    def literal(self) -> Address | None:
        """The address, where the host is one and no name."""
        try:
            return ip_address(self.host)
        except ValueError:
            return None

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    def check_host(self, *, bracketed: bool) -> None:
        """Refuse hosts that are numbers in disguise (2130706433, 0x7f.1, 127.1, 0177.0.0.1)."""
        if not 0 < self.port < 65536:
            raise Refused("malformed", "This is no port.")
        if self.literal is not None:
            if (":" in self.host) != bracketed or "%" in self.host:
                raise Refused("malformed", "This is no host.")
            return
        labels = self.host.split(".")
        if bracketed or len(self.host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
            raise Refused("malformed", "This is no host.")
        # What ends in a number is read as an address by some and as a name by others (WHATWG URL, "ends in a number").
        if labels[-1].isdigit() or re.fullmatch(r"0x[0-9a-f]*", labels[-1]):
            raise Refused("malformed", "Write the address as four decimal numbers.")


def _check_rest(parts: SplitResult) -> None:
    if "@" in parts.netloc:
        raise Refused("malformed", "Leave user and password out of the address.")
    if parts.fragment:
        raise Refused("malformed", "Leave out what follows the #.")
