"""The whole system on a page: every process of `make up`, its command and what its environment tells it."""

import os
import sys
from dataclasses import dataclass

from local import ports
from local.home import Home
from local.keys import Keys
from local.names import SERVICES
from local.postgres import Server
from local.process import Process


@dataclass(frozen=True)
class System:
    """One installation: where it lives, its secrets, its database server and the ports of its processes."""

    home: Home
    keys: Keys
    server: Server
    ports: dict[str, int]

    def processes(self) -> list[Process]:
        """Everything that runs beside PostgreSQL."""
        return [self.renderer(), *(self.service(name) for name in SERVICES), self.gateway()]

    def renderer(self) -> Process:
        return self._process("renderer", "chassis.render", ready="/healthz")

    def service(self, name: str) -> Process:
        return self._process(name, name, "web", "--with-worker", environment=self.service_environment(name))

    def gateway(self) -> Process:
        private = {"CLIENT_SECRET": self.keys.clients["gateway"], "HOST": ports.public_host()}
        return self._process("gateway", "gateway", "web", environment=private, is_edge=True)

    def migration(self, name: str) -> Process:
        """A process that brings one service's database to the newest revision and ends."""
        return self.command(name, "migrate")

    def command(self, name: str, *arguments: str) -> Process:
        """A process that runs one of a service's own commands and ends; it may act as the owner role."""
        private = {**self.service_environment(name), "DATABASE_OWNER_URL": self._database(name, "owner")}
        return self._process(name, name, *arguments, environment=private)

    def service_environment(self, name: str) -> dict[str, str]:
        """What only this service is told."""
        private = {
            "DATABASE_URL": self._database(name, "app"),
            "CLIENT_SECRET": self.keys.clients[name],
            "EVENTS_SECRET": self.keys.events,
        }
        if name == "identity":
            private["SIGNING_KEYS_DIR"] = str(self.keys.signing)
            private["CLIENT_SECRETS"] = ",".join(f"{who}:{secret}" for who, secret in self.keys.clients.items())
        if name == "notifications":
            private["MAIL_DIR"] = str(self.home.mail)
        return private

    def _process(
        self,
        name: str,
        module: str,
        *arguments: str,
        environment: dict[str, str] | None = None,
        ready: str = "/readyz",
        is_edge: bool = False,
    ) -> Process:
        port = self.ports[name]
        return Process(
            name=name,
            command=(sys.executable, "-m", module, *arguments),
            environment={**self._shared(), "HOST": "127.0.0.1", "PORT": str(port), **(environment or {})},
            port=port,
            ready=ready,
            is_edge=is_edge,
        )

    def _shared(self) -> dict[str, str]:
        urls = {f"{name.upper()}_URL": f"http://127.0.0.1:{port}" for name, port in self.ports.items()}
        defaults = {
            "UFADHILI_ENV": "local",
            "PUBLIC_URL": f"http://localhost:{self.ports['gateway']}",
            "EVENTS_TRANSPORT": "http",
            # One arena instead of one per thread: a third less memory in processes with a dozen threads.
            "MALLOC_ARENA_MAX": "1",
            "PYTHONUNBUFFERED": "1",
        }
        if sys.platform == "darwin":
            # Where Homebrew keeps Pango, which WeasyPrint would not find by itself.
            defaults["DYLD_FALLBACK_LIBRARY_PATH"] = "/opt/homebrew/lib:/usr/local/lib:/usr/lib"
        return {**defaults, **os.environ, **urls}

    def _database(self, name: str, role: str) -> str:
        return self.server.url(name, f"{name}_{role}", self.keys.databases[name][role])


def choose_ports(public: int) -> dict[str, int]:
    """A port for every process; the gateway has the public one."""
    names = ("renderer", *SERVICES)
    return {**dict(zip(names, ports.pick(len(names), public), strict=True)), "gateway": public}
