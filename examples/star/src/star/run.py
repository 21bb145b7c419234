"""One run of the demonstration: its people, their passwords and every request's key follow from what is kept here.

A run is taken up again by doing everything once more: what had been done is answered as it was, by its key. Keys are
kept a day, so after that a run can only be looked at.
"""

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from star.errors import Stopped

KEYS_LAST = timedelta(hours=23)
"""How long a run can be taken up again: the API keeps keys 24 hours, and the run has to come to its end."""


@dataclass(frozen=True)
class Run:
    """``id`` marks addresses and organizations; ``secret`` makes the passwords.

    A run imports ``imported`` schools (None: all of them), and its sponsor funds ``schools`` of them.
    """

    id: str
    secret: str
    base_url: str
    schools: int
    imported: int | None
    began_at: str
    finished: bool = False

    @classmethod
    def new(cls, base_url: str, schools: int, imported: int | None = None) -> Self:
        """A run that nobody had before."""
        began = datetime.now(UTC).isoformat(timespec="seconds")
        return cls(secrets.token_hex(3), secrets.token_hex(16), base_url, schools, imported, began)

    @classmethod
    def read(cls, path: Path) -> Self:
        """The run a file keeps. Raises Stopped."""
        try:
            return cls(**json.loads(path.read_text()))
        except FileNotFoundError:
            raise Stopped(f"There is no run to resume: {path} does not exist.") from None
        except (ValueError, TypeError) as error:
            raise Stopped(f"{path} does not hold a run ({error}).") from error

    def write(self, path: Path) -> None:
        """Keep it, for nobody else to read: passwords follow from it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(asdict(self), indent=2) + "\n"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)

    @property
    def is_fresh(self) -> bool:
        """Whether it can still be taken up again."""
        return datetime.now(UTC) - datetime.fromisoformat(self.began_at) < KEYS_LAST

    def password(self, address: str) -> str:
        """The password of an account of this run, the same every time."""
        return hmac.new(self.secret.encode(), address.encode(), hashlib.sha256).hexdigest()[:32]

    def key(self, *step: object) -> str:
        """The Idempotency-Key of a step."""
        return ":".join(("star", self.id, *map(str, step)))


def open_run(new: Run, kept: Path) -> Run:
    """The run to play: the one that was kept, where it is of the same kind and not too old to go on with."""
    try:
        found = Run.read(kept)
    except Stopped:
        return new
    alike = (found.schools, found.imported) == (new.schools, new.imported)
    return replace(found, base_url=new.base_url) if alike and (found.finished or found.is_fresh) else new
