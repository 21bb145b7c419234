"""A person takes a copy of their data away, and is erased: no database knows their name or address any more."""

import json
from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile

from world.acts import CONSENTS, buy_seats, child, enrol, make_cohort, purchased, wait_for_seats
from world.memory import mentions
from world.partners import SPONSORSHIPS, STUDENTS, a_partner, download, pay, report, sponsor, state
from world.person import Person, plain_text
from world.system import eventually

REQUESTS = "/api/v1/privacy/data-requests/"
VERSION = {"X-Experience-API-Version": "1.0.3"}


def a_graduate(town) -> tuple[Person, Person, Person, dict, dict]:
    """Somebody of age whom an academy teaches and a sponsor funds, with traces everywhere."""
    academy, sponsor = town.admin("academy", "Uhuru School"), town.admin()
    person = town.person(f"Zuhura Kilonzo{uuid4().hex[:8]}")
    pupil = child(name=person.name, email=person.email, birth_date="2001-04-02", country="KE")
    course = academy.post("/api/v1/programs/courses/", {"title": "Reading"})
    (row,) = enrol(academy, make_cohort(academy, course_ids=[course["id"]]), pupil)
    person.accept_invitation()
    buy_seats(sponsor, 1)
    cohort = make_cohort(sponsor, course_ids=[course["id"]])
    wait_for_seats(sponsor, cohort, {"student_id": row["student_id"]})
    consent = {"organization_id": sponsor.organization_id, "scope": "sponsor_view", "granted": True}

    def granted() -> bool:
        return person.call("POST", "/api/v1/auth/consents/", json=consent).status_code == 200

    eventually(granted, "privacy knows the account")
    tell(academy, {"mbox": f"mailto:{person.email}", "name": person.name}, f"I am {person.name}.")
    write(sponsor, cohort, person)
    return academy, sponsor, person, pupil, {**row, "cohort": cohort}


def funded_by_a_partner(town, person: Person, student_id: str) -> tuple[Person, str, dict]:
    """Somebody who sponsors the person and may name them, the sponsorship, and a report that does."""
    partner = a_partner(town)
    [one] = sponsor(partner, [student_id], 1_000)
    consent = {"organization_id": partner.organization_id, "scope": "sponsor_view", "granted": True}
    person.call("POST", CONSENTS, json=consent, status=200)
    pay(partner, 1_000, sponsorship_ids=[one])
    eventually(lambda: person.name in partner.call("GET", STUDENTS).text, "the partner sees the name")
    told = report(partner, "csv", "student_outcomes")
    assert person.name in download(partner, told).text
    return partner, one, told


def tell(academy: Person, actor: dict, response: str) -> None:
    """The learning system says what somebody did."""
    statement = {
        "actor": actor,
        "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced", "display": {"en": "experienced"}},
        "object": {"id": "https://lms.example.org/reading"},
        "result": {"response": response},
    }
    academy.call("POST", "/api/v1/xapi/statements", json=statement, headers=VERSION, status=200)


def write(sponsor: Person, cohort: dict, person: Person) -> None:
    """The sponsor writes to the whole cohort, and names the person."""
    body = {
        "audience": {"cohort_id": cohort["id"]},
        "channels": ["in_app", "email"],
        "subject": f"Well done, {person.name}",
        "body": f"Congratulations, {person.name}!",
    }
    sponsor.post("/api/v1/notifications/send/", body, status=202)
    eventually(lambda: len(person.system.mails(person.email)) >= 2, "the message has arrived")


def test_a_copy_of_everything_can_be_taken_away(town):
    _, _, person, _, row = a_graduate(town)
    filed = person.post(REQUESTS, {"right": "access"})
    assert "regulation 9" in filed["law"], "Kenya: seven days"
    url = f"{REQUESTS}{filed['id']}/"
    eventually(lambda: person.get(url)["state"] == "done", "the copy is ready", 60)
    answer = person.call("GET", person.get(url)["download_url"], status=200)
    with ZipFile(BytesIO(answer.content)) as copy:
        parts = {name: copy.read(name).decode() for name in copy.namelist() if name.endswith(".json")}
        assert copy.read("your-data.pdf").startswith(b"%PDF")
    for service in ("identity", "programs", "privacy", "analytics", "notifications"):
        assert person.name in parts[f"{service}.json"], service
    assert "Seats paid for you" in parts["billing.json"]
    assert json.loads(parts["manifest.json"])["student_id"] == row["student_id"]
    letters = eventually(
        lambda: [mail for mail in town.system.mails(person.email) if "copy" in str(mail["Subject"])], "a letter"
    )
    assert person.name not in plain_text(letters[0])
    looks = person.get("/api/v1/privacy/access-log/my/?scope=data_export")
    assert looks["total"] == 1
    town.person().call("GET", url, status=401)


def test_who_is_erased_is_known_nowhere_and_does_not_come_back(town):
    academy, sponsor, person, pupil, row = a_graduate(town)
    partner, sponsorship, told = funded_by_a_partner(town, person, row["student_id"])
    words = (person.name, person.email)
    assert {found.partition(".")[0] for found in mentions(town.system, words)} >= {
        "identity", "programs", "privacy", "analytics", "notifications",
    }  # fmt: skip
    filed = person.post(REQUESTS, {"right": "erasure", "confirm": True})
    receipt = "/api" + filed["receipt_url"].split("/api", 1)[1]
    anybody = town.person()
    eventually(lambda: anybody.get(receipt)["state"] == "done", "every service has answered", 60)
    assert mentions(town.system, words) == []

    report = anybody.get(receipt)["report"]
    kept = {each["service"]: " ".join(one["why"] for one in each["kept"]) for each in report["services"]}
    assert "Tax Procedures Act" in kept["billing"]
    eventually(lambda: person.call("GET", "/api/v1/auth/me/").status_code == 401, "the account is closed")
    assert purchased(sponsor) == 1
    seats = eventually(
        lambda: [item for item in sponsor.get("/api/v1/billing/entitlements/")["items"] if item["in_use"] == 0],
        "the seat is free",
    )
    assert seats
    listed = sponsor.get(f"/api/v1/programs/cohorts/{row['cohort']['id']}/enrollments/list/")["items"]
    assert [(item["status"], item["student"]["pseudonymous"]) for item in listed] == [("withdrawn", True)]

    eventually(lambda: state(partner, sponsorship) == "cancelled", "nobody is sponsored any more")
    assert partner.get(SPONSORSHIPS)["sponsorships"][0]["student"]["pseudonymous"]
    download(partner, told, 410)

    (again,) = enrol(academy, make_cohort(academy), pupil, status=207)
    assert (again["status"], again["reasons"][0]["field"]) == ("invalid", "external_id")
    account = {"homePage": "https://lms.example.org", "name": pupil["external_id"]}
    tell(academy, {"account": account, "name": person.name}, "I read on.")
    assert mentions(town.system, words) == []


def test_the_only_administrator_is_told_whom_to_ask_first(town):
    admin = town.admin()
    refused = admin.call("POST", REQUESTS, json={"right": "erasure", "confirm": True}, status=409).json()
    assert refused["code"] == "still_in_charge"
    assert "the only administrator of Sponsor" in refused["detail"]
    assert admin.get("/api/v1/auth/me/")["user"]["email"] == admin.email
