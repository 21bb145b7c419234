"""A cohort whose names are hostile, how its figures are fetched, and how files are read."""

import csv
from io import BytesIO, StringIO
from xml.etree import ElementTree as Xml
from zipfile import ZipFile

import pytest


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


@pytest.fixture
def parsed():
    """The notes and the rows of a CSV."""
    return _parsed


def _parsed(answer):
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.content_type == "text/csv; charset=utf-8"
    lines = list(csv.reader(StringIO(answer.data.decode("utf-8-sig"))))
    return [row[0] for row in lines if row[0].startswith("# ")], [row for row in lines if not row[0].startswith("# ")]


_NAMESPACE = {"": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@pytest.fixture
def sheets():
    """Sheet to its rows; a formula anywhere is an error."""
    return _sheets


def _sheets(answer):
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
