"""A partner, how it asks, and a made-up world of what it funds."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from chassis.ids import new_id
from contracts.events import programs

TODAY = date(2026, 11, 22)


@pytest.fixture
def partner(as_, told):
    """Headers of the partner."""
    return as_("org.manage", "partner", organization=told.organization, kind="partner")


@pytest.fixture
def ask(client, partner):
    """GET below /partner; returns the JSON of a 200."""

    def get(path, **query):
        answer = client.get(f"/api/v1/partner{path}", query_string=query, headers=partner)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json()

    return get


@dataclass
class World:
    """Everything that was told, in no order."""

    events: list[Any] = field(default_factory=list)

    def of(self, *kinds):
        return [event for event in self.events if isinstance(event, kinds)]


def activity(kind: type[Any], told: Any, student: Any, day: date, **more: Any) -> Any:
    """A certificate, milestone, session or progress."""
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    fields: dict[type[Any], dict[str, Any]] = {
        programs.CertificateEarned: {"certificate_id": new_id(), "number": "C", "earned_on": day, "issued_at": at,
                                     "course_id": None, "cohort_id": None},
        programs.MilestoneReached: {"milestone_id": new_id(), "reached_on": day, "recorded_at": at, "course_id": None,
                                    "cohort_id": None},
        programs.MentorSessionHeld: {"session_id": new_id(), "held_at": at, "recorded_at": at, "minutes": 30,
                                     "cohort_id": None},
        programs.ProgressRecorded: {"source": "lms", "percent": Decimal(40), "completed": False, "happened_at": at,
                                    "recorded_at": at},
    }  # fmt: skip
    return kind(**{"organization_id": told.academy, "student_id": student, **fields[kind], **more})


def _activities(told: Any, pick: random.Random, student: Any, courses: Any, day: Any) -> Any:
    """A few certificates, sessions and progress of one student."""
    for _ in range(pick.randrange(4)):
        kind = pick.choice([programs.CertificateEarned, programs.MentorSessionHeld, programs.ProgressRecorded])
        more: dict[str, Any] = {}
        if kind is programs.MentorSessionHeld:
            more = {"minutes": pick.choice([0, 40])}
        elif kind is programs.CertificateEarned:
            more = {"course_id": pick.choice([None, *courses])}
        else:
            more = {"course_id": pick.choice(courses), "completed": pick.random() < 0.5, "source": str(pick.random())}
        yield activity(kind, told, student, date.fromisoformat(day()), **more)


@pytest.fixture
def world():
    return make_world


def make_world(told: Any, seed: int, students: int = 24) -> World:
    """Students with sponsorships in every state and in programs, their learning on any days, and the money."""
    pick = random.Random(seed)  # noqa: S311 - a made-up world, not a secret
    subjects = ["Mathematics", "Science", None]
    courses = [told.course(f"Course {n}", pick.choice(subjects)) for n in range(5)]
    ids = [each.course_id for each in courses]
    found = [told.organization_created(), *courses]

    def day(after=date(2025, 3, 1)):
        return (after + timedelta(days=pick.randrange(max(1, (TODAY - after).days)))).isoformat()

    program_list = [
        told.program(f"Program {n}", courses=pick.sample(ids, n), start=day(), state="active") for n in range(3)
    ]
    found += program_list
    for number in range(students):
        student = told.student(f"Student {number}", grade=pick.choice(["3", "Grade 4", "5", None]))
        found.append(student)
        for _ in range(pick.choice([0, 1, 1, 2])):
            given = told.sponsorship(
                student.student_id, kind=pick.choice(["full_scholarship", "partial"]),
                courses=pick.sample(ids, pick.choice([0, 0, 2])), start=day(),
            )  # fmt: skip
            found.append(given)
            if pick.random() < 0.8:
                activated = told.activated(given, day())
                found += [activated, told.allocated(given, pick.randrange(10**7), day())]
                if pick.random() < 0.4:
                    found.append(told.ended(given, pick.choice(["completed", "cancelled"]), day()))
                if pick.random() < 0.2:
                    found.append(told.reversed(given, 10_000, day()))
        for program in pick.sample(program_list, pick.choice([0, 0, 1, 2])):
            found.append(told.joined(program, student.student_id, day()))
            if pick.random() < 0.3:
                found.append(told.left(program, student.student_id, day()))
        for _ in range(pick.randrange(9)):
            score = pick.choice([None, str(pick.randrange(130)), str(pick.randrange(100)) + ".37"])
            result = told.result(student.student_id, pick.choice(ids), score, day(), completed=pick.random() < 0.4)
            best = pick.choice([Decimal(100), Decimal(100), Decimal(60), Decimal(7), None])
            found.append(type(result)(**{**result.__dict__, "max_score": best}))
        found += _activities(told, pick, student.student_id, ids, day)
    for _ in range(6):
        payment = told.initiated(pick.randrange(10**7), day())
        found.append(payment)
        state = pick.choice(["pending", "failed", "paid"])
        found += [told.payment_failed(payment, day())] if state == "failed" else []
        found += [told.payment_completed(payment, day())] if state == "paid" else []
    pick.shuffle(found)
    return World(found)
