"""Every figure a partner is told, held against a plain computation over everything that was told."""

from collections import Counter, defaultdict
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from contracts.events import billing, programs

pytestmark = pytest.mark.usefixtures("november")

TODAY = date(2026, 11, 22)
PERIODS = {"quarter": date(2026, 10, 1), "year": date(2026, 1, 1), "all_time": None}
SEEDS = [(1, "Africa/Nairobi"), (2, "Pacific/Auckland"), (3, "America/Los_Angeles"), (4, "Africa/Nairobi")]
WORLDS = [SEEDS[0], *(pytest.param(each, marks=pytest.mark.long) for each in SEEDS[1:])]


def one(value: Fraction) -> float:
    """One decimal, halves to the even side."""
    return float(Fraction(round(value * 10), 10))


def half_up(value: Fraction) -> int:
    return (value + Fraction(1, 2)).__floor__()


class Counted:
    """Figures of one period (``since`` None: all time) up to ``today``."""

    def __init__(self, world: Any, zone: str, since: date | None, today: date) -> None:
        self.world, self.zone, self.since, self.today = world, ZoneInfo(zone), since, today
        self.sources = [*self._sponsorships(), *self._programs()]
        self.students = sorted({student for student, _, _ in self.sources})
        self.pairs = self._pairs()

    def day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def within(self, day: date) -> bool:
        return (self.since is None or day >= self.since) and day <= self.today

    def _sponsorships(self) -> Any:
        active = {e.sponsorship_id for e in self.world.of(programs.SponsorshipActivated)}
        ended = {e.sponsorship_id: e for e in self.world.of(programs.SponsorshipEnded)}
        for given in self.world.of(programs.SponsorshipCreated):
            end = ended.get(given.sponsorship_id)
            gone = end and (end.state == "cancelled" or (self.since and self.day(end.ended_at) < self.since))
            if given.sponsorship_id in active and not gone:
                yield given.student_id, given.start_date, set(given.course_ids)

    def _programs(self) -> Any:
        known = {e.program_id: e for e in self.world.of(programs.ProgramCreated)}
        left = {(e.program_id, e.student_id): e for e in self.world.of(programs.ProgramStudentWithdrawn)}
        for joined in self.world.of(programs.ProgramStudentEnrolled):
            program, gone = known[joined.program_id], left.get((joined.program_id, joined.student_id))
            if gone and gone.withdrawn_at >= joined.enrolled_at:
                continue
            if self.since is None or program.end_date >= self.since:
                starts = max(program.start_date, self.day(joined.enrolled_at))
                yield joined.student_id, starts, set(program.course_ids)

    def counts(self, student: Any, course: Any, day: date, *, anywhere: bool = False) -> bool:
        return self.within(day) and any(
            student == who and day >= starts and (anywhere or not courses or course in courses)
            for who, starts, courses in self.sources
        )

    def _pairs(self) -> dict[Any, dict[str, Any]]:
        found: dict[Any, dict[str, Any]] = defaultdict(lambda: {"scores": [], "completed": False})
        for result in self.world.of(programs.ResultRecorded):
            if not self.counts(result.student_id, result.course_id, result.result_date):
                continue
            pair = found[result.student_id, result.course_id]
            pair["completed"] |= result.completed
            if result.score is not None and result.max_score:
                share = min(max(result.score / result.max_score, Decimal(0)), Decimal(1))
                points = int((share * 10_000).quantize(Decimal(1), ROUND_HALF_UP))
                pair["scores"].append((result.result_date, result.recorded_at, str(result.result_id), points))
        for progress in self.world.of(programs.ProgressRecorded):
            if self.counts(progress.student_id, progress.course_id, self.day(progress.happened_at)):
                found[progress.student_id, progress.course_id]["completed"] |= progress.completed
        for pair in found.values():
            pair["scores"] = [score[-1] for score in sorted(pair["scores"])]
        return dict(found)

    def of(self, student: Any) -> list[dict[str, Any]]:
        return [pair for (who, _), pair in self.pairs.items() if who == student]

    def average(self, student: Any) -> int | None:
        latest = [pair["scores"][-1] for pair in self.of(student) if pair["scores"]]
        return half_up(Fraction(sum(latest), len(latest))) if latest else None

    def change(self, student: Any) -> int | None:
        gains = [pair["scores"][-1] - pair["scores"][0] for pair in self.of(student) if len(pair["scores"]) > 1]
        return half_up(Fraction(sum(gains), len(gains))) if gains else None

    def mean(self, values: Any) -> float | None:
        known = [value for value in values if value is not None]
        return one(Fraction(sum(known), 100 * len(known))) if known else None

    def trends(self) -> Counter[str]:
        changes = [change for change in map(self.change, self.students) if change is not None]
        return Counter("improving" if c >= 200 else "declining" if c <= -200 else "stable" for c in changes)

    def completed(self) -> int:
        return sum(pair["completed"] for pair in self.pairs.values())

    def completion_rate(self) -> float | None:
        return one(Fraction(100 * self.completed(), len(self.pairs))) if self.pairs else None

    def courses_funded(self) -> int:
        return len(
            {course for _, _, courses in self.sources for course in courses} | {course for _, course in self.pairs}
        )

    def certificates(self) -> int:
        told = self.world.of(programs.CertificateEarned)
        return sum(self.counts(e.student_id, e.course_id, e.earned_on) for e in told)

    def sessions(self, student: Any = None) -> int:
        told = [e for e in self.world.of(programs.MentorSessionHeld) if e.minutes and student in (None, e.student_id)]
        return sum(self.counts(e.student_id, None, self.day(e.held_at), anywhere=True) for e in told)

    def invested(self) -> int:
        moves = [(e.amount_minor, e.allocated_at) for e in self.world.of(billing.FundsAllocated)]
        moves += [(-e.amount_minor, e.reversed_at) for e in self.world.of(billing.FundsReversed)]
        return sum(minor for minor, at in moves if self.within(self.day(at)))

    def payments(self) -> tuple[int, int]:
        failed = {e.payment_id for e in self.world.of(billing.PaymentFailed)}
        paid = {e.payment_id for e in self.world.of(billing.PaymentCompleted)}
        awaited = self.world.of(billing.PaymentInitiated)
        return (
            sum(e.amount_minor for e in awaited if e.payment_id in paid),
            sum(e.amount_minor for e in awaited if e.payment_id not in paid | failed),
        )

    def months(self) -> dict[str, float]:
        found: dict[str, list[int]] = defaultdict(list)
        for result in self.world.of(programs.ResultRecorded):
            if result.score is None or not result.max_score:
                continue
            if self.counts(result.student_id, result.course_id, result.result_date):
                share = min(max(result.score / result.max_score, Decimal(0)), Decimal(1))
                points = int((share * 10_000).quantize(Decimal(1), ROUND_HALF_UP))
                found[f"{result.result_date:%Y-%m}"].append(points)
        return {month: one(Fraction(sum(told), 100 * len(told))) for month, told in sorted(found.items())}


def each(minor: int, count: int) -> int | None:
    """Whole major units for each, halves to the even side."""
    return round(Fraction(minor, 100 * count)) if count else None


@pytest.fixture(params=WORLDS, ids=[zone for _, zone in SEEDS])
def known(request, told, world, deliver):
    """The world that was told, and how to count in it."""
    seed, told.time_zone = request.param
    found = world(told, seed)
    deliver(*found.events)
    return lambda since: Counted(found, told.time_zone, since, TODAY)


def test_every_figure_is_what_was_told_comes_to(known, ask, privacy):
    counted = known(None)
    privacy.consenting |= set(counted.students)
    _compare_dashboard(counted, ask("/dashboard/stats"))
    _compare_students(counted, ask)
    for period, since in PERIODS.items():
        then = known(since)
        _compare_impact(then, ask("/impact", period=period), period)
        _compare_outcomes(then, ask("/impact/student-outcomes", period=period))


def _compare_dashboard(counted, told):
    trends = counted.trends()
    stats = told["stats"]
    assert stats["total_students_sponsored"] == len(counted.students) > 5
    assert stats["total_invested"] == pytest.approx(counted.invested() / 100)
    assert stats["average_student_score_improvement"] == counted.mean(map(counted.change, counted.students))
    assert stats["courses_funded"] == counted.courses_funded()
    assert told["impact_snapshot"] == {
        **{f"students_{trend}": trends[trend] for trend in ("improving", "stable", "declining")},
        "overall_completion_rate": counted.completion_rate(),
    }
    paid, pending = counted.payments()
    assert told["payment_summary"]["total_paid"] == pytest.approx(paid / 100)
    assert told["payment_summary"]["pending_payments"] == pytest.approx(pending / 100)


def _compare_impact(counted, told, period):
    assert (told["period"], told["students_reached"]) == (period, len(counted.students))
    assert told["total_investment"] == pytest.approx(counted.invested() / 100)
    assert told["courses_funded"] == counted.courses_funded()
    outcomes = told["outcomes"]
    assert outcomes["average_score_improvement"] == counted.mean(map(counted.change, counted.students))
    assert outcomes["course_completion_rate"] == counted.completion_rate()
    assert outcomes["certificates_earned"] == counted.certificates()
    assert outcomes["ai_tutor_sessions"] == counted.sessions()
    comparison = told["comparison_to_platform"]
    assert comparison["sponsored_avg_score"] == counted.mean(map(counted.average, counted.students))
    assert told["roi_metrics"] == {
        "cost_per_student": each(counted.invested(), len(counted.students)),
        "cost_per_course_completion": each(counted.invested(), counted.completed()),
        "cost_per_certificate": each(counted.invested(), counted.certificates()),
    }


def _compare_outcomes(counted, told):
    averages = [average for average in map(counted.average, counted.students) if average is not None]
    least = {"excellent": 8500, "good": 7000, "needs_improvement": 5000, "at_risk": 0}
    rest = averages
    for band, bound in least.items():
        inside, rest = [a for a in rest if a >= bound], [a for a in rest if a < bound]
        assert told["by_performance"][band]["count"] == len(inside)
        assert told["by_performance"][band]["avg_score"] == counted.mean(inside)
    assert told["total_students"] == len(counted.students)
    assert {point["month"]: point["avg_score"] for point in told["score_trend"]} == counted.months()


def _compare_students(counted, ask):
    pages = [ask("/sponsored-students", limit=5, page=page) for page in range(1, 9)]
    lines = {line["id"]: line for page in pages for line in page["students"]}
    assert sorted(lines) == [str(student) for student in counted.students]
    for student in counted.students:
        line = lines[str(student)]
        assert line["average_score"] == counted.mean([counted.average(student)])
        assert line["score_change"] == counted.mean([counted.change(student)])
        assert line["courses_completed"] == sum(pair["completed"] for pair in counted.of(student))
        assert line["ai_tutor_sessions"] == counted.sessions(student)
    aggregate, trends = pages[0]["aggregate"], counted.trends()
    assert aggregate["average_score_all"] == counted.mean(map(counted.average, counted.students))
    assert [aggregate[f"{t}_count"] for t in ("improving", "stable", "declining")] == [
        trends[t] for t in ("improving", "stable", "declining")
    ]
    for trend in ("improving", "stable", "declining"):
        found = ask("/sponsored-students", performance=trend)
        assert found["total"] == trends[trend]
        assert {line["performance_trend"] for line in found["students"]} <= {trend}
