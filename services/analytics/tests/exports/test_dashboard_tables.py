"""Dashboards and lists as tables: what a document shows, and the lists of what there is, can be taken away, too."""

import pytest

pytestmark = pytest.mark.usefixtures("november")

SPONSOR = "/api/v1/analytics/dashboards/sponsor/tables/"
KEYS = ("seat_utilization", "completion_rates", "placement_metrics", "roi_analysis")
POINT = ["month", "value", "numerator", "denominator"]


def test_a_sponsors_dashboard_is_the_same_in_every_form_and_as_its_metrics(school, fetch, told, deliver, sheets):
    deliver(told.seats_bought(12), told.paid(64_000_000))
    tables = {each["name"]: [each["columns"], *each["rows"]] for each in fetch(SPONSOR).get_json()["tables"]}
    book = sheets(fetch(SPONSOR, format="xlsx"))
    assert set(book) == {*tables, "definitions"}
    numbers = {(key, name): number for key, name, number in tables["figures"][1:]}
    for key in KEYS:
        metric = fetch(f"/api/v1/analytics/metrics/{key}/").get_json()
        assert numbers[key, "value"] == metric["value"]
        series = [POINT, *([point[column] for column in POINT] for point in metric["series"])]
        assert tables[f"{key}_series"] == book[f"{key}_series"] == series
    assert book["payments"][1][1:] == [640000, 0, "KES"]
    assert book["courses"][1][1] == "'=1+1"


def test_every_cohort_is_in_it_with_its_figures(school, fetch, told, deliver, parsed):
    deliver(told.seats_bought(12), *[told.cohort(f"Cohort {number}") for number in range(101)])
    notes, rows = parsed(fetch(SPONSOR, format="csv", table="cohorts"))
    assert len(rows) == 1 + 102
    mine = next(row for row in rows if row[0] == str(school.cohort_id))
    assert mine[2:] == ["30", "2026-01-05", "2026-12-18", "0", "12", "0.0", "1", "9", "11.1"]
    assert any(note.startswith("# as_of: 2026-11-22T09:00:00") for note in notes)


def test_a_cohorts_dashboard_names_whom_its_report_names(school, fetch, privacy, sheets):
    report = fetch(f"/api/v1/programs/cohorts/{school.cohort_id}/reports/").get_json()
    path = f"/api/v1/analytics/dashboards/cohort:{school.cohort_id}/tables/"
    book = sheets(fetch(path, format="xlsx"))
    assert ["completion.rate", report["completion"]["rate"]] in book["summary"]
    assert [row[1] for row in book["at_risk"][1:]] == [one["name"].replace("@", "'@") for one in report["at_risk"]]
    assert privacy.asked[-1]["log"] is True
    assert fetch(path).headers["Cache-Control"] == "private, no-store"


def test_the_lists_of_metrics_and_dashboards_are_the_same_in_every_form(school, fetch, parsed, sheets):
    for path, name in (("/api/v1/analytics/metrics/", "metrics"), ("/api/v1/analytics/dashboards", "dashboards")):
        items = fetch(path).get_json()["items"]
        notes, (columns, *rows) = parsed(fetch(path, format="csv", limit="1"))
        assert [dict(zip(columns, row, strict=True)) for row in rows] == [
            {key: ", ".join(told) if isinstance(told, list) else str(told) for key, told in item.items()}
            for item in items
        ]
        assert any(note.startswith("# as_of: 2026-11-22T09:00:00") for note in notes)
        assert set(sheets(fetch(path, format="xlsx"))) == {name, "definitions"}


def test_nobody_takes_what_they_may_not_see(school, fetch, client, as_, another):
    path = f"/api/v1/analytics/dashboards/cohort:{school.cohort_id}/tables/?format=csv"
    assert client.get(path, headers=as_("dashboard.view", organization=another.organization)).status_code == 404
    assert client.get(path, headers=as_("cohorts.read", organization=another.organization)).status_code == 403
    assert fetch("/api/v1/analytics/dashboards/board/tables/").status_code == 404
    assert fetch(SPONSOR, format="csv", table="x").status_code == 400
