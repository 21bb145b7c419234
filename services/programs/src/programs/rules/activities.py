"""Placements, mentor sessions and lab use: what each says, and which are the same one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from chassis.money import Money, UnknownCurrency
from programs.rules.batches import RowRefused

PLACEMENT_FACTS = (
    "student_id", "cohort_id", "employer_name", "title", "started_on", "ended_on", "salary_minor", "currency", "source",
)  # fmt: skip
SESSION_FACTS = ("student_id", "cohort_id", "held_at", "minutes", "mentor", "topic")
LAB_FACTS = ("student_id", "cohort_id", "used_at", "minutes", "lab")
"""What a row says; the same again is no news."""


def placement_facts(values: Mapping[str, Any]) -> dict[str, Any]:
    """The placement a row tells, its salary in minor units. Raises RowRefused."""
    salary, currency = values["salary"], values["currency"]
    if values["ended_on"] and values["ended_on"] < values["started_on"]:
        raise RowRefused("ended_on", "A placement cannot end before it starts.")
    if (salary is None) != (currency is None):
        raise RowRefused("currency", "Give salary and currency together.")
    told = {name: values[name] for name in PLACEMENT_FACTS if name in values}
    return {**told, "salary_minor": None if salary is None else _minor(salary, currency), "currency": currency}


def placement_key(values: Mapping[str, Any], student_id: UUID) -> str:
    """The sender's own id; otherwise student, employer, title and the day it started."""
    if values.get("placement_id"):
        return f"id:{values['placement_id']}"
    words = "|".join(values[name].casefold() for name in ("employer_name", "title"))
    return f"day:{student_id}:{values['started_on']}:{words}"


def session_facts(values: Mapping[str, Any]) -> dict[str, Any]:
    """The mentor session a row tells."""
    return {name: values[name] for name in SESSION_FACTS if name in values}


def session_key(values: Mapping[str, Any], student_id: UUID) -> str:
    """The sender's own id; otherwise student and moment: nobody is in two sessions at once."""
    return _at(values, "session_id", "held_at", student_id)


def lab_facts(values: Mapping[str, Any]) -> dict[str, Any]:
    """The lab use a row tells."""
    return {name: values[name] for name in LAB_FACTS if name in values}


def lab_key(values: Mapping[str, Any], student_id: UUID) -> str:
    """The sender's own id; otherwise student and moment."""
    return _at(values, "usage_id", "used_at", student_id)


def _at(values: Mapping[str, Any], own_id: str, moment: str, student_id: UUID) -> str:
    if values.get(own_id):
        return f"id:{values[own_id]}"
    return f"at:{student_id}:{values[moment].isoformat()}"


def _minor(salary: Any, currency: str) -> int:
    try:
        minor = Money.parse(salary, currency).minor
    except UnknownCurrency:
        raise RowRefused("currency", "Give a currency as in ISO 4217.") from None
    except ValueError:
        raise RowRefused("salary", "Give an amount with no more decimals than the currency has.") from None
    if minor < 0:
        raise RowRefused("salary", "Give an amount of 0 or more.")
    return minor
