"""Where everything of one installation lives: UFADHILI_HOME."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Home:
    """The folders below UFADHILI_HOME, all absolute."""

    root: Path

    @classmethod
    def from_environment(cls) -> "Home":
        """UFADHILI_HOME, else /var/lib/ufadhili for root and ./var for everyone else.

        Root's default is outside the project because the account that runs PostgreSQL must pass its parents.
        """
        default = "/var/lib/ufadhili" if os.geteuid() == 0 else "var"
        return cls(Path(os.environ.get("UFADHILI_HOME") or default).resolve())

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def mail(self) -> Path:
        return self.root / "mail"

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def logs(self) -> Path:
        return self.run / "logs"

    @property
    def processes(self) -> Path:
        return self.run / "processes.json"

    @property
    def lock(self) -> Path:
        return self.run / "lock"

    def make(self) -> None:
        """Create the folders; keys and letters are nobody else's to read."""
        self.root.mkdir(parents=True, exist_ok=True)
        for folder in (self.keys, self.mail, self.run, self.logs):
            folder.mkdir(exist_ok=True)
        for private in (self.keys, self.mail):
            private.chmod(0o700)
