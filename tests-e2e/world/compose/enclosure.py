"""The shell script that makes a container's root and becomes its process. Run in fresh namespaces, as root.

The root is this machine's with a layer in memory over it. Folders that hold this machine's own services or secrets are
covered; the repository and its Python stay visible, wherever they are.
"""

import shlex
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[3]

_COVERED = ("/tmp", "/run", "/dev/shm")  # noqa: S108 - places, not files
_QUIET = ("/var/lib/postgresql", "/var/lib/rabbitmq", "/var/lib/redis", "/etc/rabbitmq")
_ACCOUNTS = {999: "server", 101: "nginx", 10001: "ufadhili"}


@dataclass(frozen=True)
class Enclosure:
    """What surrounds a container's process. ``hosts`` are (name, address), ``binds`` (source, target, read only)."""

    hostname: str
    hosts: Iterable[tuple[str, str]]
    user: tuple[int, int]
    environment: Mapping[str, str]
    working_dir: str
    binds: Iterable[tuple[Path, str, bool]] = ()
    tmpfs: Iterable[str] = ()
    read_only: bool = False
    files: Mapping[str, str] = field(default_factory=dict)
    folders: Iterable[str] = ()

    def script(self, base: Path, command: Iterable[str]) -> str:
        """Shell that runs ``command`` inside; ``base`` is an empty folder of this machine."""
        return "\n".join(
            (
                "set -e",
                f"base={shlex.quote(str(base))} root={shlex.quote(str(base))}/root",
                *_layer(),
                *(f"mkdir -p $root{shlex.quote(each)}" for each in self.folders),
                *self._files(),
                *(line for each in self.tmpfs for line in _tmpfs(*each.split(":", 1))),
                *_repository(),  # after those, for it may itself lie below /tmp
                *(line for source, target, closed in self.binds for line in _bind(source, target, closed)),
                f"echo {shlex.quote(self.hostname)} >/proc/sys/kernel/hostname",
                *(("mount -o remount,ro $root",) if self.read_only else ()),
                f"exec chroot $root {shlex.join(self.entered(command))}",
                "",
            )
        )

    def entered(self, command: Iterable[str]) -> list[str]:
        """The command as this container's user, with this container's environment and nothing else of ours."""
        uid, gid = map(str, self.user)
        variables = [f"{name}={value}" for name, value in self.environment.items()]
        become = ["setpriv", "--reuid", uid, "--regid", gid, "--clear-groups", "--no-new-privs", "--pdeathsig", "KILL"]
        return [*become, "env", "-i", "-C", self.working_dir, *variables, *command]

    def _files(self) -> Iterable[str]:
        lines = "".join(f"{address} {name}\n" for name, address in self.hosts)
        accounts = "".join(f"{name}:x:{uid}:{uid}::/nonexistent:/bin/sh\n" for uid, name in _ACCOUNTS.items())
        for path, text in {"/etc/hosts": lines, "/etc/resolv.conf": "", **self.files}.items():
            yield f"mkdir -p $root{Path(path).parent}; rm -f $root{path}; printf %s {shlex.quote(text)} >$root{path}"
        yield f"printf %s {shlex.quote(accounts)} >>$root/etc/passwd"


def _layer() -> Iterable[str]:
    yield "mount --make-rprivate /"
    yield "mount -t tmpfs -o mode=755 layer $base; mkdir $base/upper $base/work $root"
    yield "mount -t overlay -o lowerdir=/,upperdir=$base/upper,workdir=$base/work overlay $root"
    yield "mount -t proc proc $root/proc; mount --rbind /dev $root/dev; mount --rbind /sys $root/sys"
    for folder in _COVERED:
        yield f"mount -t tmpfs -o mode=1777 covered $root{folder}"
    for folder in _QUIET:
        yield f"if [ -d $root{folder} ]; then mount -t tmpfs -o mode=755 covered $root{folder}; fi"


def _repository() -> Iterable[str]:
    for number, path in enumerate((ROOT, Path(sys.base_prefix))):
        yield from _show(path, number)


def _show(path: Path, number: int) -> Iterable[str]:
    """Let who is not root reach the repository and its Python; what changes for that changes in the layer only."""
    if path.stat().st_dev != Path("/").stat().st_dev or path.is_relative_to(_COVERED[0]):
        there, upper, work = f"$root{shlex.quote(str(path))}", f"$base/upper{number}", f"$base/work{number}"
        yield f"mkdir -p {there} {upper} {work}"
        yield f"mount -t overlay -o lowerdir={shlex.quote(str(path))},upperdir={upper},workdir={work} overlay {there}"
    for parent in (*reversed(path.parents[:-1]), path):
        yield f"chmod o+rx $root{shlex.quote(str(parent))} 2>/dev/null || :"


def _bind(source: Path, target: str, closed: bool) -> Iterable[str]:
    here, there = shlex.quote(str(source)), f"$root{shlex.quote(target)}"
    folder = f"$root{shlex.quote(target if source.is_dir() else str(Path(target).parent))}"
    yield f"mkdir -p {folder}" + ("" if source.is_dir() else f" && rm -f {there} && touch {there}")
    yield f"mount --bind {here} {there}"
    if closed:
        yield f"mount -o remount,bind,ro {there}"


def _tmpfs(target: str, options: str = "") -> Iterable[str]:
    there, how = f"$root{shlex.quote(target)}", ",".join(filter(None, ("mode=1777", options)))
    yield f"mkdir -p {there}; mount -t tmpfs -o {shlex.quote(how)} tmpfs {there}"
