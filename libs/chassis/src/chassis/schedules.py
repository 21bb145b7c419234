"""When a job is due: a fixed interval, or cron fields. Every worker computes the same due times."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any, Protocol

from apscheduler.triggers.cron import CronTrigger


class Schedule(Protocol):
    """When something is due."""

    def latest(self, last: datetime | None, since: datetime, now: datetime) -> datetime | None:
        """The latest due time not after ``now`` and after the ``last`` one run; None when there is none.

        ``since`` stands in for ``last`` where a job that never ran should wait for its next due time.
        """

    @property
    def interval(self) -> float:
        """Longest time from one due time to the next, in seconds."""


@dataclass(frozen=True)
class Every:
    """Due at every multiple of ``seconds`` since 1970, and at once when it never ran."""

    seconds: float

    def latest(self, last: datetime | None, since: datetime, now: datetime) -> datetime | None:  # noqa: ARG002
        """See ``Schedule``."""
        due = datetime.fromtimestamp(now.timestamp() // self.seconds * self.seconds, UTC)
        return due if last is None or due > last else None

    @property
    def interval(self) -> float:
        """See ``Schedule``."""
        return self.seconds


@dataclass(frozen=True)
class Cron:
    """Due when the five cron fields match, in UTC. Name the weekdays; their numbers differ between crons.

    Due times that passed while nothing ran are made up for once. Raises ValueError for bad fields.
    """

    fields: str

    def __post_init__(self) -> None:
        _ = self._trigger

    @cached_property
    def _trigger(self) -> CronTrigger:
        return CronTrigger.from_crontab(self.fields, timezone=UTC)

    def latest(self, last: datetime | None, since: datetime, now: datetime) -> datetime | None:
        """See ``Schedule``."""
        due, after = None, last or since
        while (following := self._after(after)) is not None and following <= now:
            due = after = following
        return due

    @cached_property
    def interval(self) -> float:
        """See ``Schedule``; found among the next due times, enough of them for a week of days or a year of months."""
        due = [self._after(datetime.now(UTC))]
        while due[-1] is not None and len(due) <= 14:
            due.append(self._after(due[-1]))
        known = [moment for moment in due if moment is not None]
        return max(((later - earlier).total_seconds() for earlier, later in pairwise(known)), default=0.0)

    def _after(self, moment: datetime) -> datetime | None:
        following: datetime | None = self._trigger.get_next_fire_time(None, moment + timedelta(microseconds=1))
        return following


def every(*, seconds: float) -> Every:
    """A schedule of one run every so many seconds."""
    return Every(seconds)


@dataclass(frozen=True)
class Job:
    """A use case that runs on a schedule: ``every(seconds=60)`` or five cron fields in UTC: ``10 0 1 * *``.

    The use case takes a session in scope SYSTEM and is one transaction. With ``owns_transactions`` it takes
    the Database instead; since it may be cut off between two transactions, it must bear being run again.
    """

    name: str
    schedule: Schedule | str
    usecase: Callable[[Any], Any]
    owns_transactions: bool = False

    @property
    def interval(self) -> float:
        """Longest time from one due time to the next, in seconds."""
        schedule = Cron(self.schedule) if isinstance(self.schedule, str) else self.schedule
        return schedule.interval
