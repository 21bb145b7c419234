"""Identity's own points of the production checklist: signing and sealing keys, and secrets waiting to be dropped."""

from collections.abc import Iterable
from pathlib import Path

from chassis.check.points import Check, Point, Situation, fail, ok, warn
from chassis.clock import now
from identity.clients.key_files import KeyFile, NotAKey, key_files, load
from identity.clients.signing_keys import LEAST_BITS

OLD_DAYS = 90


def signing_keys(situation: Situation) -> Iterable[Point]:
    """There is a key that signs, none is weak, open to others, or old."""
    folder: Path = situation.settings.signing_keys_dir
    files = key_files(folder)
    if not folder.exists():
        do = "Right for a worker, which signs nothing. A web needs them: python -m identity keys ensure"
        yield warn("signing keys", "this process sees none: there is no SIGNING_KEYS_DIR", do)
        return
    if not files:
        yield fail("signing keys", "SIGNING_KEYS_DIR holds none: nobody can sign in", "python -m identity keys ensure")
        return
    troubles = [point for file in files for point in _file(file)]
    yield from troubles
    if not troubles:
        yield ok("signing keys", f"{len(files)}, strong, readable by their owner only")
    yield _age(files)


def client_secrets(situation: Situation) -> Iterable[Point]:
    """Each caller has one secret; two only while it changes."""
    known: dict[str, tuple[str, ...]] = situation.settings.client_secrets
    changing = sorted(client for client, accepted in known.items() if len(accepted) > 1)
    if changing:
        do = "Once they run with the new one, take the old one out of CLIENT_SECRETS."
        yield warn("client secrets", f"two are accepted of {', '.join(changing)}", do)
    else:
        yield ok("client secrets", f"one for each of {len(known)} callers")


def second_factors(situation: Situation) -> Iterable[Point]:
    """What seals authenticator apps' secrets is one key of its own; two only while it changes."""
    known: list[str] = situation.settings.second_factor_secrets
    if len(known) > 1:
        do = "python -m identity second-factor reseal, later leave only the first in SECOND_FACTOR_SECRETS."
        yield warn("second factors", f"{len(known)} keys open what was sealed", do)
    elif known:
        yield ok("second factors", "sealed with a key of their own")
    else:
        yield ok("second factors", "sealed with CLIENT_SECRET: before that changes, see docs/operations.md")


def _file(file: KeyFile) -> Iterable[Point]:
    if file.path.stat().st_mode & 0o037:  # the group may read: Kubernetes gives files to a pod by its group
        yield fail("signing keys", f"others may read {file.path.name}", f"chmod 600 {file.path}")
    try:
        bits = load(file.path).key_size
    except (OSError, NotAKey):
        yield fail("signing keys", f"{file.path.name} holds no RSA key in PEM", "python -m identity keys add")
        return
    if bits < LEAST_BITS:
        yield fail("signing keys", f"{file.path.name} has {bits} bits", "python -m identity keys add")


def _age(files: list[KeyFile]) -> Point:
    days = (now() - max(file.signs_from for file in files)).days
    why = f"the newest is {max(days, 0)} days old"
    if days > OLD_DAYS:
        return warn("signing key age", why, "python -m identity keys add, later keys retire (docs/operations.md)")
    return ok("signing key age", why)


CHECKS: tuple[Check, ...] = (signing_keys, client_secrets, second_factors)
