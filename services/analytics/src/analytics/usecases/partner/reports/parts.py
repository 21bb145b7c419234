"""Tables and charts that more than one report has."""

from typing import Any

from analytics.rules import wording
from analytics.rules.charts import Column
from analytics.rules.partner.report import MONTH, NUMBER, PERCENT, TEXT, Chart, Part

_BANDS = {
    "excellent": "Excellent", "good": "Good", "needs_improvement": "Needs improvement", "at_risk": "At risk",
}  # fmt: skip


def bands(outcomes: dict[str, Any]) -> Part:
    """Students by their average."""
    return Part(
        "by_performance", "Students by their average score",
        (("performance", "Band", TEXT), ("count", "Students", NUMBER), ("percent", "Share", PERCENT),
         ("avg_score", "Average score", PERCENT)),
        [(_BANDS[name], band["count"], band["percent"], band["avg_score"])
         for name, band in outcomes["by_performance"].items()],
        "No student has a score in this period.",
    )  # fmt: skip


def subjects(outcomes: dict[str, Any]) -> Part:
    """By subject area."""
    names = ("subject", "avg_score", "completion_rate")
    return Part(
        "by_subject", "Scores and completion by subject",
        (("subject", "Subject", TEXT), ("avg_score", "Average score", PERCENT),
         ("completion_rate", "Completion", PERCENT)),
        [tuple(each[name] for name in names) for each in outcomes["by_subject"]],
        "No course was begun in this period.",
    )  # fmt: skip


def months(outcomes: dict[str, Any]) -> Part:
    """Scores by month."""
    return Part(
        "score_trend", "Average score by month",
        (("month", "Month", MONTH), ("avg_score", "Average score", PERCENT)),
        [(each["month"], each["avg_score"]) for each in outcomes["score_trend"]],
        "No score is dated in this period.",
    )  # fmt: skip


def score_chart(outcomes: dict[str, Any]) -> Chart:
    """Months whose score is told, each standing in 100."""
    told = [each for each in outcomes["score_trend"] if each["avg_score"] is not None]
    points = [Column(_short(each), each["avg_score"], 100.0, wording.percent(each["avg_score"])) for each in told]
    words = "".join(f" {point.label}: {point.caption}." for point in points)
    return Chart(
        "Average score by month", points, f"Average score by month, columns out of 100.{words}", "Average score",
        "Best possible", "No score is told for any month of this period.",
    )  # fmt: skip


def band_chart(outcomes: dict[str, Any]) -> Chart:
    """How many students of all who have a score."""
    told = outcomes["by_performance"]
    scored = sum(band["count"] for band in told.values())
    points = [
        Column(_BANDS[name], float(band["count"]), float(scored), str(band["count"])) for name, band in told.items()
    ]
    words = "".join(f" {point.label}: {point.caption}." for point in points)
    return Chart(
        "Students by performance", points if scored else (), f"Students by performance, of {scored} scored.{words}",
        "Students in the band", "Students with a score", "No student has a score in this period.",
    )  # fmt: skip


def _short(point: dict[str, Any]) -> str:
    return wording.month(point["month"])
