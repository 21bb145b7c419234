"""The main job, once through: fund a cohort, see what came of it, in figures and on paper."""

from io import BytesIO

import requests
from pypdf import PdfReader
from world.acts import buy_seats, child, enrol, make_cohort, wait_for_seats
from world.person import Person
from world.system import eventually


def document(sponsor: Person) -> requests.Response | None:
    """The dashboard's PDF, or None while the renderer says it is busy."""
    answer = sponsor.call("GET", "/api/v1/analytics/dashboards/sponsor/pdf/")
    if answer.status_code == 503 and "Retry-After" in answer.headers:
        return None
    assert answer.status_code == 200, answer.text
    return answer


def test_a_sponsor_funds_a_cohort_and_sees_what_came_of_it(town):
    academy, sponsor = town.admin("academy", "Baraka Academy"), town.admin()
    reading = academy.post("/api/v1/programs/courses/", {"title": "Reading, grade 3"})
    classes = make_cohort(academy, course_ids=[reading["id"]])
    pupils = [row["student_id"] for row in enrol(academy, classes, *(child(n) for n in range(4)))]

    buy_seats(sponsor, 5)
    cohort = make_cohort(sponsor, course_ids=[reading["id"]])
    wait_for_seats(sponsor, cohort, {"student_id": pupils[0]})
    enrol(sponsor, cohort, *({"student_id": pupil} for pupil in pupils))
    results = [
        {"student_id": pupil, "course_id": reading["id"], "score": score, "max_score": 800, "result_date": "2026-05-20"}
        for pupil, score in zip(pupils, (612, 580.5, None, 640), strict=True)
    ]
    answered = academy.post("/api/v1/programs/results/", {"results": results})
    assert [row["status"] for row in answered["results"]] == ["recorded"] * 4

    def metric(key: str) -> float | None:
        return sponsor.get(f"/api/v1/analytics/metrics/{key}/")["value"]

    eventually(lambda: metric("seat_utilization") == 80, "4 of 5 seats are used")
    eventually(lambda: metric("completion_rates") == 75, "3 of 4 have completed")
    report = sponsor.get(f"/api/v1/programs/cohorts/{cohort['id']}/reports/")
    assert report["completion"]["rate"] == 75
    assert report["seats"]["assigned"] == 4

    listed = sponsor.get(f"/api/v1/programs/cohorts/{cohort['id']}/enrollments/list/?sort=-score")
    assert [item["score"] for item in listed["items"]] == [640, 612, 580.5, None], "a missing score stays missing"

    pdf = eventually(lambda: document(sponsor), "the renderer has time", 60)
    reader = PdfReader(BytesIO(pdf.content))
    text = "".join(page.extract_text() for page in reader.pages)
    assert "75" in text
    assert "80" in text
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_a_message_reaches_the_cohort_and_tells_its_states(town):
    sponsor = town.admin()
    cohort = make_cohort(sponsor)
    buy_seats(sponsor, 2)
    reachable = town.person("Juma Reachable")
    wait_for_seats(sponsor, cohort, child(1, email=reachable.email, birth_date="2000-01-01"))
    enrol(sponsor, cohort, child(2))
    body = {
        "audience": {"cohort_id": cohort["id"]},
        "channels": ["email"],
        "subject": "Well done",
        "body": "Term begins on Monday.",
    }
    message = sponsor.post("/api/v1/notifications/send/", body, status=202)
    assert message["recipients"] == 1
    assert [row["reason"] for row in message["excluded"]] == ["no_address"]
    eventually(lambda: any("Well done" in str(m["Subject"]) for m in town.system.mails(reachable.email)), "the mail")
    url = f"/api/v1/notifications/messages/{message['message_id']}/"

    def delivered() -> bool:
        states = sponsor.get(url)["states"]
        return bool(states.get("delivered", 0) + states.get("sent", 0) == 1)

    eventually(delivered, "the state of the one recipient")
    assert reachable.email not in sponsor.call("GET", url).text


def test_all_is_described_and_the_partners_door_is_closed(town):
    sponsor = town.admin()
    document = sponsor.get("/api/schema/")
    assert "/api/v1/analytics/dashboards/{id}/pdf/" in str(document["paths"].keys()) or any(
        path.endswith("/pdf/") and "dashboards" in path for path in document["paths"]
    )
    closed = sponsor.call("GET", "/api/v1/partner/dashboard/stats", status=403)
    assert closed.json()["detail"] == "Role 'partner' required"
    assert town.admin("partner", "Pat Partner").call("GET", "/api/v1/partner/none").status_code == 404
