"""Runs the checklist side by side and prints it, a line a point, without a secret in any of them."""

import argparse
import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, ClassVar, Protocol

from environs import Env

from chassis import logs
from chassis.check import broker, network, secrets, upkeep
from chassis.check.database import database, owner_url
from chassis.check.points import Check, Point, Situation, fail, ok
from chassis.check.secrets import Reading
from chassis.database import Database
from chassis.service import Service
from chassis.settings import Unreadable, read_environment

PATIENCE_SECONDS = 15.0
_HIDDEN = "***"
_LEAST_HIDDEN = 4


class Checkable(Protocol):
    """Settings that say which of their variables are secret."""

    secrets: ClassVar[Mapping[str, Reading]]

    @classmethod
    def read(cls, env: Env) -> Any:
        """Read from the environment."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare ``--json``."""
    parser.add_argument("--json", action="store_true", help="a JSON list of points instead of lines")


def for_service(service: Service) -> list[Check]:
    """Everything a service is checked for, its own points last."""
    return [
        environment,
        secrecy(service.settings.secrets),
        owner_url,
        database(service.migrations),
        broker.broker,
        network.services,
        network.client_secret,
        network.renderer,
        network.public_url,
        upkeep.backup,
        upkeep.logs,
        upkeep.disk,
        *service.checks,
    ]


def environment(situation: Situation) -> Iterable[Point]:
    """It runs as production runs."""
    if situation.is_production:
        yield ok("environment", "production")
    else:
        why = f"UFADHILI_ENV is {situation.settings.environment}: default secrets are not refused"
        yield fail("environment", why, "Set UFADHILI_ENV=production.")


def secrecy(named: Mapping[str, Reading]) -> Check:
    """No secret is a default, a placeholder, too short or used twice; the settings say which are missing."""

    def look(situation: Situation) -> Iterable[Point]:
        weak = _weak(situation.environ, named, situation.name)
        yield from weak or [ok("secrets", "none is a default, a placeholder, too short or used twice")]

    return look


def _weak(environ: Mapping[str, str], named: Mapping[str, Reading], own: str) -> list[Point]:
    do = "Make another: openssl rand -base64 32 (docs/operations.md says how to change it)."
    found = secrets.problems(environ, named, own)
    return [fail("secrets", f"{where} {why}", do) for where, why in sorted(found.items())]


def run(
    name: str,
    settings: type[Checkable],
    checks: Sequence[Check],
    *,
    as_json: bool,
    open_database: Callable[[Any], Database] | None = None,
) -> int:
    """Read the settings, look at everything, print it. Returns the exit status: 1 when a point fails."""
    logs.configure(name, "CRITICAL")  # what is seen is told as points
    environ = dict(os.environ)
    try:
        found = read_environment(settings.read)
    except Unreadable as error:
        points = [*_unreadable(error.problems), *_weak(environ, settings.secrets, name)]
    else:
        database = open_database(found) if open_database else None
        points = _looked(Situation(name, found, environ, database), checks)
    return _show(points, [secret for _, secret in secrets.read(environ, settings.secrets)], as_json=as_json)


def run_for(service: Service, *, as_json: bool) -> int:
    """The whole checklist of a service. Returns the exit status."""

    def opened(settings: Any) -> Database:
        database = Database(settings.database_url)
        service.wire(database, settings)
        return database

    return run(service.name, service.settings, for_service(service), as_json=as_json, open_database=opened)


def _unreadable(problems: Mapping[str, Sequence[str]]) -> list[Point]:
    """The points of an environment that is no configuration at all."""
    do = "Set it (docs/operations.md lists every variable), then check again: nothing else was looked at."
    return [fail("settings", f"{name}: {', '.join(why).rstrip('.')}", do) for name, why in problems.items()]


def _show(points: Sequence[Point], known: Sequence[str], *, as_json: bool) -> int:
    hidden = sorted({secret for secret in known if len(secret) >= _LEAST_HIDDEN}, key=len)
    shown = [_without(point, hidden) for point in points]
    if as_json:
        sys.stdout.write(json.dumps([asdict(point) for point in shown], indent=2) + "\n")
    else:
        sys.stdout.write("".join(f"{_line(point)}\n" for point in shown) + f"{_sum(shown)}\n")
    return 1 if any(point.state == "FAIL" for point in shown) else 0


def _looked(situation: Situation, checks: Sequence[Check]) -> list[Point]:
    """The points in the order of the checks; a check that does not end in time is a point that fails."""
    found: list[list[Point]] = [[] for _ in checks]
    threads = [
        threading.Thread(target=_look, args=(check, situation, points), daemon=True)
        for check, points in zip(checks, found, strict=True)
    ]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + PATIENCE_SECONDS
    for thread, check, points in zip(threads, checks, found, strict=True):
        thread.join(max(0.0, deadline - time.monotonic()))
        if thread.is_alive():
            why = f"has not ended within {PATIENCE_SECONDS:.0f} s"
            points.append(fail(_name(check), why, "Look at the network and at name resolution."))
    return [point for points in found for point in list(points)]


def _look(check: Check, situation: Situation, points: list[Point]) -> None:
    try:
        for point in check(situation):
            points.append(point)  # one by one: what was seen before a crash is kept
    except Exception as error:  # whatever goes wrong while looking is what was seen
        points.append(fail(_name(check), f"could not be looked at ({type(error).__name__})", "Look at it by hand."))


def _name(check: Check) -> str:
    return check.__qualname__.partition(".")[0].replace("_", " ")


def _without(point: Point, hidden: Sequence[str]) -> Point:
    for secret in reversed(hidden):
        point = replace(point, why=point.why.replace(secret, _HIDDEN), do=point.do.replace(secret, _HIDDEN))
    return point


def _line(point: Point) -> str:
    return f"{point.state:<5} {point.name:<20} {point.why}{f'. {point.do}' if point.do else ''}"


def _sum(points: Sequence[Point]) -> str:
    count = Counter(point.state for point in points)
    return f"{count['ok']} ok, {count['warn']} to look at, {count['FAIL']} failing"
