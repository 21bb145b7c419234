"""A sponsor takes the figures away: the same ones in every form, and nothing sent again that has not changed."""

import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

from world.acts import buy_seats, child, enrol, make_cohort, wait_for_seats
from world.system import eventually

COMPLETION = "/api/v1/analytics/metrics/completion_rates/"


def test_a_report_and_its_figures_leave_as_files(town):
    academy, sponsor = town.admin("academy", "Baraka Academy"), town.admin()
    reading = academy.post("/api/v1/programs/courses/", {"title": "=Reading"})
    classes = make_cohort(academy, course_ids=[reading["id"]])
    pupils = [row["student_id"] for row in enrol(academy, classes, *(child(n) for n in range(3)))]
    buy_seats(sponsor, 4)
    cohort = make_cohort(sponsor, course_ids=[reading["id"]])
    wait_for_seats(sponsor, cohort, {"student_id": pupils[0]})
    enrol(sponsor, cohort, *({"student_id": pupil} for pupil in pupils))
    eventually(lambda: sponsor.get(COMPLETION)["numbers"]["enrolled"] == 3, "all are counted")
    path = f"/api/v1/programs/cohorts/{cohort['id']}/reports/"
    report = sponsor.get(path)

    table = sponsor.call("GET", f"{path}?format=csv&table=completion_by_course", status=200)
    rows = [row for row in csv.reader(StringIO(table.content.decode("utf-8-sig"))) if not row[0].startswith("#")]
    assert rows[1][1:] == ["'=Reading", "3", "0", "0.0"]
    assert report["as_of"][:16] in table.text, "as of the same moment"
    assert report["definitions"]["completion"] in table.text.replace("\n", " ")

    book = sponsor.call("GET", f"{path}?format=xlsx", status=200)
    assert book.headers["Content-Disposition"].endswith('.xlsx"')
    with ZipFile(BytesIO(book.content)) as parts:
        sheets = parts.read("xl/workbook.xml").decode()
    assert all(f'name="{name}"' in sheets for name in ("summary", "at_risk", "definitions"))


def test_who_polls_is_told_only_when_something_has_changed(town):
    sponsor = town.admin()
    cohort = make_cohort(sponsor)
    eventually(lambda: sponsor.get(f"{COMPLETION}?group_by=cohort")["breakdown"], "the cohort is known")
    first = sponsor.call("GET", COMPLETION, status=200)
    again = sponsor.call("GET", COMPLETION, headers={"If-None-Match": first.headers["ETag"]}, status=304)
    assert again.content == b""
    buy_seats(sponsor, 1)
    wait_for_seats(sponsor, cohort, child(1))

    def told_anew() -> bool:
        found = sponsor.call("GET", COMPLETION, headers={"If-None-Match": first.headers["ETag"]})
        return found.status_code == 200 and found.json()["numbers"]["enrolled"] == 1

    eventually(told_anew, "the enrolment is counted")
