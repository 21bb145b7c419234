"""The whole system as ``docker compose up`` runs it, without an engine: same words as `world.system.System`."""

import os
import subprocess
from collections.abc import Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import requests

from world.compose import Engine, read
from world.compose.network import Network
from world.compose.reader import dotenv, networks
from world.system import ROOT

FILE = ROOT / "docker-compose.yml"
START_SECONDS = 180
HTTPS_PORT = 8443
_TRUSTED = "REQUESTS_CA_BUNDLE"
PUBLIC = "public"
"""The network from which a published port is reached: the others are internal."""
OUTSIDE = "outside"
"""The network by which those who pay, mail and call organizations' servers reach the world."""


class Production:
    """``replicas`` is how many of a service there are; ``settings`` are variables of ``.env``."""

    door = "edge"
    """Whose log tells of every request that comes in."""

    def __init__(self, home: Path, replicas: Mapping[str, int] | None = None, **settings: str) -> None:
        self.home = home
        self.mail = home / "kept" / "mail"
        self.network = Network(networks(FILE))
        address = self.network.address("edge-1", PUBLIC)
        self.url = f"https://{address}:{HTTPS_PORT}"
        self.secrets = self._secrets()
        self._trusted_before = os.environ.get(_TRUSTED)
        told = {"PUBLIC_URL": self.url, "HTTPS_PORT": str(HTTPS_PORT), "PAYMENT_SANDBOX": "true", **settings}
        self.engine = Engine(read(FILE, {**self.secrets, **told}), self.network, home, replicas or {})
        self.network.visit(PUBLIC)
        self.neighbour = self.network.visit(OUTSIDE)

    def start(self) -> None:
        """Start everything and wait until all is healthy."""
        try:
            self.engine.up(START_SECONDS)
            self._certify()
            self.trust()
        except BaseException:
            self.engine.cut()
            self.stop()
            raise

    @property
    def certificate(self) -> Path:
        """What its clients trust."""
        return self.home / "volumes" / "certificate" / "tls.crt"

    def stop(self) -> int:
        """Stop as ``docker compose down`` does; 0 when nobody had to be killed."""
        os.environ.pop(_TRUSTED, None)
        if self._trusted_before:
            os.environ[_TRUSTED] = self._trusted_before
        return len(self.engine.down())

    def kill_all(self) -> None:
        """kill -9 of everything at once, as a power cut would; nothing starts again before ``start``."""
        self.engine.cut()

    def kill(self, name: str) -> None:
        """kill -9 of a service's processes, webs and workers; they are started again."""
        self.engine.kill(each.name for part in (name, f"{name}-worker") for each in self.engine.of(part))

    def processes(self) -> dict[str, Any]:
        """Container to the process id of its first process."""
        return {name: {"pid": each.pid} for name, each in self.engine.containers.items() if each.pid}

    def command(self, service: str, *arguments: str, said: str) -> None:
        """Run a service's own command where it runs, telling it what it asks for; it must end well."""
        command = self.engine.of(service)[0].inside(["python", "-m", service, *arguments])
        assert command is not None, f"{service} is not running"
        subprocess.run(command, input=said.encode(), check=True, timeout=120)

    def mails(self, to: str) -> list[EmailMessage]:
        """The mails to an address, oldest first."""
        letters = [path.read_bytes() for path in sorted(self.mail.glob("*.eml"))]
        mails = [message_from_bytes(letter, policy=policy.default) for letter in letters]
        return [mail for mail in mails if to in str(mail["To"])]

    def logs(self) -> str:
        """Everything the containers have logged."""
        return "\n".join(self.log(name) for name in self.engine.containers)

    def log(self, container: str) -> str:
        """What one container has logged."""
        path = self.engine.containers[container].log
        return path.read_text(errors="replace") if path.exists() else ""

    def ask(self, container: str, path: str) -> requests.Response:
        """A GET of a container's own port from inside it, as its health check or a scraper beside it would."""
        return self.engine.inside(container, lambda: requests.get(f"http://127.0.0.1:8080{path}", timeout=30))

    def trust(self) -> None:
        """Believe its certificate from here on, as do those whom this process starts, the demonstration for one."""
        os.environ[_TRUSTED] = str(self._authorities)

    @property
    def _authorities(self) -> Path:
        return self.home / "trusted.pem"

    def _certify(self) -> None:
        """The certificate is its own authority, beside those believed before."""
        others = Path(self._trusted_before).read_text() if self._trusted_before else ""
        self._authorities.write_text(others + self.certificate.read_text())

    def _secrets(self) -> dict[str, str]:
        file = self.home / ".env"
        self.home.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            subprocess.run([str(ROOT / "deploy" / "compose" / "make-env"), str(file)], check=True, capture_output=True)
        return dotenv(file.read_text())
