"""Run the tests that show promises, and add up what they counted."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from faults.promises import Promise, Shown

LOWEST = {"at_once"}
"""Figures of which several tests' lowest counts; all others are added up."""

_WHY = 300


@dataclass
class Ran:
    """One test with one set of parameters."""

    seconds: float = 0.0
    passed: bool = True
    why: str = ""
    figures: dict[str, int] = field(default_factory=dict)


class Tally:
    """A pytest plugin: what ran, how long, and what it told with ``record_property``."""

    def __init__(self) -> None:
        self.ran: defaultdict[str, Ran] = defaultdict(Ran)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        ran = self.ran[report.nodeid]
        ran.seconds += report.duration
        ran.passed &= report.passed
        ran.why = ran.why or _why(report)
        if report.when == "call":
            ran.figures = {name: value for name, value in report.user_properties if isinstance(value, int)}

    def of(self, test: str) -> list[Ran]:
        """Every run of this test, one for each set of its parameters."""
        return [ran for id, ran in self.ran.items() if id == test or id.startswith(f"{test}[")]


@dataclass(frozen=True)
class Measured:
    """What came of a promise. ``faults`` say why it does not count as kept."""

    promise: Promise
    figures: dict[str, int]
    seconds: float
    faults: list[str]

    @property
    def holds(self) -> bool:
        return not self.faults


def measure(promises: Sequence[Promise], root: Path, seed: int, workers: int = 0) -> list[Measured]:
    """Run the promises' tests, long ones too, in one pytest (with so many processes) and judge what they told."""
    tests = dict.fromkeys(f"{root}/{shown.test}" for promise in promises for shown in promise.shown)
    how = ["-q", "-c", f"{root}/pyproject.toml", "--rootdir", str(root), "-m", "", "-p", "no:cacheprovider"]
    how += ["--randomly-dont-reorganize", f"--randomly-seed={seed}"]
    # One test after the other is dealt out: the longest two come early, and nobody waits behind them.
    how += ["-n", str(workers), "--maxschedchunk", "1"] if workers else []
    tally = Tally()
    status = pytest.main([*how, *tests], plugins=[tally])
    found = [judge(promise, tally) for promise in promises]
    if status != pytest.ExitCode.OK and not any(one.faults for one in found):
        found[0].faults.append(f"pytest ended with {status}")
    return found


def judge(promise: Promise, tally: Tally) -> Measured:
    """A promise is kept if every test of it ran, passed, told every figure, tried something and found nothing wrong."""
    runs = {shown: tally.of(shown.test) for shown in promise.shown}
    told: dict[str, list[int]] = {}
    for names in ("tried", "noted", "wrong"):
        for shown, ran in runs.items():
            for name in getattr(shown, names):
                told.setdefault(name, []).extend(one.figures.get(name, 0) for one in ran)
    figures = {name: _together(name, values) for name, values in told.items()}
    faults = [fault for shown, ran in runs.items() for fault in _faults(shown, ran)]
    return Measured(promise, figures, sum(one.seconds for ran in runs.values() for one in ran), faults)


def _together(name: str, values: Iterable[int]) -> int:
    return min(values, default=0) if name in LOWEST else sum(values)


def _why(report: pytest.TestReport) -> str:
    """The first line of what ended it, if it did not pass."""
    if report.passed:
        return ""
    crash = getattr(report.longrepr, "reprcrash", None)
    said = crash.message if crash else str(report.longrepr)
    return next(iter(said.strip().splitlines()), "")[:_WHY]


def _faults(shown: Shown, ran: list[Ran]) -> list[str]:
    if not ran:
        return [f"{shown.test} did not run"]
    found = [f"{shown.test} did not pass: {one.why}" for one in ran if not one.passed]
    for name in (*shown.tried, *shown.noted, *shown.wrong):
        if not all(name in one.figures for one in ran):
            found.append(f"{shown.test} does not tell {name}")
        elif name not in shown.noted and (sum(one.figures[name] for one in ran) > 0) != (name in shown.tried):
            found.append(f"{shown.test}: {name} {sum(one.figures[name] for one in ran)}")
    return found
