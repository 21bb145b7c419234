"""What a measurement runs: services that only answer, the gateway, and one nginx with two ports."""

import json
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

import requests
from bench.edge import upstream

from chassis.ids import new_id
from chassis.settings import SERVICE_NAMES
from chassis.testing import JWKS, token
from gateway.edge.render import Edge, render

PATIENCE_SECONDS = 20.0
LIMIT = "1000000000/minute"
KEYS = json.dumps(JWKS)


class Parts:
    """Starts everything on entering, stops it on leaving. ``slow`` is what billing takes to answer, in seconds."""

    def __init__(self, folder: Path, slow: float) -> None:
        self._folder = folder
        self._slow = slow
        self._ports = dict(zip(("edge", "bare", "gateway", "fast", "slow", "caddy"), _free_ports(6), strict=True))
        self._processes: list[subprocess.Popen[bytes]] = []
        self.token = token(sub=str(new_id()), org=str(new_id()), sid=str(new_id()), exp=int(time.time()) + 3600)
        self.edge, self.bare = (f"http://127.0.0.1:{self._ports[name]}" for name in ("edge", "bare"))

    def __enter__(self) -> Self:
        urls = dict.fromkeys(SERVICE_NAMES, self._url("fast")) | {"billing": self._url("slow")}
        for name, seconds in (("fast", 0.0), ("slow", self._slow)):
            self._start([sys.executable, "-m", upstream.__name__, str(self._ports[name]), str(seconds), KEYS], {})
        addresses = {f"{name.upper()}_URL": url for name, url in urls.items()}
        settings = {"CLIENT_SECRET": "bench", "PORT": str(self._ports["gateway"]), "ORGANIZATION_LIMIT": LIMIT}
        self._gateway = self._start([sys.executable, "-m", "gateway", "authorize"], addresses | settings)
        self._nginx = self._start([nginx(), "-c", str(self._configuration(urls))], {})
        self._caddy = self._peer()
        try:
            self._wait()
        except BaseException:  # whatever it was, Ctrl-C too: nothing that was started stays
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._processes):
            process.terminate()
        for process in self._processes:
            process.wait(PATIENCE_SECONDS)

    @property
    def nginx_alone(self) -> list[int]:
        """nginx's processes."""
        children = Path(f"/proc/{self._nginx.pid}/task/{self._nginx.pid}/children").read_text()
        return [self._nginx.pid, *map(int, children.split())]

    @property
    def all_of_the_edge(self) -> list[int]:
        """nginx's processes and the gateway's."""
        return [*self.nginx_alone, self._gateway.pid]

    @property
    def peers(self) -> dict[str, tuple[str, list[int]]]:
        """Gateways one might take instead, of those that are installed: their addresses and processes."""
        return {"caddy": (self._url("caddy"), [self._caddy.pid])} if self._caddy else {}

    def _peer(self) -> subprocess.Popen[bytes] | None:
        """Caddy, forwarding and checking nothing; told to make no certificates, and to have none trusted."""
        caddy = shutil.which("caddy")
        if caddy is None:
            return None
        path = self._folder / "Caddyfile"
        path.write_text(CADDY.format(listen=self._url("caddy"), upstream=self._url("fast")))
        home = {"HOME": str(self._folder), "XDG_DATA_HOME": str(self._folder), "XDG_CONFIG_HOME": str(self._folder)}
        return self._start([caddy, "run", "--config", str(path), "--adapter", "caddyfile"], home)

    def _url(self, name: str) -> str:
        return f"http://127.0.0.1:{self._ports[name]}"

    def _start(self, command: list[str], settings: dict[str, str]) -> subprocess.Popen[bytes]:
        with (self._folder / f"{len(self._processes)}.log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - our own processes
                command, env={**os.environ, **settings}, stdout=log, stderr=log
            )
        self._processes.append(process)
        return process

    def _configuration(self, urls: dict[str, str]) -> Path:
        upstreams = {name: url.removeprefix("http://") for name, url in urls.items()}
        text = render(
            Edge(
                upstreams=upstreams | {"gateway": f"127.0.0.1:{self._ports['gateway']}"},
                public_url=self.edge,
                max_body_bytes=8 * 1024 * 1024,
                http=f"127.0.0.1:{self._ports['edge']}",
                plain=True,
                folder=str(self._folder),
                log=str(self._folder / "access.log"),
            )
        )
        path = self._folder / "nginx.conf"
        path.write_text(text.rstrip().removesuffix("}") + BARE.format(port=self._ports["bare"]) + "}\n")
        return path

    def _logs(self) -> str:
        return "\n".join(path.read_text()[-1000:] for path in sorted(self._folder.glob("*.log")))

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        headers = {"Authorization": f"Bearer {self.token}"}
        while True:
            try:
                if requests.get(f"{self.edge}/api/v1/programs/cohorts/", headers=headers, timeout=1).ok:
                    return
            except requests.RequestException:
                pass
            assert time.monotonic() < deadline, f"the edge never answered: {self._logs()}"
            time.sleep(0.05)  # other processes start; there is nothing to be woken by


BARE = """
    server {{
        listen 127.0.0.1:{port};
        access_log off;
        location / {{
            proxy_pass http://programs;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
        }}
    }}
"""


CADDY = """
{{
    admin off
    auto_https off
    skip_install_trust
}}
{listen} {{
    reverse_proxy {upstream}
}}
"""


def nginx() -> str:
    """Where nginx is."""
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    assert found, "nginx is not here (Debian: apt-get install nginx)"
    return found


def versions() -> dict[str, Any]:
    """Of everything that was measured."""
    told = _output([nginx(), "-v"])
    found = re.search(r"nginx/(\S+)", told)
    load = "wrk" if shutil.which("wrk") else "http.client"
    caddy = shutil.which("caddy")
    return {
        "caddy": _output([caddy, "version"]).split()[0] if caddy else "not installed",
        "nginx": found[1] if found else told,
        "granian": version("granian"),
        "python": platform.python_version(),
        "load": load,
    }


def _output(command: list[str]) -> str:
    ended = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return ended.stdout + ended.stderr


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
