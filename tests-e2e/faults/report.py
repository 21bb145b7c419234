"""A run's figures, for a terminal and as rows of README.md."""

import os
import re
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from chassis.testing.broker import find
from faults.outage import Outage
from faults.plan import KILLS, OTHERS
from faults.run import Result
from faults.tally import Measured
from local.postgres import cluster

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- {name}: written by python -m faults -->", "<!-- end of {name} -->"
COLUMNS = (
    *("events", "kill -9", "cuts, stops", "seed", "arrived again", "commits retried"),
    *("lost", "twice", "out of order", "given up", "left owed", "drained in"),
)

OUTAGE_COLUMNS = (
    *("broker down", "commits meanwhile", "refused", "owed at the end", "lost", "twice", "out of order"),
    *("oldest owed", "all handled after"),
)
PROMISE_COLUMNS = ("promise", "how", "figures", "seconds", "when, at which commit")
KEYS = {"amqp": (1, 3), "http": (1, 3), "outage": (0,)}
"""The columns a later run of the same kind replaces an earlier row by: kills and seed; how long the broker was down."""


def table(result: Result) -> str:
    """What a person reads after a run."""
    lines = [f"{count:6}  {kind}: {(KILLS | OTHERS)[kind]}" for kind, count in sorted(result.done.items())]
    lines += [f"missed  {fault}" for fault in result.missed]
    lines += [f"ended with {status}: {name}" for name, status in result.statuses.items() if status]
    lines += [f"{value:>8}  {name}" for name, value in zip(COLUMNS, cells(result), strict=True)]
    wrong = {"of nothing committed": result.verdict.invented, "forgotten by the database": result.verdict.forgotten}
    lines += [f"{value:>8}  {name}" for name, value in wrong.items() if value]
    return "\n".join([*lines, "every promise kept" if result.holds else "A PROMISE IS BROKEN"])


def cells(result: Result) -> list[str]:
    """The figures in the order of ``COLUMNS``."""
    verdict, options = result.verdict, result.options
    kills = sum(count for kind, count in result.done.items() if kind in KILLS)
    others = result.done.total() - kills
    figures = (verdict.lost, verdict.twice, verdict.disordered, verdict.dead, verdict.owed)
    before = (result.events, kills, others, options.seed, result.redelivered, result.refused)
    return [f"{figure:,}" for figure in (*before, *figures)] + [f"{result.draining:.1f} s"]


def record(result: Result, readme: Path = README) -> None:
    """Write the run's row into README.md, in the place of an earlier one with the same kills and seed."""
    _write(result.options.transport, COLUMNS, cells(result), readme)


def record_outage(seen: Outage, readme: Path = README) -> None:
    """Write the outage's row into README.md, in the place of an earlier one as long."""
    verdict = seen.verdict
    figures = (seen.commits, seen.refused, seen.owed, verdict.lost, verdict.twice, verdict.disordered)
    seconds = [f"{seen.seconds:.0f} s", *(f"{each:.1f} s" for each in (seen.oldest, seen.draining))]
    _write("outage", OUTAGE_COLUMNS, [seconds[0], *(f"{each:,}" for each in figures), *seconds[1:]], readme)


def record_promises(found: list[Measured], seed: int, readme: Path = README) -> None:
    """Write what came of the promises into README.md, in the place of all that was there."""
    measured = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {commit()}"
    rows = [_row([one.promise.name, one.promise.how, figures(one), f"{one.seconds:.0f}", measured]) for one in found]
    said = f"On {versions('http')}; seed {seed}. Load while the tests ran: {os.getloadavg()[1]:.0f}."
    _replace("promises", [said, "", _row(PROMISE_COLUMNS), _row(["---"] * len(PROMISE_COLUMNS)), *rows], readme)


def figures(measured: Measured) -> str:
    """What was tried and what went wrong, as the tests counted it."""
    return ", ".join(f"{name.replace('_', ' ')} {value:,}" for name, value in measured.figures.items())


def promises_table(found: list[Measured]) -> str:
    """What a person reads after the promises were tried."""
    lines = [f"{one.seconds:6.1f} s  {one.promise.name}: {figures(one)}" for one in found]
    lines += [f"{one.promise.name}: {fault}" for one in found for fault in one.faults]
    kept = all(one.holds for one in found)
    return "\n".join([*lines, "every promise kept" if kept else "A PROMISE IS BROKEN OR NOT SHOWN"])


def commit() -> str:
    """The commit that was measured, and whether somebody has changed files since."""
    git = ["git", "-C", str(README.parent)]
    head = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True)
    changed = subprocess.run([*git, "status", "--porcelain", "-uno"], capture_output=True, text=True, check=True)
    # The events' run may just have written its row.
    dirty = [line for line in changed.stdout.splitlines() if not line.endswith("tests-e2e/faults/README.md")]
    return f"{head.stdout.strip()}{' and uncommitted changes' if dirty else ''}"


def _write(name: str, columns: tuple[str, ...], row: list[str], readme: Path) -> None:
    keys = KEYS[name]
    old = _section(name, readme)[1]
    rows = {_key(line, keys): line for line in old.splitlines() if re.match(r"\| [\d,]+", line)}
    rows[_key(_row(row), keys)] = _row(row)
    _replace(name, [f"On {versions(name)}.", "", _row(columns), _row(["---"] * len(columns)), *rows.values()], readme)


def _section(name: str, readme: Path) -> tuple[str, str, str]:
    before, rest = readme.read_text().split(BEGIN.format(name=name))
    old, after = rest.split(END.format(name=name))
    return before, old, after


def _replace(name: str, lines: list[str], readme: Path) -> None:
    before, _, after = _section(name, readme)
    readme.write_text("\n".join([before + BEGIN.format(name=name), *lines, END.format(name=name) + after]))


def versions(transport: str) -> str:
    """What the figures were measured on."""
    said = subprocess.run([cluster.program("postgres"), "--version"], capture_output=True, text=True, check=True)
    parts = [f"PostgreSQL {said.stdout.split()[-1]}"]
    if transport != "http":
        parts = [f"RabbitMQ {rabbitmq()}, pika {version('pika')}", *parts]
    return ", ".join([*parts, f"{os.cpu_count()} cores"])


def rabbitmq() -> str:
    """The version of the RabbitMQ on this machine, as its folder tells it; it takes no node to ask."""
    found = re.search(r"\d+\.\d+\.\d+", os.path.realpath(find() or ""))
    return found.group() if found else "of unknown version"


def _row(values: "list[str] | tuple[str, ...]") -> str:
    return f"| {' | '.join(values)} |"


def _key(row: str, keys: tuple[int, ...]) -> tuple[str, ...]:
    found = row.strip("| ").split(" | ")
    return tuple(found[each] for each in keys)
