"""Who may see a student: nobody by default, and from the next request on what student or guardian says."""

import re

from world.acts import CONSENTS, buy_seats, child, consent, enrol, make_cohort, wait_for_seats
from world.person import INVITATION, Person, plain_text
from world.system import eventually


def progress_of(student_id: str) -> str:
    return f"/api/v1/programs/students/{student_id}/progress/"


def a_pupil(town) -> tuple[Person, Person, str]:
    """An academy's pupil with a guardian who has accepted the invitation: academy, guardian, student id."""
    academy, guardian = town.admin("academy", "Baraka Academy"), town.person("Mama Njeri")
    row = enrol(academy, make_cohort(academy), child(guardian_email=guardian.email))[0]
    return academy, guardian.accept_invitation(), row["student_id"]


def may_see(sponsor: Person, student_id: str) -> bool:
    answer = sponsor.post("/api/v1/privacy/check/", {"student_id": student_id, "scope": "sponsor_view"}, status=200)
    return bool(answer["allowed"])


def test_from_invitation_to_grant_to_withdrawal(town):
    _, guardian, student_id = a_pupil(town)
    sponsor = town.admin()
    cohort = make_cohort(sponsor)
    buy_seats(sponsor, 1)
    wait_for_seats(sponsor, cohort, {"student_id": student_id})

    def listed() -> str:
        page = sponsor.get(f"/api/v1/programs/cohorts/{cohort['id']}/enrollments/list/")
        return str(page["items"][0]["student"]["name"])

    assert not may_see(sponsor, student_id)
    assert re.fullmatch(r"Student [0-9A-F]{4}", listed())
    sponsor.call("GET", progress_of(student_id), status=403)

    consent(guardian, student_id, sponsor.organization_id, granted=True)
    assert may_see(sponsor, student_id)
    assert listed() == "Wanjiru Otieno 0"
    sponsor.call("GET", progress_of(student_id), status=200)

    consent(guardian, student_id, sponsor.organization_id, granted=False)
    assert not may_see(sponsor, student_id)
    assert re.fullmatch(r"Student [0-9A-F]{4}", listed())
    sponsor.call("GET", progress_of(student_id), status=403)

    history = guardian.get("/api/v1/privacy/consents/history/")
    assert [(entry["action"], entry["acted_by"]) for entry in history["items"]] == [
        ("withdrawn", "guardian"),
        ("granted", "guardian"),
    ]
    log = guardian.get("/api/v1/privacy/access-log/my/")
    assert log["total"] >= 2
    assert {entry["organization_id"] for entry in log["items"]} == {sponsor.organization_id}


def test_a_public_portfolio_is_everybodys_until_it_is_not_and_each_look_is_logged_once(town):
    _, guardian, student_id = a_pupil(town)
    portfolio = f"/api/v1/programs/students/{student_id}/portfolio/"
    anybody = town.person("Nobody in particular")
    assert anybody.call("GET", portfolio).status_code == 403

    consent(guardian, student_id, None, granted=True, scope="public_portfolio")
    answer = anybody.call("GET", portfolio, status=200)
    assert answer.json()["student"]["name"] == "Wanjiru Otieno 0"
    assert "@" not in answer.text
    unchanged = anybody.call("GET", portfolio, headers={"If-None-Match": answer.headers["ETag"]})
    assert unchanged.status_code == 304

    consent(guardian, student_id, None, granted=False, scope="public_portfolio")
    assert anybody.call("GET", portfolio).status_code == 403
    looks = guardian.get("/api/v1/privacy/access-log/my/")["items"]
    assert [(look["scope"], look["basis"], look["user_id"]) for look in looks] == [
        ("public_portfolio", "consent", None)
    ] * 2


def test_no_consent_and_no_such_student_look_the_same(town):
    _, _, student_id = a_pupil(town)
    sponsor = town.admin()
    refused = sponsor.call("GET", progress_of(student_id), status=403).json()
    unknown = sponsor.call("GET", progress_of("01900000-0000-7000-8000-000000000000"), status=403).json()
    for answer in (refused, unknown):
        answer.pop("instance")
        answer.pop("request_id")
    assert refused == unknown


def test_the_academy_sees_its_own_pupil_and_a_stranger_does_not(town):
    academy, _, student_id = a_pupil(town)
    eventually(lambda: academy.call("GET", progress_of(student_id)).status_code == 200, "membership is known")
    town.admin("academy", "Another Academy").call("GET", progress_of(student_id), status=403)


def test_a_stranger_cannot_consent_for_a_child(town):
    _, _, student_id = a_pupil(town)
    sponsor = town.admin()
    body = {"organization_id": sponsor.organization_id, "scope": "sponsor_view", "granted": True}
    answer = sponsor.call("POST", CONSENTS, json={**body, "student_id": student_id})
    assert answer.status_code in (403, 404)
    assert not may_see(sponsor, student_id)


def test_an_invitation_opens_once(town):
    _, guardian, _ = a_pupil(town)
    mail = plain_text(town.system.mails(guardian.email)[0])
    assert guardian.email not in mail.split("http", 1)[1], "no address in the link"
    token = INVITATION.search(mail)[1]
    again = town.person("Somebody Else")
    again.email = guardian.email
    answer = again.call(
        "POST", f"/api/v1/auth/invitations/{token}/accept/", json={"name": "X", "password": "another passphrase 99"}
    )
    assert answer.status_code in (404, 409, 410)
