"""The financial report: what was paid, allocated and released."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from analytics.queries.partner import accounts, learning, money
from analytics.rules import wording
from analytics.rules.charts import Column
from analytics.rules.partner import definitions
from analytics.rules.partner.learning import completion_rate, improvement
from analytics.rules.partner.report import (
    MONEY,
    MONTH,
    NUMBER,
    PERCENT,
    POINTS,
    TEXT,
    WORD,
    Chart,
    Figure,
    Part,
    Report,
)
from analytics.rules.periods import Period
from analytics.rules.rates import major
from analytics.rules.scope import Scope
from chassis.auth import Caller

_MOVED = (("allocated", "Allocated", MONEY), ("released", "Released", MONEY))


def financial(session: Session, caller: Caller, scope: Scope, period: Period) -> Report:  # noqa: ARG001 - as the others
    """Names nobody."""
    months = [
        (row.month, *_major(scope, row.allocated, row.released)) for row in accounts.months(session, scope, period)
    ]
    parts = (
        Part("by_month", "Money by month", (("month", "Month", MONTH), *_MOVED), months, "No money moved."),
        _programs(session, scope, period),
        _sponsorships(session, scope, period),
    )
    figures = (*_money(session, scope, period), *_learning(session, scope, period))
    return Report(figures, parts, (_chart(months, scope.currency),), definitions.FINANCIAL_REPORT)


def _money(session: Session, scope: Scope, period: Period) -> Iterator[Figure]:
    for name, label, minor in (
        ("investment", "Allocated", money.invested(session, scope, period)),
        ("disbursed", "Released", accounts.released(session, scope, period)),
        ("total_paid", "Paid", money.paid(session, scope, period)),
        ("pending_payments", "Payments pending", money.pending(session, scope)),
    ):
        yield Figure(name, label, major(minor, scope.currency), MONEY, cover=True)


def _learning(session: Session, scope: Scope, period: Period) -> Iterator[Figure]:
    standings = learning.standings(session, scope, period)
    yield Figure("students_reached", "Students reached", len(standings), NUMBER)
    yield Figure("completion_rate", "Course completion", completion_rate(standings), PERCENT)
    yield Figure("avg_score_improvement", "Score improvement, points", improvement(standings), POINTS)


def _programs(session: Session, scope: Scope, period: Period) -> Part:
    rows = [
        (row.name, row.state, *_major(scope, row.budget_minor, row.allocated, row.released))
        for row in accounts.programs(session, scope, period)
    ]
    columns = (("name", "Program", TEXT), ("state", "Status", WORD), ("budget", "Budget", MONEY), *_MOVED)
    return Part("programs", "Programs", columns, rows, "There is no program.")


def _sponsorships(session: Session, scope: Scope, period: Period) -> Part:
    rows = [
        (row.kind, row.number, *_major(scope, row.promised, row.allocated, row.released))
        for row in accounts.kinds(session, scope, period)
    ]
    columns = (("type", "Type", WORD), ("count", "Number", NUMBER), ("total_amount", "Promised", MONEY), *_MOVED)
    return Part("sponsorships", "Sponsorships of the period by type", columns, rows, "There is no sponsorship.")


def _major(scope: Scope, *minors: Any) -> tuple[int | float, ...]:
    return tuple(major(int(minor), scope.currency) for minor in minors)


def _chart(months: list[tuple[Any, ...]], currency: str) -> Chart:
    points = [
        Column(wording.month(month), max(0.0, float(released)), max(0.0, float(allocated)), "")
        for month, allocated, released in months
    ]
    words = "".join(
        f" {wording.month(month)}: {wording.money(released, currency)} of {wording.money(allocated, currency)}."
        for month, allocated, released in months
    )
    return Chart(
        f"Money by month, {currency}", points, f"Money released beside money allocated, by month.{words}", "Released",
        "Allocated", "No money moved in this period.",
    )  # fmt: skip
