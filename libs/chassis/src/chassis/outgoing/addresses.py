"""Which addresses are the open internet's. What is not known to be is not.

Sources: the IANA special-purpose address registries (RFC 6890), IPv6 global unicast 2000::/3 (RFC 4291), IPv4 inside
IPv6: mapped (RFC 4291), NAT64 (RFC 6052); 6to4 and Teredo are retired (RFC 7526) and refused whole.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_NEVER: tuple[Network, ...] = (
    IPv4Network("192.0.0.0/24"),  # protocol assignments; a cloud's metadata among them (192.0.0.192)
    IPv4Network("192.88.99.0/24"),  # relays of 6to4
    IPv4Network("168.63.129.16/32"),  # a cloud's own server for its guests, at a public address
    IPv6Network("2001::/23"),  # protocol assignments, Teredo among them
    IPv6Network("2002::/16"),  # 6to4: an IPv4 address inside, reached by a relay
    IPv6Network("3fff::/20"),  # documentation
)


def is_public(address: Address) -> bool:
    """Whether the open internet is at this address, and nothing of ours or our neighbours'."""
    inside = _embedded(address)
    if inside is not None:
        return is_public(inside)
    if isinstance(address, IPv6Address) and (address not in _GLOBAL_UNICAST or address.scope_id):
        return False
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    return not within(address, _NEVER)


def within(address: Address, networks: Iterable[Network]) -> bool:
    """Whether the address, or the IPv4 address it stands for, is in one of the networks."""
    meant = _embedded(address) or address
    return any(meant.version == network.version and meant in network for network in networks)


def networks(text: str) -> tuple[Network, ...]:
    """Networks separated by commas, as in ``10.1.2.0/24,fd00::/8``. Raises ValueError."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def _embedded(address: Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address is another way to write."""
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None
