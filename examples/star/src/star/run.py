"""One run of the demonstration: its people, their passwords and every request's key follow from what is kept here.

A run is taken up again by doing everything once more: what had been done is answered as it was, by its key.
"""

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from star.errors import Stopped


@dataclass(frozen=True)
class Run:
    """``id`` marks addresses and organizations; ``secret`` makes the passwords; a run is ``schools`` wide."""

    id: str
    secret: str
    base_url: str
    schools: int

    @classmethod
    def new(cls, base_url: str, schools: int) -> Self:
        """A run that nobody had before."""
        return cls(secrets.token_hex(3), secrets.token_hex(16), base_url, schools)

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

    def password(self, address: str) -> str:
        """The password of an account of this run, the same every time."""
        return hmac.new(self.secret.encode(), address.encode(), hashlib.sha256).hexdigest()[:32]

    def key(self, *step: object) -> str:
        """The Idempotency-Key of a step."""
        return ":".join(("star", self.id, *map(str, step)))
