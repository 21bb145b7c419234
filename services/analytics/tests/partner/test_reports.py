"""Reports are made by the worker, fetched for a day with the rights and consents of the moment, alike in every form."""

import csv
import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
import time_machine
from pypdf import PdfReader
from sqlalchemy import text

from analytics.app import SERVICE
from analytics.clients.privacy import Privacy
from analytics.queries.partner import reports
from analytics.rules import wording
from analytics.usecases.partner.reports.make_reports import LEASE
from chassis.clock import now
from chassis.database import SYSTEM
from chassis.http_client import HttpClient
from chassis.ids import new_id
from chassis.render import Renderer
from chassis.wiring import provide
from contracts.events.privacy import ErasureRequested

pytestmark = [pytest.mark.env(REPORT_WAIT_SECONDS="0")]

DAYS = {"start_date": "2026-01-01", "end_date": "2026-06-30"}


@pytest.fixture
def rendering(database, renderer_url):
    provide(database, Renderer, Renderer(renderer_url, timeout=60))


@pytest.fixture
def funded(november, told, deliver, privacy):
    """Six students with results in two courses, a program, money; one's name is a formula, all but two agree."""
    maths, science = told.course("Mathematics", "Mathematics"), told.course("=cmd|'/C calc'!A0", "Science")
    program = told.program("+Readers", courses=[science.course_id], state="active")
    deliver(told.organization_created(), maths, science, program, told.allocated(program, 1_234_567))
    found = []
    for number in range(6):
        student = told.student("@SUM(A1)" if number == 0 else f"Amani Number {number}", grade="5")
        given = told.sponsorship(student.student_id, courses=[maths.course_id])
        deliver(student, given, told.activated(given), told.allocated(given, 250_000, f"2026-0{1 + number % 3}-05"))
        planned = told.scheduled(given, 10_000, "2026-02-01")
        deliver(planned, told.made(planned, "2026-02-02"), told.joined(program, student.student_id))
        for day, score in (("2026-03-01", 40), ("2026-05-01", 50 + 7 * number)):
            deliver(told.result(student.student_id, maths.course_id, str(score), day, completed=score > 70))
        deliver(told.result(student.student_id, science.course_id, "66.6", "2026-04-01", completed=number > 1))
        found.append(student)
    privacy.consenting |= {each.student_id for each in found[:4]}
    return found


@pytest.fixture
def export(client, partner, run_job):
    """Ask for a report, have the worker make it, ask again, fetch it."""

    def get(**query: Any) -> Any:
        waiting = client.get("/api/v1/partner/reports/export", query_string=query, headers=partner)
        assert (waiting.status_code, waiting.headers["Retry-After"]) == (202, "2"), waiting.get_data(as_text=True)
        assert waiting.get_json()["generated_at"] is None
        run_job("make_reports")
        ready = client.get("/api/v1/partner/reports/export", query_string=query, headers=partner)
        assert ready.status_code == 200, ready.get_data(as_text=True)
        assert ready.get_json()["report_id"] == waiting.get_json()["report_id"]
        return client.get(ready.get_json()["download_url"], headers=partner)

    return get


def tables_of(answer: Any) -> dict[str, list[list[str]]]:
    """The tables of a CSV by name, without their headings."""
    assert answer.content_type == "text/csv; charset=utf-8"
    found: dict[str, list[list[str]]] = {}
    name = ""
    for row in csv.reader(StringIO(answer.data.decode("utf-8-sig"))):
        if row[0].startswith("# table: "):
            name = row[0].removeprefix("# table: ")
        elif not row[0].startswith("# "):
            found.setdefault(name, []).append(row)
    return {name: rows[1:] for name, rows in found.items()}


def text_of(answer: Any) -> str:
    assert answer.content_type == "application/pdf"
    pages = PdfReader(BytesIO(answer.data)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def plain(value: Any) -> str:
    """A JSON value as a CSV has it."""
    shown = "" if value is None else str(value)
    return f"'{shown}" if isinstance(value, str) and shown.startswith(("=", "+", "-", "@")) else shown


COVER = {
    "impact": ("students_reached", "investment", "completion_rate", "avg_score_improvement"),
    "financial": ("investment", "disbursed", "total_paid", "pending_payments"),
    "student_outcomes": ("students_reached", "average_score", "completion_rate", "avg_score_improvement"),
}


def written(name: str, value: Any) -> str:
    """A figure as the PDF has it."""
    if name in ("investment", "disbursed", "total_paid", "pending_payments"):
        return wording.money(value, "KES")
    if name == "avg_score_improvement":
        return f"{value:+.1f}"
    return wording.percent(value) if name in ("completion_rate", "average_score") else wording.number(value)


@pytest.mark.parametrize("kind", list(COVER))
def test_every_form_has_the_same_figures(funded, rendering, export, kind):
    told = export(format="json", report_type=kind, **DAYS).get_json()
    tables = tables_of(export(format="csv", report_type=kind, **DAYS))
    shown = text_of(export(format="pdf", report_type=kind, **DAYS))
    assert tables.pop("summary") == [[name, plain(value)] for name, value in told["summary"].items()]
    for name, rows in tables.items():
        assert rows == [[plain(value) for value in row.values()] for row in told[name]], name
        for row in told[name]:
            for value in row.values():
                assert not isinstance(value, str) or _printed(value) in shown
    assert set(tables) == {name for name, rows in told.items() if isinstance(rows, list)}
    for name in COVER[kind]:
        assert written(name, told["summary"][name]) in shown, name
    for words in told["definitions"].values():
        assert re.sub(r"\s+", " ", words) in shown


_WORDS = ("full_scholarship", "active", "improving", "stable", "declining")


def _printed(value: str) -> str:
    """Days and months are written out, spaces are one."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return wording.day(now().date().fromisoformat(value))
    if re.fullmatch(r"\d{4}-\d\d", value):
        return wording.month(value)
    return value.replace("_", " ").capitalize() if value in _WORDS else value


def test_the_figures_are_those_of_the_days_asked_for(funded, export):
    told = export(format="json", report_type="impact", **DAYS).get_json()
    assert told["summary"]["students_reached"] == 6
    assert told["summary"]["investment"] == (6 * 250_000 + 1_234_567) / 100
    assert told["summary"]["completion_rate"] == 58.3  # 4 of 6 in Science, 3 of 6 in Mathematics
    financial = export(
        format="json", report_type="financial", start_date="2026-02-01", end_date="2026-02-28"
    ).get_json()
    assert financial["by_month"] == [{"month": "2026-02", "allocated": 5000, "released": 600}]
    assert financial["summary"]["disbursed"] == 600


def test_the_document_is_one_for_a_board(funded, rendering, export):
    answer = export(format="pdf", report_type="impact", **DAYS)
    document, shown = PdfReader(BytesIO(answer.data)), text_of(answer)
    root = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    assert document.metadata.title == "Impact Report \N{EN DASH} Mwanga Foundation"
    assert "1 January 2026 to 30 June 2026" in shown
    assert "Page 1 of" in shown
    assert "Investment, KES 27,345.67" in shown
    (chart,) = _figures(root["/StructTreeRoot"])
    assert chart["/Alt"].startswith("Average score by month, columns out of 100. Mar 2026: 40.0%. Apr 2026: 66.6%.")
    assert answer.headers["Content-Disposition"].endswith('mwanga-foundation-impact-report-2026-11-22.pdf"')


def _figures(element: Any) -> Iterator[Any]:
    """The charts in the document's structure."""
    element = element.get_object()
    if not isinstance(element, dict):
        return
    if element.get("/S") == "/Figure":
        yield element
    children = element.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        yield from _figures(child)


def test_nothing_in_a_file_is_a_formula(funded, export):
    for kind in COVER:
        for rows in tables_of(export(format="csv", report_type=kind, **DAYS)).values():
            assert not [cell for row in rows for cell in row if re.match(r"[=+@]|-(?![\d.]+$)", cell)]


def test_an_impact_report_is_told_as_the_document_writes_it(funded, client, partner, run_job):
    def ask():
        query = {"start_date": "2026-01-01", "end_date": "2026-03-31"}
        return client.get("/api/v1/partner/impact/reports", query_string=query, headers=partner)

    assert (first := ask()).status_code == 202
    assert first.get_json()["report"]["summary"] is None
    run_job("make_reports")
    report = ask().get_json()["report"]
    assert report == {
        "id": first.get_json()["report"]["id"], "title": "Q1 2026 Impact Report", "period": "2026-01-01 to 2026-03-31",
        "generated_at": "2026-11-22T09:00:00Z", "download_url": f"/api/v1/partner/reports/{report['id']}/download",
        "summary": {
            "students_reached": 6, "investment": 27345.67, "completion_rate": 0.0, "avg_score_improvement": None,
        },
        "status": "completed",
    }  # fmt: skip
    assert client.get(report["download_url"], headers=partner).get_json()["report"]["title"] == report["title"]


def test_the_defaults_are_the_documents(funded, client, partner):
    told = client.get("/api/v1/partner/reports/export", headers=partner).get_json()
    assert set(told) == {
        "report_id", "report_type", "format", "download_url", "generated_at", "expires_at", "message", "status",
    }  # fmt: skip
    assert (told["report_type"], told["format"], told["status"]) == ("impact", "pdf", "pending")


def test_the_same_request_finds_the_same_report_for_a_minute(funded, client, partner, run_job):
    def ask(**query):
        answer = client.get("/api/v1/partner/reports/export", query_string=query, headers=partner)
        return answer.get_json()["report_id"]

    with time_machine.travel("2026-11-22T09:00:00Z", tick=False) as clock:
        first = ask(format="json")
        assert ask(format="csv") != first
        clock.shift(timedelta(minutes=2))
        assert ask(format="json") == first, "it is still waited for"
        run_job("make_reports")
        assert ask(format="json") != first
        second = ask(format="json")
        run_job("make_reports")
        assert ask(format="json") == second


def made(client: Any, partner: Any, run_job: Any, **query: Any) -> str:
    """Where a report that was made is fetched."""
    url: str = client.get("/api/v1/partner/reports/export", query_string=query, headers=partner).get_json()[
        "download_url"
    ]
    run_job("make_reports")
    return url


def test_who_withdrew_is_in_no_report_that_is_fetched(funded, client, partner, run_job, privacy, session):
    url = made(client, partner, run_job, format="json", report_type="student_outcomes")
    assert b"Amani Number 3" in client.get(url, headers=partner).data
    assert b"Amani Number 5" not in client.get(url, headers=partner).data
    privacy.consenting.discard(funded[3].student_id)
    refused = client.get(url, headers=partner)
    assert (refused.status_code, set(refused.get_json())) == (410, {"detail", "request_id"})
    assert session.scalar(text("select count(*) from reports where content is not null")) == 0
    again = made(client, partner, run_job, format="json", report_type="student_outcomes")
    assert again != url
    assert b"Amani Number 3" not in client.get(again, headers=partner).data


def test_who_is_erased_is_in_no_report(funded, client, partner, run_job, deliver, session):
    url = made(client, partner, run_job, format="csv", report_type="student_outcomes")
    deliver(ErasureRequested(request_id=new_id(), student_id=funded[1].student_id))
    assert client.get(url, headers=partner).status_code == 410
    assert session.scalar(text("select count(*) from reports where content is not null")) == 0


def test_after_a_day_it_is_gone(funded, client, partner, run_job, session, told, as_):
    def later():
        return client.get(url, headers=as_("partner", organization=told.organization, kind="partner"))

    url = made(client, partner, run_job, format="json", report_type="financial")
    with time_machine.travel("2026-11-23T09:00:01Z", tick=False):
        assert later().status_code == 410
        run_job("forget_reports")
        assert later().status_code == 410
        assert session.scalar(text("select count(*) from reports where content is not null")) == 0
    with time_machine.travel("2026-12-24T09:00:01Z", tick=False):
        run_job("forget_reports")
        assert later().status_code == 404


def test_another_organization_does_not_find_it(funded, client, partner, run_job, as_, another, deliver):
    url = made(client, partner, run_job, format="json")
    deliver(another.organization_created())
    theirs = as_("partner", organization=another.organization, kind="partner")
    assert client.get(url, headers=theirs).status_code == 404
    assert client.get(f"/api/v1/partner/reports/{new_id()}/download", headers=partner).status_code == 404


ANY_REPORT = "/reports/0192f0c1-7a2b-7c3d-8e4f-5a6b7c8d9e0f/download"


@pytest.mark.parametrize("path", ["/reports/export", "/impact/reports", ANY_REPORT])
def test_only_a_partner_may(client, as_, told, path):
    answer = client.get(f"/api/v1/partner{path}", headers=as_("dashboard.view", organization=told.organization))
    assert (answer.status_code, answer.get_json()["detail"]) == (403, "Role 'partner' required")


@pytest.mark.parametrize(
    ("query", "detail"),
    [({"format": "docx"}, "Invalid format"), ({"report_type": "tax"}, "Invalid report type")],
)
def test_an_unknown_word_is_refused(client, partner, query, detail):
    answer = client.get("/api/v1/partner/reports/export", query_string=query, headers=partner)
    assert (answer.status_code, answer.get_json()["detail"]) == (400, detail)


def test_days_the_wrong_way_round_are_refused(funded, client, partner):
    query = {"start_date": "2026-06-01", "end_date": "2026-01-01"}
    answer = client.get("/api/v1/partner/reports/export/", query_string=query, headers=partner)
    assert (answer.status_code, answer.get_json()["detail"][:12]) == (400, "`start_date`")


def test_nobody_fills_the_workers_hands(funded, client, partner, run_job):
    def ask(day):
        return client.get(f"/api/v1/partner/impact/reports?start_date=2026-01-{day:02}", headers=partner)

    assert {ask(day).status_code for day in range(1, 21)} == {202}
    assert (ask(21).status_code, ask(21).headers["Retry-After"], ask(20).status_code) == (429, "10", 202)
    run_job("make_reports")
    assert ask(21).status_code == 202


def test_while_it_is_made_it_cannot_be_fetched(funded, client, partner):
    told = client.get("/api/v1/partner/reports/export", headers=partner).get_json()
    refused = client.get(told["download_url"], headers=partner)
    assert (refused.status_code, refused.headers["Retry-After"]) == (409, "2")


def test_while_the_renderer_is_away_it_waits_and_is_given_up_in_the_end(funded, client, partner, run_job, database):
    provide(database, Renderer, Renderer("http://127.0.0.1:9", timeout=1))
    with time_machine.travel("2026-11-22T09:00:00Z", tick=False) as clock:
        url = made(client, partner, run_job, format="pdf")
        assert client.get(url, headers=partner).status_code == 409
        for _ in range(4):
            clock.shift(timedelta(seconds=5))
            run_job("make_reports")
        assert client.get(url, headers=partner).status_code == 410


def test_another_worker_takes_up_what_one_that_died_had_in_hand(funded, client, partner, run_job, database):
    with time_machine.travel("2026-11-22T09:00:00Z", tick=False) as clock:
        told = client.get("/api/v1/partner/reports/export?format=json", headers=partner).get_json()
        with database.transaction(SYSTEM) as session:
            taken = reports.take(session, now(), now() + LEASE)
        assert str(taken.report_id) == told["report_id"]
        run_job("make_reports")
        assert client.get(told["download_url"], headers=partner).status_code == 409
        clock.shift(LEASE)
        run_job("make_reports")
        assert client.get(told["download_url"], headers=partner).status_code == 200


def test_who_asked_is_in_their_copy_until_they_are_erased(funded, client, as_, told, as_service, deliver):
    user = new_id()
    headers = as_("partner", organization=told.organization, kind="partner", user=user)
    client.get("/api/v1/partner/reports/export", headers=headers)

    def copy():
        answer = client.get(f"/internal/person-data?user_id={user}", headers=as_service("privacy"))
        return [section["title"] for section in answer.get_json()["sections"]]

    assert copy() == ["Reports you asked for"]
    deliver(ErasureRequested(request_id=new_id(), user_id=user))
    assert copy() == []


@pytest.mark.env(REPORT_WAIT_SECONDS="20")
def test_the_request_waits_for_the_worker(told, committing, as_):
    database, headers = committing.database, as_("partner", organization=told.organization, kind="partner")
    provide(database, Privacy, Privacy(HttpClient("http://privacy.test", token=lambda: "t", backoff=0)))
    with database.transaction(SYSTEM) as session:
        SERVICE.consumers[type(told.organization_created())](session, [told.organization_created()])
    job, stop = next(job for job in SERVICE.jobs if job.name == "make_reports"), threading.Event()

    def work():
        while not stop.wait(0.2):
            job.usecase(database)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        answers = []
        asking = [
            threading.Thread(
                target=lambda: answers.append(
                    committing.client.get("/api/v1/partner/reports/export?format=json", headers=headers)
                )
            )
            for _ in range(2)
        ]
        for each in asking:
            each.start()
        for each in asking:
            each.join(30)
    finally:
        stop.set()
        worker.join(30)
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len({answer.get_json()["report_id"] for answer in answers}) == 1
