"""What a statement means here: a result, progress in a course, a mentor session, or nothing."""

import math
import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from programs.rules.xapi.shapes import read_moment

RESULT, PROGRESS, MENTOR_SESSION = "result", "progress", "mentor_session"
SOURCE = "xapi"

_VERBS = re.compile(
    r"https?://(?:adlnet\.gov/expapi/verbs|id\.tincanapi\.com/verb|w3id\.org/xapi/[a-z-]+/verbs)/([\w-]+)"
)
_RESULTS = {"completed": True, "passed": True, "failed": False, "scored": None, "earned": True}
_SAID_BY = {"completed": "completion", "passed": "success", "failed": "success", "earned": "completion"}
_PROGRESS = frozenset({"registered", "progressed", "experienced", "attended", "terminated"})
_MEETING = re.compile(r".*/(meeting|tutor-session|mentor-session|tutoring|mentoring)")
_PERCENT = re.compile(r".*/extensions/progress")
_SECONDS = {"W": 604800, "D": 86400, "H": 3600, "M": 60, "S": 1}
_LIMIT = Decimal(10) ** 9


@dataclass(frozen=True)
class Meaning:
    """``actor`` is whose it is; ``courses`` are the words that may name the course, the nearest first."""

    kind: str
    actor: dict[str, Any]
    courses: tuple[str, ...]
    values: dict[str, Any] = field(default_factory=dict)


class Meaningless(ValueError):
    """It has a verb of meaning here but says something that cannot be; the message tells what."""


def meaning_of(statement: dict[str, Any], id: str, at: datetime) -> Meaning | None:
    """What a statement means, if anything. ``at`` is now. Raises Meaningless."""
    found = _VERBS.fullmatch(statement["verb"]["id"])
    verb, said = found[1] if found else "", statement["object"]
    if statement["actor"].get("objectType") == "Group" or said.get("objectType", "Activity") != "Activity":
        return None
    moment = read_moment(statement["timestamp"]) if "timestamp" in statement else at
    if verb in (*_RESULTS, *_PROGRESS) and moment > at:
        raise Meaningless("Its timestamp is still to come.")
    if verb in _RESULTS:
        return Meaning(RESULT, statement["actor"], (said["id"],), _result(statement, verb, id, moment))
    if verb == "attended" and _is_meeting(statement):
        return Meaning(MENTOR_SESSION, statement["actor"], (), _session(statement, id, moment))
    if verb in _PROGRESS:
        values = {"percent": _percent(statement, verb), "happened_at": moment, "source": SOURCE, "correction": False}
        return Meaning(PROGRESS, statement["actor"], tuple(_near(statement)), values)
    return None


def taken_back(meaning: Meaning) -> Meaning | None:
    """The correction that undoes it, where one can."""
    undone: dict[str, dict[str, Any]] = {
        RESULT: {"score": None, "max_score": None, "completed": False},
        MENTOR_SESSION: {"minutes": 0},
    }
    if meaning.kind not in undone:
        return None
    return Meaning(meaning.kind, meaning.actor, meaning.courses, meaning.values | undone[meaning.kind])


def course_word(activity_id: str) -> str:
    """The last part of an activity's id: what a course is known by."""
    return unquote(re.split(r"[/#:=]", activity_id.rstrip("/"))[-1])


def _result(statement: dict[str, Any], verb: str, id: str, moment: datetime) -> dict[str, Any]:
    result = statement.get("result", {})
    told = result.get(_SAID_BY[verb]) if verb in _SAID_BY else result.get("completion")
    score, most = _score(result.get("score", {}))
    if verb == "scored" and score is None:
        raise Meaningless("A score is missing.")
    completed = _RESULTS[verb] if told is None else told
    own = {"result_id": f"{SOURCE}:{id}", "result_date": moment.date()}
    return {**own, "score": score, "max_score": most, "completed": completed}


def _score(score: dict[str, Any]) -> tuple[Decimal | None, Decimal | None]:
    """Raw points and the most there are; a scaled score alone as percent."""
    if "raw" in score:
        most = _number(score["max"]) if "max" in score else None
        return _number(score["raw"]), most if most is not None and most > 0 else None
    if "scaled" in score:
        return _number(score["scaled"]) * 100, Decimal(100)
    return None, None


def _number(value: float) -> Decimal:
    found = round(Decimal(str(value)), 6) if abs(value) < _LIMIT else _LIMIT
    if abs(found) >= _LIMIT:
        raise Meaningless("Its score is beyond what can be.")
    return found


def _percent(statement: dict[str, Any], verb: str) -> Decimal:
    """How far; nothing said is 0, which never takes back what was reached."""
    result = statement.get("result", {})
    told = [value for name, value in result.get("extensions", {}).items() if _PERCENT.fullmatch(name)]
    if told and isinstance(told[0], int | float) and not isinstance(told[0], bool):
        scale = 100 if "video" in str(result["extensions"]) else 1
        return min(max(_number(told[0]) * scale, Decimal(0)), Decimal(100))
    if verb == "progressed" and "scaled" in result.get("score", {}):
        return max(_number(result["score"]["scaled"]) * 100, Decimal(0))
    return Decimal(0)


def _is_meeting(statement: dict[str, Any]) -> bool:
    kind = statement["object"].get("definition", {}).get("type", "")
    has_mentor = "instructor" in statement.get("context", {})
    return "duration" in statement.get("result", {}) and (has_mentor or bool(_MEETING.fullmatch(kind)))


def _session(statement: dict[str, Any], id: str, moment: datetime) -> dict[str, Any]:
    names = statement["object"].get("definition", {}).get("name", {})
    mentor = statement.get("context", {}).get("instructor", {}).get("name")
    return {
        "session_id": f"{SOURCE}:{id}",
        "cohort_id": None,
        "held_at": moment,
        "minutes": _minutes(statement["result"]["duration"]),
        "mentor": mentor[:200] if mentor else None,
        "topic": next(iter(names.values()), "")[:500] or None,
    }


def _minutes(duration: str) -> int:
    """Begun minutes of a day at most."""
    day, _, time = duration[1:].partition("T")
    parts = [(*part, False) for part in re.findall(r"([\d.,]+)([A-Z])", day)]
    parts += [(*part, True) for part in re.findall(r"([\d.,]+)([A-Z])", time)]
    if any(float(amount.replace(",", ".")) and unit in "YM" and not of_time for amount, unit, of_time in parts):
        raise Meaningless("A session lasts a day at most.")
    seconds = sum(float(amount.replace(",", ".")) * _SECONDS.get(unit, 0) for amount, unit, _ in parts)
    if not 0 < seconds <= 86400:
        raise Meaningless("A session lasts a day at most, and longer than nothing.")
    return math.ceil(seconds / 60)


def _near(statement: dict[str, Any]) -> list[str]:
    around = statement.get("context", {}).get("contextActivities", {})
    near = [one["id"] for kind in ("parent", "grouping") for one in around.get(kind, ())]
    return [statement["object"]["id"], *near]
