"""One container: a process that is started, looked after and started again as its policy says."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from world.compose.enclosure import Enclosure
from world.compose.health import Health
from world.compose.images import Image
from world.compose.model import Restart, Service

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 60.0
_SETTLED = 10.0
"""Docker forgets about earlier deaths when a process has lived so long."""


@dataclass(frozen=True)
class _Elsewhere:
    """A process whose parent is another than this one."""

    pid: int


class Container:
    """Started only by the engine's own thread: a container dies with the thread that made it."""

    def __init__(self, name: str, service: Service, image: Image, namespace: str, home: Path) -> None:
        self.name, self.service, self.image = name, service, image
        self.log = home / "logs" / f"{name}.log"
        self.health = Health(service.healthcheck or image.healthcheck, self)
        self.wanted = True
        self.starts = 0
        self.exit_code: int | None = None
        self._home, self._namespace = home, namespace
        self._enclosure: Enclosure | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = self._due_at = 0.0
        self._pause = _FIRST_PAUSE

    def __getstate__(self) -> dict[str, object]:
        """For another process, which may enter it."""
        return {**self.__dict__, "_process": self._process and _Elsewhere(self._process.pid)}

    def enclose(self, hosts: Iterable[tuple[str, str]]) -> None:
        """Say who is called what; must come before the first start."""
        service, image = self.service, self.image
        uid, _, gid = (service.user or image.user).partition(":")
        self._enclosure = Enclosure(
            hostname=service.hostname or self.name,
            hosts=(("localhost", "127.0.0.1"), *hosts),
            user=(int(uid), int(gid or uid)),
            environment={"HOME": image.working_dir, **image.environment, **service.environment},
            working_dir=service.working_dir or image.working_dir,
            binds=tuple(self._binds((int(uid), int(gid or uid)))),
            tmpfs=service.tmpfs,
            read_only=service.read_only,
            files=image.files,
            folders=image.folders,
        )

    @property
    def is_running(self) -> bool:
        return self._process is not None

    @property
    def is_done(self) -> bool:
        """Whether it ended well and is not to run again: a one-shot job."""
        return not self.is_running and self.exit_code == 0

    @property
    def pid(self) -> int | None:
        """The process id of the container's first process, as this machine counts."""
        if self._process is None:
            return None
        try:
            children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        except OSError:
            return None
        return int(children[0]) if children else None

    def step(self, may_start: bool) -> None:
        """Notice an end, start what is due, look after its health."""
        if self._process is not None:
            code = self._process.poll()
            if code is None:
                self.health.step()
            else:
                self._ended(code)
        elif self.wanted and may_start and time.monotonic() >= self._due_at and self._shall_start():
            self._start()

    def signal(self, number: int) -> None:
        """Send a signal to its first process; the namespace ends with that."""
        pid = self.pid
        if pid is not None:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                return

    def again(self) -> None:
        """Start it anew when the engine looks next, whatever its policy."""
        self.wanted, self.starts, self.exit_code, self._due_at = True, 0, None, 0.0

    def ask_to_stop(self) -> None:
        """As ``docker stop`` begins; it is not started again."""
        self.wanted = False
        self.signal(signal.Signals[self.service.stop_signal or self.image.stop_signal or "SIGTERM"])

    def inside(self, command: Iterable[str]) -> list[str] | None:
        """The command line that runs something in the container; None while there is nothing to enter."""
        pid = self.pid
        if pid is None or self._enclosure is None or not self._is_entered(pid):
            return None
        enter = ["nsenter", "--target", str(pid), "--mount", "--net", "--pid", "--ipc", "--uts", "--root"]
        return [*enter, *self._enclosure.entered(command)]

    def last_words(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-2000:] if self.log.exists() else "(it said nothing)"

    def _start(self) -> None:
        assert self._enclosure
        base = self._home / "layers" / self.name
        base.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(exist_ok=True)
        command = [*(self.service.entrypoint or self.image.entrypoint), *(self.service.command or self.image.command)]
        script = base.with_suffix(".sh")
        script.touch(0o600)  # the environment holds secrets
        script.write_text(self._enclosure.script(base, command))
        spaces = ["unshare", "--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child"]
        network = ["nsenter", f"--net=/run/netns/{self._namespace}"]
        with self.log.open("ab") as log:
            # Docker, too, lets a process open /dev/stdout again, whoever it runs as.
            os.fchown(log.fileno(), *self._enclosure.user)
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *network, *spaces, "/bin/sh", str(script)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.starts, self.exit_code, self._started_at = self.starts + 1, None, time.monotonic()
        self.health.begin()

    def _ended(self, code: int) -> None:
        self._process, self.exit_code = None, code
        self.health.end()
        if time.monotonic() - self._started_at > _SETTLED:
            self._pause = _FIRST_PAUSE
        self._due_at = time.monotonic() + self._pause
        self._pause = min(2 * self._pause, _LONGEST_PAUSE)

    def _shall_start(self) -> bool:
        policy = self.service.restart
        return (
            self.starts == 0
            or policy in (Restart.ALWAYS, Restart.UNLESS_STOPPED)
            or (policy is Restart.ON_FAILURE and self.exit_code != 0)
        )

    def _binds(self, owner: tuple[int, int]) -> Iterable[tuple[Path, str, bool]]:
        yield from ((source, target, True) for source, target in self.image.shows)
        for mount in self.service.mounts:
            source = mount.source or self._volume(mount.volume, None if mount.read_only else owner)
            yield source, mount.target, mount.read_only
        if self.image.keeps:
            yield self._volume(f"../kept/{self.service.name}", owner), self.image.keeps, False

    def _volume(self, name: str, writer: tuple[int, int] | None) -> Path:
        """A new volume belongs to who is first to write to it, closed to others, as the image's folder below it is."""
        folder = self._home / "volumes" / name
        folder.mkdir(parents=True, exist_ok=True)
        if writer and folder.stat().st_uid == 0:
            shutil.chown(folder, *writer)
            folder.chmod(0o700)
        return folder

    @staticmethod
    def _is_entered(pid: int) -> bool:
        """Whether the process has gone where it shall live: before that a command would run outside."""
        try:
            return bool(re.search(r"/root$", os.readlink(f"/proc/{pid}/root")))
        except OSError:
            return False
