"""Containers' networks: a bridge for each network of the file, a network namespace for each container.

The bridges stand in a namespace of their own, where no packet filter of this machine meddles; this machine is a guest
on them. Names carry the process id of who made them, so that a later run removes what a killed one has left.
"""

import ctypes
import itertools
import json
import os
import random
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv4Network, ip_network
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

_RANGE = list(ip_network("198.18.0.0/15").subnets(new_prefix=24))
"""Reserved for tests of networks (RFC 2544): nothing real lives there."""

_OURS = re.compile(r"ufa(\d+)n\d+-\w+")
_COUNTER = itertools.count()
_NEW_NETWORK = 0x40000000  # CLONE_NEWNET


class Network:
    """The networks of one engine."""

    def __init__(self, names: Iterable[str]) -> None:
        remove_leftovers()
        self.prefix = f"ufa{os.getpid()}n{next(_COUNTER)}"
        self._switch = f"{self.prefix}-net"
        self._namespaces = [self._switch]
        self._hosts: dict[str, Iterator[IPv4Address]] = {}
        self._addresses: dict[tuple[str, str], IPv4Address] = {}
        self._subnets = dict(zip(names, _free(), strict=False))
        _ip(f"netns add {self._switch}")
        for number, (name, subnet) in enumerate(self._subnets.items()):
            self._hosts[name] = subnet.hosts()
            next(self._hosts[name])  # this machine's
            _ip(f"-n {self._switch} link add bridge{number} type bridge")
            _ip(f"-n {self._switch} link set bridge{number} up")

    def __getstate__(self) -> dict[str, object]:
        """For another process, which may go inside; nobody joins from there."""
        return {**self.__dict__, "_hosts": {}}

    def join(self, container: str, networks: Iterable[str]) -> dict[str, IPv4Address]:
        """Make a container's namespace; gives its address in each network."""
        space = self.namespace(container)
        _ip(f"netns add {space}")
        self._namespaces.append(space)
        _ip(f"-n {space} link set lo up")
        unprivileged = "/proc/sys/net/ipv4/ip_unprivileged_port_start"
        self._inside(space, lambda: Path(unprivileged).write_text("0"))  # as Docker sets it
        for number, name in enumerate(networks):
            self._plug(space, number, name, self.address(container, name))
        return {name: self.address(container, name) for name in networks}

    def address(self, container: str, network: str) -> IPv4Address:
        """Where a container is, or will be, in a network."""
        if (container, network) not in self._addresses:
            self._addresses[container, network] = next(self._hosts[network])
        return self._addresses[container, network]

    def visit(self, network: str) -> str:
        """Let this machine into a network, as Docker lets it into all; gives its address there."""
        number, subnet = list(self._subnets).index(network), self._subnets[network]
        ours = f"{self.prefix}h{number}"
        _ip(f"link add {ours} type veth peer name host{number} netns {self._switch}")
        _ip(f"-n {self._switch} link set host{number} master bridge{number} up")
        address = next(subnet.hosts())
        _ip(f"addr add {address}/{subnet.prefixlen} dev {ours}")
        _ip(f"link set {ours} up")
        return str(address)

    def namespace(self, container: str) -> str:
        """The name of a container's namespace."""
        return f"{self.prefix}-{container.replace('-', '_')}"

    def inside(self, container: str, act: Callable[[], T]) -> T:
        """What ``act`` gives when its sockets are the container's."""
        return self._inside(self.namespace(container), act)

    def remove(self) -> None:
        """Take everything away again; whoever still runs in it is cut off."""
        for space in self._namespaces:
            _ip(f"netns delete {space}", check=False)

    def _plug(self, space: str, number: int, name: str, address: IPv4Address) -> None:
        subnet = self._subnets[name]
        bridge, port = list(self._subnets).index(name), f"p{int(address) & 0xFFFFFF:x}"
        _ip(f"-n {self._switch} link add {port} type veth peer name eth{number} netns {space}")
        _ip(f"-n {self._switch} link set {port} master bridge{bridge} up")
        _ip(f"-n {space} addr add {address}/{subnet.prefixlen} dev eth{number}")
        _ip(f"-n {space} link set eth{number} up")

    @staticmethod
    def _inside(space: str, act: Callable[[], T]) -> T:
        """A thread of its own, because a thread is what belongs to a network namespace."""

        def entered() -> T:
            with open(f"/run/netns/{space}", "rb") as file:
                if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), _NEW_NETWORK) != 0:
                    raise OSError(ctypes.get_errno(), f"cannot enter {space}")
            return act()

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(entered).result()


def remove_leftovers() -> None:
    """Remove the namespaces of runs that are no more."""
    for line in _ip("netns list").splitlines():
        found = _OURS.match(line)
        if found and not Path("/proc", found[1]).exists():
            _ip(f"netns delete {found[0]}", check=False)


def _free() -> Iterator[IPv4Network]:
    """Subnets this machine has no address in, in an order of chance."""
    taken = {info["local"] for link in json.loads(_ip("-j -4 addr")) for info in link["addr_info"]}
    return (each for each in random.sample(_RANGE, len(_RANGE)) if str(next(each.hosts())) not in taken)


def _ip(arguments: str, *, check: bool = True) -> str:
    outcome = subprocess.run(["ip", *arguments.split()], capture_output=True, text=True, check=False)
    if check and outcome.returncode:
        raise OSError(f"ip {arguments}: {outcome.stderr.strip()}")
    return outcome.stdout
