"""What a student reached, in words; each thing once, however many sponsorships it counts for."""

from collections.abc import Iterable
from typing import Any

from analytics.rules.partner.learning import POINTS

_WORDS = {
    ("completed", True): "Completed {title}",
    ("completed", False): "Completed a course",
    ("certificate", True): "Earned a certificate for {title}",
    ("certificate", False): "Earned a certificate",
    ("milestone", True): "Reached a milestone in {title}",
    ("milestone", False): "Reached a milestone",
}


def words(kind: str, title: str | None, points: int | None) -> str:
    """``Completed Mathematics with 92% score``."""
    told = _WORDS[kind, title is not None].format(title=title)
    return told if points is None else f"{told} with {(points + POINTS // 2) // POINTS}% score"


def latest(rows: Iterable[Any], limit: int) -> list[Any]:
    """The first ``limit``, without repetitions; of words on one completed course the latest stands."""
    found: dict[tuple[Any, ...], Any] = {}
    for row in rows:
        own = row.course_id if row.kind == "completed" else row.id
        found.setdefault((row.kind, row.student_id, own), row)
    return list(found.values())[:limit]
