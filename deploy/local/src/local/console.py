"""What the person at the console sees: one line a step, with the time since the start."""

import sys
import time


class Console:
    """Lines to standard output, which may be a terminal, a file or a closed pipe."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def step(self, text: str) -> None:
        """A step that is done, and when."""
        self.say(f"{time.monotonic() - self._start:6.1f} s  {text}")

    def say(self, text: str) -> None:
        """A line as it is."""
        try:
            print(text, flush=True)
        except OSError:
            # Nobody listens any more; the system it speaks of runs on.
            sys.stdout = None
