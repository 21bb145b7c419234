"""The document a sponsor puts before its board, made by the real renderer."""

import re
from io import BytesIO
from uuid import UUID

import pytest
from pypdf import PdfReader

from chassis.ids import new_id
from chassis.render import Renderer
from chassis.wiring import provide

pytestmark = pytest.mark.usefixtures("november")


@pytest.fixture
def download(client, as_, told, database, renderer_url):
    provide(database, Renderer, Renderer(renderer_url, timeout=60))
    headers = as_("dashboard.view", "cohorts.read", organization=told.organization)

    def get(dashboard_id, **query):
        return client.get(f"/api/v1/analytics/dashboards/{dashboard_id}/pdf/", query_string=query, headers=headers)

    return get


@pytest.fixture
def funded(told, deliver):
    """A sponsor with a paid cohort of twelve, two courses, some results and completions; returns the cohort."""
    reading, maths = told.course("Reading"), told.course("Mathematics")
    cohort = told.cohort("Nakuru readers, autumn", seats=20, courses=[reading.course_id, maths.course_id])
    deliver(told.organization_created(), reading, maths, cohort, told.seats_bought(16), told.paid(64_000_000))
    deliver(told.invoice(64_000_000), told.invoice(9_000_000, "INV-2026-002", cohort=cohort.cohort_id))
    for number in range(12):
        student = told.student(f"Student number {number}", school="Hill Primary")
        enrolled = told.enrolled(cohort.cohort_id, student.student_id, f"2026-0{2 + number % 3}-03")
        deliver(student, enrolled, told.seat(cohort.cohort_id, student.student_id))
        deliver(told.result(student.student_id, reading.course_id, str(50 + number), completed=number < 7))
        if number < 5:
            deliver(told.completed(enrolled, "2026-09-10"))
        if number < 2:
            deliver(told.placed(student.student_id))
    return cohort


def text_of(answer) -> str:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    pages = PdfReader(BytesIO(answer.data)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def test_it_is_a_tagged_document_with_a_name(funded, download):
    answer = download("sponsor")
    document = PdfReader(BytesIO(answer.data))
    assert answer.content_type == "application/pdf"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert (
        answer.headers["Content-Disposition"]
        == 'attachment; filename="mwanga-foundation-sponsor-report-2026-11-22.pdf"'
    )
    root = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert document.metadata.title == "Sponsor report \N{EN DASH} Mwanga Foundation"
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()


def test_its_charts_say_what_they_show(funded, download):
    document = PdfReader(BytesIO(download("sponsor").data))
    figures = [element["/Alt"] for element in _elements(document.trailer["/Root"]["/StructTreeRoot"], "/Figure")]
    assert len(figures) == 2
    assert figures[0].startswith("Completion by month, Feb 2026 to Nov 2026")
    assert "Nov 2026: 5 of 12, 41.7%" in figures[0]


def _elements(element, kind):
    """The elements of one kind in the document's structure, in reading order."""
    element = element.get_object()
    if not isinstance(element, dict):
        return
    if element.get("/S") == kind:
        yield element
    children = element.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        yield from _elements(child, kind)


def test_it_shows_the_same_figures_as_the_metrics(funded, download, read):
    shown = text_of(download("sponsor"))
    for key in ("seat_utilization", "completion_rates", "placement_metrics"):
        assert f"{read(f'/analytics/metrics/{key}/')['value']:.1f}%" in shown
    roi = read("/analytics/metrics/roi_analysis/")
    assert f"KES {roi['value']:,}" in shown
    assert f"KES {roi['numbers']['paid']:,} for 12 students" in shown
    assert "12 of 16 seats held" in shown
    assert "In this period KES 730,000 KES 640,000 KES 730,000" in shown
    for metric in read("/analytics/metrics/")["items"]:
        assert metric["formula"] in shown
    as_of = read("/analytics/metrics/seat_utilization/")["as_of"]
    assert as_of.startswith("2026-11-22T09:00")
    assert "Figures as of 22 November 2026, 12:00 (Africa/Nairobi)" in shown
    assert "Page 1 of" in shown


def test_a_cohorts_document_shows_its_report(funded, download, read, privacy):
    shown = text_of(download(f"cohort:{funded.cohort_id}"))
    report = read(f"/programs/cohorts/{funded.cohort_id}/reports/")
    assert f"{report['completion']['rate']}%" in shown
    assert f"Reading 12 7 58.3% 12 {report['results'][0]['mean_score']}" in shown
    assert "Naming this cohort KES 90,000 KES 0 KES 90,000" in shown
    assert report["at_risk_total"] == 7
    assert report["at_risk"][0]["name"] in shown
    assert "Student number" not in shown


def test_names_are_printed_for_those_who_consent(funded, download, read, privacy):
    assert "Student number 7" not in text_of(download(f"cohort:{funded.cohort_id}"))
    privacy.consenting |= {UUID(student) for asked in privacy.asked for student in asked["student_ids"]}
    assert "Student number 7" in text_of(download(f"cohort:{funded.cohort_id}"))
    assert privacy.asked[-1]["log"] is True
    privacy.consenting.clear()
    assert "Student number 7" not in text_of(download(f"cohort:{funded.cohort_id}"))


def test_an_empty_organization_gets_an_honest_document(told, deliver, download):
    deliver(told.organization_created())
    shown = text_of(download("sponsor", **{"from": "2026-01-01", "to": "2026-06-30"}))
    assert "1 January 2026 to 30 June 2026" in shown
    assert "No cohort has been created yet." in shown
    assert "0 of 0 seats held" in shown


def test_what_is_not_there_or_not_theirs_is_not_found(told, another, deliver, download):
    theirs = another.cohort()
    deliver(told.organization_created(), another.organization_created(), theirs)
    for dashboard_id in ("board", "cohort:", "cohort:nobody", f"cohort:{new_id()}", f"cohort:{theirs.cohort_id}"):
        assert download(dashboard_id).status_code == 404


def test_a_renderer_that_cannot_be_reached_is_busy(told, deliver, download, database):
    deliver(told.organization_created())
    provide(database, Renderer, Renderer("http://127.0.0.1:9", timeout=1))
    answer = download("sponsor")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.content_type == "application/problem+json"
