"""A run's figures, for a terminal and as a row of README.md."""

import os
import re
import subprocess
from importlib.metadata import version
from pathlib import Path

from chassis.testing.broker import find
from faults.plan import KILLS, OTHERS
from faults.run import Result
from local.postgres import cluster

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- {name}: written by python -m faults -->", "<!-- end of {name} -->"
COLUMNS = (
    *("events", "kill -9", "cuts, stops", "seed", "arrived again", "commits retried"),
    *("lost", "twice", "out of order", "given up", "left owed", "drained in"),
)


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
    name = result.options.transport
    begin, end = BEGIN.format(name=name), END.format(name=name)
    text = readme.read_text()
    before, rest = text.split(begin)
    old, after = rest.split(end)
    rows = {_key(line): line for line in old.splitlines() if re.match(r"\| [\d,]+ \|", line)}
    row = _row(cells(result))
    rows[_key(row)] = row
    lines = [f"On {versions(name)}.", "", _row(COLUMNS), _row(["---"] * len(COLUMNS)), *rows.values()]
    readme.write_text("\n".join([before + begin, *lines, end + after]))


def versions(transport: str) -> str:
    """What the figures were measured on."""
    said = subprocess.run([cluster.program("postgres"), "--version"], capture_output=True, text=True, check=True)
    parts = [f"PostgreSQL {said.stdout.split()[-1]}"]
    if transport == "amqp":
        parts = [f"RabbitMQ {rabbitmq()}, pika {version('pika')}", *parts]
    return ", ".join([*parts, f"{os.cpu_count()} cores"])


def rabbitmq() -> str:
    """The version of the RabbitMQ on this machine, as its plugins' folder tells it; it takes no node to ask."""
    server = find()
    homes = sorted(Path(os.path.realpath(server)).parents[1].glob("lib/rabbitmq_server-*")) if server else []
    return homes[-1].name.rpartition("-")[2] if homes else "of unknown version"


def _row(values: "list[str] | tuple[str, ...]") -> str:
    return f"| {' | '.join(values)} |"


def _key(row: str) -> tuple[str, ...]:
    _, kills, _, seed = row.strip("| ").split(" | ")[:4]
    return kills, seed
