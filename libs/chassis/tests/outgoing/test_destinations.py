"""Where a stranger's address may lead: the open internet, and what the operator has named."""

from collections.abc import Sequence
from ipaddress import ip_address

import pytest

from chassis.outgoing import Destination, Policy, Refused, Unresolved
from chassis.outgoing.addresses import Address, is_public, networks

OPEN = ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]
CLOSED = [
    "127.0.0.1", "127.255.0.1", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",  # private and our own
    "0.0.0.1", "100.64.0.1", "169.254.169.254", "192.0.0.192", "168.63.129.16", "100.100.100.200",  # clouds' metadata
    "198.18.0.1", "192.0.2.1", "203.0.113.9", "192.88.99.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1",
    "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1", "3fff::1", "5f00::1", "100::1",
]  # fmt: skip
DISGUISED = [
    "https://2130706433/", "https://0x7f000001/", "https://0x7f.1/", "https://127.1/", "https://0177.0.0.1/",
    "https://127.0.0.1.0x0/", "https://1.2.3.04/", "https://[::1/", "https://[127.0.0.1]/", "https://[fe80::1%25eth0]/",
]  # fmt: skip
MALFORMED = [
    "", "example.org", "//example.org", "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/",
    "https://", "https:///path", "https://user:secret@example.org/", "https://user@example.org/", "https://@example.org/",
    "https://example.org:0/", "https://example.org:65536/", "https://example.org:port/", "https://exämple.org/",
    "https://①②⑦.0.0.1/", "https://example.org/a b", "https://example.org\\@127.0.0.1/", "https://example.org/#part",
    "https://ex..ample.org/", "https://-example.org/", "https://example.org/\r\nHost: other", "https://%31%32%37.0.0.1/",
]  # fmt: skip


def answering(*addresses: str) -> Policy:
    found = [ip_address(address) for address in addresses]
    return Policy(resolve=lambda _host, _port: found)


def nowhere(_host: str, _port: int) -> Sequence[Address]:
    raise Unresolved


@pytest.mark.parametrize("address", OPEN)
def test_the_open_internet_is_reached(address: str) -> None:
    assert is_public(ip_address(address))
    answering(address).check("https://example.org/hook")


@pytest.mark.parametrize("address", CLOSED)
def test_what_is_ours_or_our_neighbours_is_refused_by_name_and_by_number(address: str) -> None:
    assert not is_public(ip_address(address))
    with pytest.raises(Refused, match="public internet"):
        answering(address).check("https://example.org/hook")
    with pytest.raises(Refused):
        Policy().check(f"https://[{address}]/" if ":" in address else f"https://{address}/")


@pytest.mark.parametrize("url", DISGUISED + MALFORMED)
def test_an_address_that_can_be_read_in_two_ways_is_read_in_none(url: str) -> None:
    with pytest.raises(Refused) as refused:
        answering("8.8.8.8").check(url)
    assert refused.value.reason == "malformed"


def test_one_private_address_among_public_ones_refuses_the_name() -> None:
    with pytest.raises(Refused):
        answering("8.8.8.8", "10.0.0.1").check("https://example.org/")


@pytest.mark.parametrize("host", ["localhost", "postgres", "rabbitmq", "metadata"])
def test_neighbours_by_name_are_refused_without_telling_whether_there_are_any(host: str) -> None:
    with pytest.raises(Refused, match="public internet"):
        Policy(resolve=nowhere).check(f"https://{host}/")


def test_a_name_without_an_address_now_may_have_one_later() -> None:
    Policy(resolve=nowhere).check("https://hooks.example.org/")
    with pytest.raises(Refused, match="https"):
        Policy(resolve=nowhere).check("http://hooks.example.org/")


@pytest.mark.parametrize(("url", "reason"), [("http://e.org/", "not_https"), ("https://e.org:6379/", "port")])
def test_the_open_internet_is_spoken_to_by_https_on_its_ports(url: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        answering("8.8.8.8").check(url)
    assert refused.value.reason == reason
    answering("8.8.8.8").check("https://e.org:8443/")


def test_a_network_the_operator_named_is_reached_on_any_port_and_no_other_is() -> None:
    def at(address: str) -> Policy:
        return Policy(networks("10.1.2.0/24, 127.0.0.1/32"), lambda _host, _port: [ip_address(address)])

    for address in ("10.1.2.9", "127.0.0.1", "::ffff:10.1.2.9"):
        at(address).check("http://lms:8080/hook")
    for address in ("10.1.3.1", "127.0.0.2", "::1", "169.254.169.254"):
        with pytest.raises(Refused):
            at(address).check("https://lms.example.org/hook")


def test_a_destination_says_what_the_host_header_says() -> None:
    read = Destination.read("https://Hooks.Example.ORG.:8443/a?b=c")
    assert (read.host, read.port, read.path, read.authority) == (
        "hooks.example.org",
        8443,
        "/a?b=c",
        "hooks.example.org:8443",
    )
    assert Destination.read("https://example.org").path == "/"
    assert Destination.read("https://[2606:4700::1111]/").authority == "[2606:4700::1111]"
