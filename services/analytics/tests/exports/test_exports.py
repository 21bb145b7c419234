"""Every table that is shown can be taken away: the same figures, nothing a spreadsheet would run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.rules.tables import DANGEROUS, safe

pytestmark = pytest.mark.usefixtures("november")

COMPLETION = "/api/v1/analytics/metrics/completion_rates/"


def shown(value):
    return "" if value is None else str(value)


@pytest.mark.parametrize("key", ["seat_utilization", "completion_rates", "placement_metrics", "roi_analysis"])
def test_a_metrics_series_is_the_same_in_every_form(school, fetch, key, parsed, sheets):
    path = f"/api/v1/analytics/metrics/{key}/"
    metric = fetch(path).get_json()
    columns = ["month", "value", "numerator", "denominator"]
    notes, rows = parsed(fetch(path, format="csv", table="series"))
    assert rows == [columns, *([shown(point[column]) for column in columns] for point in metric["series"])]
    assert f"# formula: {metric['formula']} (version {metric['version']})" in notes
    assert any(note.startswith("# as_of: 2026-11-22T09:00:00") for note in notes)
    book = sheets(fetch(path, format="xlsx"))
    expected = [[point[column] for column in columns] for point in metric["series"]]
    assert book["series"] == [columns, *expected]
    assert ["definition", metric["description"]] in book["definitions"]


def test_what_is_withheld_is_withheld_in_every_form(school, fetch, parsed, sheets):
    notes, rows = parsed(fetch(COMPLETION, group_by="school", format="csv", table="breakdown"))
    assert rows[1:] == [["'+Lake", "'+Lake", "", "", "", "yes"], ["Hill", "Hill", "", "", "", "yes"]]
    book = sheets(fetch(COMPLETION, group_by="school", format="xlsx"))
    assert [row[2:] for row in book["breakdown"][1:]] == [[None, None, None, "yes"]] * 2
    assert any("fewer than 5" in note for note in notes)


def test_a_report_is_the_same_in_every_form_with_the_same_names(school, fetch, privacy, parsed, sheets):
    path = f"/api/v1/programs/cohorts/{school.cohort_id}/reports/"
    report = fetch(path).get_json()
    book = sheets(fetch(path, format="xlsx"))
    assert {"summary", "completion_by_course", "seats_by_month", "results", "at_risk", "definitions"} <= set(book)
    names = [row[1] for row in book["at_risk"][1:]]
    assert names == [student["name"].replace("@", "'@") for student in report["at_risk"]]
    assert "'@SUM(A1)" in names
    assert sum(name.startswith("Student ") for name in names) == 7
    (course,) = report["completion"]["by_course"]
    assert book["completion_by_course"][1] == [course["course_id"], "'=1+1", 9, 0, 0]
    assert ["completion.rate", report["completion"]["rate"]] in book["summary"]
    _, rows = parsed(fetch(path, format="csv"))
    assert ["completion.enrolled", "9"] in rows
    assert privacy.asked[-1]["log"] is True


def test_a_file_has_a_name_no_header_breaks_on_and_is_not_kept(school, fetch):
    answer = fetch(f"/api/v1/programs/cohorts/{school.cohort_id}/reports/", format="csv")
    name = "nakuru-readers-x-evil-1-report-2026-11-22.csv"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "X-Evil" not in answer.headers


def test_what_there_is_no_form_or_table_of_is_named(school, fetch):
    assert fetch(COMPLETION, format="ods").status_code == 400
    answer = fetch(COMPLETION, format="csv", table="breakdown")
    assert (answer.status_code, answer.get_json()["code"]) == (400, "no_such_table")
    assert "series, numbers" in answer.get_json()["detail"]


def test_whoever_may_not_see_it_may_not_take_it(school, client, as_, told, another):
    path = f"/api/v1/programs/cohorts/{school.cohort_id}/reports/?format=xlsx"
    assert client.get(path).status_code == 401
    assert client.get(path, headers=as_("dashboard.view", organization=told.organization)).status_code == 403
    assert client.get(path, headers=as_("cohorts.read", organization=another.organization)).status_code == 404


@given(st.text())
def test_no_text_begins_like_a_formula(text):
    assert not str(safe(text)).lstrip(" ").startswith(DANGEROUS)
    assert safe(text) in {text, f"'{text}"}
