"""An SMTP server that keeps every letter as a file: `python mailbox.py FOLDER`."""

import signal
import sys
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiosmtpd.controller import Controller

PORT = 1025


class Keeper:
    """Writes what it is handed, the name in order of arrival; who reads never sees half a letter."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's
        name = f"{time.time_ns()}-{uuid4().hex[:8]}"
        half = self.folder / f"{name}.half"
        half.write_bytes(envelope.content)
        half.chmod(0o644)
        half.rename(self.folder / f"{name}.eml")
        return "250 Kept"


if __name__ == "__main__":
    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # a container's first process is not told of what it does not await
    Controller(Keeper(Path(sys.argv[1])), hostname="0.0.0.0", port=PORT).start()  # noqa: S104 - a container's own
    signal.sigwait(ends)
