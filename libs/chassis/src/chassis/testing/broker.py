"""A private RabbitMQ node for tests: its own name, ports, folder, user and port mapper; nobody else's is touched.

``with Broker(folder) as broker: … broker.url …``; ``kill`` and ``restart`` keep what it stored. It needs
rabbitmq-server on the machine (Debian: ``apt-get install rabbitmq-server``), neither root nor a running service.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

USER = "ufadhili"
PASSWORD = "only-for-tests"  # noqa: S105 - of a broker that lives as long as a test run

# Debian's wrapper in /usr/sbin insists on the user rabbitmq and its folders; the script behind it does not.
_FOLDERS = ("/usr/lib/rabbitmq/bin", *os.environ.get("PATH", "").split(os.pathsep), "/usr/sbin", "/opt/homebrew/sbin")
_READY = b"Server startup complete"
_PATIENCE = 90.0


class NotInstalled(Exception):
    """This machine has no rabbitmq-server."""


class NotStarted(Exception):
    """The node ended, or was not ready in time. The message ends with its last lines."""


def find() -> str | None:
    """Where rabbitmq-server is, if it is installed."""
    return shutil.which("rabbitmq-server", path=os.pathsep.join(_FOLDERS))


class Broker:
    """One node. ``prefix`` goes before its commands, to run it in a network namespace, say."""

    def __init__(
        self,
        folder: Path,
        *,
        host: str = "127.0.0.1",
        port: int | None = None,
        user: str = USER,
        password: str = PASSWORD,
        vhost: str = "/",
        prefix: Sequence[str] = (),
    ) -> None:
        self.folder = folder
        self.host = host
        self.port = port or _free_port()
        self.log = folder / "rabbitmq.log"
        self._user, self._password, self._vhost = user, password, vhost
        self._prefix = tuple(prefix)
        self._mapper_port, self._node_port = _free_port(), _free_port()
        self._processes: list[subprocess.Popen[bytes]] = []

    @property
    def url(self) -> str:
        """Where it answers, with its user and password."""
        host = "127.0.0.1" if self.host == "0.0.0.0" else self.host  # noqa: S104 - a comparison
        who = f"{quote(self._user, safe='')}:{quote(self._password, safe='')}"
        return f"amqp://{who}@{host}:{self.port}/{quote(self._vhost, safe='')}"

    def __enter__(self) -> "Broker":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Start it and return when it is ready. Raises ``NotInstalled`` or ``NotStarted``."""
        server = find()
        if server is None:
            raise NotInstalled("rabbitmq-server is not installed")
        self.kill()
        self._write_configuration()
        mapper = ("epmd", "-port", str(self._mapper_port), "-address", "127.0.0.1", "-relaxed_command_check")
        self.log.write_bytes(b"")
        self._processes = [self._run(*mapper), self._run(server)]
        self._await_ready()

    def stop(self) -> None:
        """End it as an operator would: it writes down what it holds."""
        if self._processes:
            self._processes[-1].send_signal(signal.SIGTERM)
            self._processes[-1].wait(_PATIENCE)
        self.kill()

    def kill(self) -> None:
        """End it as a power cut would. Nothing happens when it does not run."""
        while self._processes:
            process = self._processes.pop()
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(_PATIENCE)

    def freeze(self) -> None:
        """Have it hold its breath: connections stay, nothing is answered, until ``thaw``."""
        os.killpg(self._processes[-1].pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on after ``freeze``."""
        os.killpg(self._processes[-1].pid, signal.SIGCONT)

    def restart(self) -> None:
        """Kill it and start it again on what it stored."""
        self.kill()
        self.start()

    def _write_configuration(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "enabled_plugins").write_text("[].\n")
        (self.folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = {self.host}:{self.port}\n"
            f"default_user = {self._user}\n"
            f"default_pass = {self._password}\n"
            f"default_vhost = {self._vhost}\n"
            "loopback_users = none\n"
            "disk_free_limit.absolute = 50MB\n"
            "log.file = false\n"
            "log.console = true\n"
            "log.console.level = info\n"
        )

    def _run(self, *command: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own command
                [*self._prefix, *command],
                env=self._environment(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("RABBITMQ_", "ERL_"))}
        return {
            **inherited,
            "HOME": str(self.folder),
            "ERL_EPMD_PORT": str(self._mapper_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"ufadhili-{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(self._node_port),
            "RABBITMQ_CONF_ENV_FILE": os.devnull,
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }

    def _await_ready(self) -> None:
        # The node's own word instead of its port: it may live in a network namespace of its own.
        until = time.monotonic() + _PATIENCE
        while _READY not in (told := self.log.read_bytes()):
            if self._processes[-1].poll() is not None or time.monotonic() > until:
                self.kill()
                raise NotStarted(told[-2000:].decode(errors="replace"))
            time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
