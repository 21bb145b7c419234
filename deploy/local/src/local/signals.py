"""Being asked to stop, and noticing at once that a child has ended."""

import os
import select
import signal
from types import FrameType

from local.errors import Stopped


class Signals:
    """SIGINT, SIGTERM and SIGHUP ask to stop; with `parent`, so does that process's end."""

    def __init__(self, *, with_parent: bool = False) -> None:
        self._asked = False
        self._parent = os.getppid() if with_parent else None
        self._wakeup, writing = os.pipe()
        for end in (self._wakeup, writing):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # it need only end a pause

    def stop_asked(self) -> bool:
        return self._asked or (self._parent is not None and os.getppid() != self._parent)

    def check(self) -> None:
        """Raise Stopped when asked to stop."""
        if self.stop_asked():
            raise Stopped

    def pause(self, seconds: float) -> None:
        """Wait, at most until the next signal; raise Stopped when asked to stop."""
        self.rest(seconds)
        self.check()

    def rest(self, seconds: float) -> None:
        """Wait, at most until the next signal."""
        if select.select([self._wakeup], [], [], seconds)[0]:
            os.read(self._wakeup, 4096)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self._asked = True
