"""Who runs PostgreSQL: ourselves, or, because it refuses to run as root, an account of its own."""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ACCOUNT = "ufadhili"


@dataclass(frozen=True)
class Account:
    """An operating-system account; `switch` are the arguments that make `subprocess` run as it."""

    name: str
    uid: int
    gid: int

    @property
    def is_another(self) -> bool:
        return self.uid != os.geteuid()

    @property
    def switch(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_another else {}

    def own(self, folder: Path) -> None:
        """Create `folder`, closed to everyone but this account, below parents it can pass."""
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        if self.is_another:
            os.chown(folder, self.uid, self.gid)
            self.let_through(folder)

    def let_through(self, path: Path) -> None:
        """Let this account pass (not list) the parents of `path`."""
        if not self.is_another:
            return
        for parent in path.resolve().parents:
            mode = parent.stat().st_mode
            if not mode & stat.S_IXOTH:
                parent.chmod(mode | stat.S_IXOTH)


@cache
def account() -> Account:
    """The account PostgreSQL runs as; as root, a system account is made when there is none yet.

    Raises OSError when root has no `useradd` to make one with.
    """
    uid = os.geteuid()
    if uid != 0:
        return Account(_name(uid), uid, os.getegid())
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        _add()
        entry = pwd.getpwnam(ACCOUNT)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError as unknown:
        raise OSError(f"PostgreSQL needs an account with a name, and user id {uid} has none.") from unknown


def _add() -> None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        raise OSError("PostgreSQL refuses to run as root; run as an ordinary user instead.")
    subprocess.run(  # noqa: S603 (a fixed command)
        [useradd, "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT],
        check=False,  # several servers may start at once: the first one's account serves all
        capture_output=True,
    )
