"""The financial report: what was paid, allocated and released."""

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
    standings = learning.standings(session, scope, period)

    def told(minor: Any) -> int | float:
        return major(int(minor), scope.currency)

    by_month = [(row.month, told(row.allocated), told(row.released)) for row in accounts.months(session, scope, period)]
    invested, released = money.invested(session, scope, period), accounts.released(session, scope, period)
    figures = (
        Figure("investment", "Allocated", told(invested), MONEY, cover=True),
        Figure("disbursed", "Released", told(released), MONEY, cover=True),
        Figure("total_paid", "Paid", told(money.paid(session, scope, period)), MONEY, cover=True),
        Figure("pending_payments", "Payments pending", told(money.pending(session, scope)), MONEY, cover=True),
        Figure("students_reached", "Students reached", len(standings), NUMBER),
        Figure("completion_rate", "Course completion", completion_rate(standings), PERCENT),
        Figure("avg_score_improvement", "Score improvement, points", improvement(standings), POINTS),
    )
    programs = [
        (row.name, row.state, told(row.budget_minor), told(row.allocated), told(row.released))
        for row in accounts.programs(session, scope, period)
    ]
    kinds = [
        (row.kind, row.number, told(row.promised), told(row.allocated), told(row.released))
        for row in accounts.kinds(session, scope, period)
    ]
    parts = (
        Part("by_month", "Money by month", (("month", "Month", MONTH), *_MOVED), by_month, "No money moved."),
        Part(
            "programs", "Programs",
            (("name", "Program", TEXT), ("state", "Status", WORD), ("budget", "Budget", MONEY), *_MOVED), programs,
            "There is no program.",
        ),
        Part(
            "sponsorships", "Sponsorships of the period by type",
            (("type", "Type", WORD), ("count", "Number", NUMBER), ("total_amount", "Promised", MONEY), *_MOVED), kinds,
            "There is no sponsorship.",
        ),
    )  # fmt: skip
    return Report(figures, parts, (_chart(by_month, scope.currency),), definitions.FINANCIAL_REPORT)


def _chart(months: list[tuple[str, int | float, int | float]], currency: str) -> Chart:
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
