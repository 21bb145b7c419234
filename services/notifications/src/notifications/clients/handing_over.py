"""What every way out has in common: how handing over can end other than well.

Reasons are codes: they hold nothing of what was said, nor to whom.
"""


class TryLater(Exception):
    """Not now; ``after`` are the seconds the other side asked for, if it did."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        self.reason, self.after = reason, after
        super().__init__(reason)


class Refused(Exception):
    """Not this one, however often it is tried. ``gone``: nor any other to this address."""

    def __init__(self, reason: str, *, gone: bool = False) -> None:
        self.reason, self.gone = reason, gone
        super().__init__(reason)
