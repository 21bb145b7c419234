"""A cohort's report as tables."""

from typing import Any

from analytics.rules.filenames import plain
from analytics.rules.tables import Table, Tables, table

_PART = ("numerator", "denominator")


def report_tables(report: dict[str, Any]) -> Tables:
    """From what ``read_cohort_report`` tells; people stand in it as they do there, by name or pseudonym."""
    completion, seats = report["completion"], report["seats"]
    cohort, period = report["cohort"], report["period"]
    tables = (
        Table("summary", ("name", "number"), list(_summary(report))),
        table("completion_by_course", ("course_id", "title", "enrolled", "completed", "rate"), completion["by_course"]),
        table("completion_by_month", ("month", "enrolled", "completed", "rate"), completion["by_month"]),
        table("seats_by_month", ("month", "value", *_PART), seats["by_month"]),
        table("results", ("course_id", "title", "mean_score", "max_score", "students", "withheld"), report["results"]),
        table(
            "improvement",
            ("subject_area", "first_course", "last_course", "mean_gain", "students", "withheld"),
            report["improvement"],
        ),
        table("at_risk", ("student_id", "name", "consented", "reasons", "last_result_on"), report["at_risk"]),
    )
    notes = {
        "title": f"Cohort report: {cohort['name']}",
        "cohort_id": str(cohort["id"]),
        "period": f"{period['from'] or 'the beginning'} to {period['to'] or 'now'}, {period['time_zone']}",
        **{f"definition of {name}": words for name, words in report["definitions"].items()},
        "as_of": report["as_of"].isoformat(),
    }
    return Tables(plain(f"{cohort['name']} report {report['as_of']:%Y-%m-%d}"), notes, tables)


def _summary(report: dict[str, Any]) -> Any:
    for part, names in (
        ("seats", ("purchased", "assigned", "available", "utilization")),
        ("completion", ("rate", "enrolled", "completed")),
        ("payments", ("invoiced", "paid", "due", "currency")),
    ):
        for name in names:
            yield f"{part}.{name}", report[part][name]
    yield "at_risk_total", report["at_risk_total"]
