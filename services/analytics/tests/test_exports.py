"""Every table that is shown can be taken away: the same figures, nothing a spreadsheet would run."""

import csv
from io import BytesIO, StringIO
from xml.etree import ElementTree as Xml
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.rules.tables import DANGEROUS, safe

pytestmark = pytest.mark.usefixtures("november")

COMPLETION = "/api/v1/analytics/metrics/completion_rates/"


@pytest.fixture
def school(told, deliver, privacy):
    """Two schools, one of them small; one student's name is a formula."""
    reading = told.course("=1+1")
    cohort = told.cohort('Nakuru "readers"\r\nX-Evil: 1', courses=[reading.course_id])
    deliver(told.organization_created(), reading, cohort)
    for number in range(9):
        name = "@SUM(A1)" if number == 0 else f"Student {number}"
        student = told.student(name, school="+Lake" if number < 6 else "Hill")
        enrolled = told.enrolled(cohort.cohort_id, student.student_id)
        deliver(student, enrolled, told.result(student.student_id, reading.course_id, "50", "2026-03-01"))
        deliver(*[told.completed(enrolled, "2026-06-01")] * (number == 1))
        if number == 0:
            privacy.consenting.add(student.student_id)
    return cohort


@pytest.fixture
def fetch(client, as_, told):
    headers = as_("dashboard.view", "cohorts.read", organization=told.organization)
    return lambda path, **query: client.get(path, query_string=query, headers=headers)


def parsed(answer):
    """The notes and the rows of a CSV."""
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.content_type == "text/csv; charset=utf-8"
    lines = list(csv.reader(StringIO(answer.data.decode("utf-8-sig"))))
    return [row[0] for row in lines if row[0].startswith("# ")], [row for row in lines if not row[0].startswith("# ")]


_NAMESPACE = {"": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def sheets(answer):
    """Sheet to its rows; a formula anywhere is an error."""
    assert answer.status_code == 200, answer.get_data(as_text=True)
    with ZipFile(BytesIO(answer.data)) as book:
        names = [sheet.get("name") for sheet in _xml(book, "xl/workbook.xml").findall("sheets/sheet", _NAMESPACE)]
        found = [_xml(book, f"xl/worksheets/sheet{number}.xml") for number in range(1, len(names) + 1)]
    assert not [each for each in found if each.findall(".//f", _NAMESPACE)]
    return {
        name: [_row(row) for row in sheet.findall("sheetData/row", _NAMESPACE)]
        for name, sheet in zip(names, found, strict=True)
    }


def _xml(book, name):
    return Xml.fromstring(book.read(name))  # noqa: S314 - what we wrote a moment ago


def _row(row):
    """Values by column; a cell without a value is not written."""
    values = {}
    for cell in row.findall("c", _NAMESPACE):
        text = "".join(cell.itertext())
        values[ord(cell.get("r")[0]) - ord("A")] = text if cell.get("t") == "inlineStr" else float(text)
    return [values.get(column) for column in range(max(values) + 1)]


def shown(value):
    return "" if value is None else str(value)


@pytest.mark.parametrize("key", ["seat_utilization", "completion_rates", "placement_metrics", "roi_analysis"])
def test_a_metrics_series_is_the_same_in_every_form(school, fetch, key):
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


def test_what_is_withheld_is_withheld_in_every_form(school, fetch):
    notes, rows = parsed(fetch(COMPLETION, group_by="school", format="csv", table="breakdown"))
    assert rows[1:] == [["'+Lake", "'+Lake", "", "", "", "yes"], ["Hill", "Hill", "", "", "", "yes"]]
    book = sheets(fetch(COMPLETION, group_by="school", format="xlsx"))
    assert [row[2:] for row in book["breakdown"][1:]] == [[None, None, None, "yes"]] * 2
    assert any("fewer than 5" in note for note in notes)


def test_a_report_is_the_same_in_every_form_with_the_same_names(school, fetch, privacy):
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
