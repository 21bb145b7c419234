"""The zip holds the whole data set, the same bytes each time."""

import csv
import io
import zipfile
from collections import Counter

import pytest

from star.choose import choose_schools
from star.data import read_rows, read_schools
from star.oneroster import write


@pytest.fixture(scope="module")
def content():
    found = io.BytesIO()
    write(found)
    return found.getvalue()


@pytest.fixture(scope="module")
def files(content):
    return unpacked(content)


def unpacked(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {
            name: list(csv.DictReader(io.StringIO(archive.read(name).decode(), newline="")))
            for name in archive.namelist()
        }


def test_every_student_and_every_score_is_in_it(files):
    roles = Counter(row["role"] for row in files["users.csv"])
    scores = [row["score"] for row in files["results.csv"] if row["score"]]
    recorded = [score for row in read_rows() for score in row.scores.values() if score is not None]
    assert (roles["student"], len(files["demographics.csv"]), len(scores)) == (11_598, 11_598, 48_875)
    assert Counter(map(int, scores)) == Counter(recorded)
    assert {row["scoreStatus"] for row in files["results.csv"] if not row["score"]} == {"not submitted"}


def test_of_some_schools_it_holds_whoever_began_there_with_all_their_years():
    schools = choose_schools(read_schools(read_rows()), 2)
    found = io.BytesIO()
    write(found, schools=schools)
    files = unpacked(found.getvalue())
    students = {f"STAR-{pupil.id}" for school in schools for pupil in school.pupils}
    assert {row["sourcedId"] for row in files["users.csv"] if row["role"] == "student"} == students
    assert len(files["results.csv"]) == sum(len(pupil.results) for school in schools for pupil in school.pupils)
    check_names(files)


def test_whatever_a_row_names_is_there(files):
    check_names(files)


def check_names(files):
    known = {name: {row["sourcedId"] for row in rows} for name, rows in files.items() if name != "manifest.csv"}
    assert {len(known[name]) for name in known} == {len(files[name]) for name in known}
    names = [
        ("classes.csv", "courseSourcedId", "courses.csv"),
        ("classes.csv", "schoolSourcedId", "orgs.csv"),
        ("classes.csv", "termSourcedIds", "academicSessions.csv"),
        ("enrollments.csv", "classSourcedId", "classes.csv"),
        ("enrollments.csv", "userSourcedId", "users.csv"),
        ("lineItems.csv", "classSourcedId", "classes.csv"),
        ("results.csv", "lineItemSourcedId", "lineItems.csv"),
        ("results.csv", "studentSourcedId", "users.csv"),
    ]
    for name, column, other in names:
        assert {row[column] for row in files[name]} <= known[other], (name, column)


def test_it_is_the_same_each_time(content):
    again = io.BytesIO()
    write(again)
    assert again.getvalue() == content
