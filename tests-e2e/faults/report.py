"""A run's figures, for a terminal and as a row of README.md."""

import os
import re
import subprocess
from importlib.metadata import version
from pathlib import Path

from chassis.testing.broker import find
from faults.outage import Outage
from faults.plan import KILLS, OTHERS
from faults.run import Result
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


def _write(name: str, columns: tuple[str, ...], row: list[str], readme: Path) -> None:
    begin, end = BEGIN.format(name=name), END.format(name=name)
    before, rest = readme.read_text().split(begin)
    old, after = rest.split(end)
    keys = KEYS[name]
    rows = {_key(line, keys): line for line in old.splitlines() if re.match(r"\| [\d,]+", line)}
    rows[_key(_row(row), keys)] = _row(row)
    lines = [f"On {versions(name)}.", "", _row(columns), _row(["---"] * len(columns)), *rows.values()]
    readme.write_text("\n".join([before + begin, *lines, end + after]))


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
