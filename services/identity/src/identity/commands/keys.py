"""``python -m identity keys ensure | add | list | retire``: the keys that sign tokens, from first to last.

It needs SIGNING_KEYS_DIR and nothing else: no database, no other secret.
"""

import argparse
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from chassis.clock import now
from chassis.settings import load
from identity.clients.key_files import PUBLISHED_FIRST, KeyFile, NotAKey, key_files, make_key
from identity.clients.key_files import load as load_key
from identity.clients.signing_keys import LEAST_BITS, LOOK_SECONDS, kid_of
from identity.settings import token_lives

CLOCKS_DIFFER = timedelta(minutes=1)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("ensure", help="make the first key if there is none; it signs at once")
    add = actions.add_parser("add", help="make a key that is published now and signs in ten minutes")
    add.add_argument("--now", action="store_true", help="signs at once: for half a minute some may not know it yet")
    actions.add_parser("list", help="each key, from when it signs, when it may go")
    retire = actions.add_parser("retire", help="drop the keys whose last token has ended")
    retire.add_argument("kid", nargs="?", help="only this one (as `keys list` shows it, or its beginning)")
    retire.add_argument("--force", action="store_true", help="drop KID though tokens it signed still hold: they end")


def run(arguments: argparse.Namespace) -> int:
    """Do it. Returns the exit status: 0, or 1 with a sentence on standard error."""
    folder = load(lambda env: env.path("SIGNING_KEYS_DIR"))
    try:
        return _ACTIONS[arguments.action](folder, arguments)
    except OSError as error:
        return _complain(f"{folder} cannot be used: {error.strerror or type(error).__name__}.")


def _ensure(folder: Path, _: argparse.Namespace) -> int:
    if _usable(folder):
        _say("There is a key already.")
        return 0
    return _made(make_key(folder, now()))


def _add(folder: Path, arguments: argparse.Namespace) -> int:
    # Without an older key nobody could wait for this one.
    at_once = arguments.now or not _usable(folder)
    return _made(make_key(folder, now() if at_once else now() + PUBLISHED_FIRST))


def _list(folder: Path, _: argparse.Namespace) -> int:
    files = _usable(folder)
    for file in files:
        _say(f"{kid_of(file):<43}  {file.path.name:<24} {_state(file, files)}")
    for file in key_files(folder):
        if file not in files:
            _say(f"{'':<43}  {file.path.name:<24} no key of ours; it is left out")
    return 0 if files else _complain(f"{folder} holds no key. Make one with: keys ensure")


def _retire(folder: Path, arguments: argparse.Namespace) -> int:
    files = _usable(folder)
    chosen = [file for file in files if kid_of(file).startswith(arguments.kid)] if arguments.kid else _spent(files)
    if arguments.kid and len(chosen) != 1:
        return _complain(f"{len(chosen)} keys begin with {arguments.kid}. See: keys list")
    if arguments.force and not arguments.kid:
        return _complain("--force needs the key's id: nobody drops all keys at once.")
    for file in chosen:
        refusal = _refusal(file, files, force=arguments.force)
        if refusal:
            return _complain(refusal)
    for file in chosen:
        kid = kid_of(file)
        file.path.unlink()
        _say(f"Dropped {kid}. Tokens it signed are refused within {_REFUSED_WITHIN}.")
    if not chosen:
        _say("No key may be dropped yet. See: keys list")
    return 0


_REFUSED_WITHIN = "six minutes"


def _refusal(file: KeyFile, files: list[KeyFile], *, force: bool) -> str | None:
    if file == _signer(files):
        return "It is the key that signs. Make its successor first: keys add"
    if file in _spent(files) or force or file.signs_from > now():
        return None
    return f"Tokens it signed hold until {_last_token_ends(file, files):%Y-%m-%d %H:%M:%S} UTC. --force ends them now."


def _spent(files: list[KeyFile]) -> list[KeyFile]:
    """The keys whose last token has ended."""
    at, signer = now(), _signer(files)
    return [file for file in files if file.signs_from < signer.signs_from and _last_token_ends(file, files) < at]


def _last_token_ends(file: KeyFile, files: list[KeyFile]) -> datetime:
    """When the last token a key can have signed ends: its successor's time came, processes saw it, a life went by."""
    successor = min((other.signs_from for other in files if other.signs_from > file.signs_from), default=None)
    life = max(load(token_lives).values())
    return (successor or now()) + timedelta(seconds=LOOK_SECONDS) + life + CLOCKS_DIFFER


def _signer(files: list[KeyFile]) -> KeyFile:
    at = now()
    return next((file for file in files if file.signs_from <= at), files[-1])


def _state(file: KeyFile, files: list[KeyFile]) -> str:
    if file == _signer(files):
        return "signs"
    if file.signs_from > now():
        return f"published; signs from {file.signs_from:%Y-%m-%d %H:%M:%S} UTC"
    if file in _spent(files):
        return "may be retired"
    return f"verifies until {_last_token_ends(file, files):%Y-%m-%d %H:%M:%S} UTC"


def _usable(folder: Path) -> list[KeyFile]:
    """The files that hold a key identity uses, newest first."""
    return [file for file in key_files(folder) if _is_key(file)]


def _is_key(file: KeyFile) -> bool:
    try:
        return load_key(file.path).key_size >= LEAST_BITS
    except NotAKey:
        return False


def _made(file: KeyFile) -> int:
    when = "now" if file.signs_from <= now() else f"{file.signs_from:%Y-%m-%d %H:%M:%S} UTC"
    _say(f"Made {kid_of(file)} in {file.path.name}. It signs from {when}.")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _complain(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1


_ACTIONS: dict[str, Callable[[Path, argparse.Namespace], int]] = {
    "ensure": _ensure,
    "add": _add,
    "list": _list,
    "retire": _retire,
}
