"""Partners who sponsor students and fund programs, and the school they do it for."""

import csv
import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import requests

from world.acts import child, enrol, make_cohort
from world.browser import Browser
from world.person import Person, Town
from world.system import eventually

PARTNER = "/api/v1/partner"
SPONSORSHIPS, PROGRAMS, PAYMENTS = f"{PARTNER}/sponsorships", f"{PARTNER}/programs", f"{PARTNER}/payments"
INVOICES, DISBURSEMENTS = f"{PAYMENTS}/invoices", f"{PARTNER}/disbursements"
STATS, STUDENTS, EXPORT = f"{PARTNER}/dashboard/stats", f"{PARTNER}/sponsored-students", f"{PARTNER}/reports/export"


def day(number: int) -> str:
    """So many days from today."""
    return (datetime.now(UTC) + timedelta(days=number)).date().isoformat()


def cents(amount: float) -> int:
    """An amount as minor units, so that sums are exact."""
    return round(amount * 100)


def key() -> dict[str, str]:
    """A header for something that is to be done once."""
    return {"Idempotency-Key": uuid4().hex}


@dataclass
class School:
    """An academy, its pupils by id, and its courses by title."""

    academy: Person
    pupils: list[str]
    courses: dict[str, str]

    def tell(self, pupil: str, title: str, score: int | None, ago: int) -> None:
        """A result of so many days ago, out of 100."""
        row = {"student_id": pupil, "course_id": self.courses[title], "score": score, "max_score": 100}
        answer = self.academy.post("/api/v1/programs/results/", {"results": [{**row, "result_date": day(-ago)}]})
        assert [each["status"] for each in answer["results"]] == ["recorded"]


def a_school(town: Town, *pupils: dict[str, Any]) -> School:
    """Somewhere in Nairobi, with a course of Mathematics and one of Science."""
    academy = town.admin("academy", "Baraka Academy")
    courses = {
        title: academy.post("/api/v1/programs/courses/", {"title": f"{title}, grade 5", "subject_area": title})["id"]
        for title in ("Mathematics", "Science")
    }
    classes = make_cohort(academy, course_ids=list(courses.values()))
    rows = [child(number, **{"grade_level": "5", "county": "Nairobi", **one}) for number, one in enumerate(pupils)]
    return School(academy, [row["student_id"] for row in enrol(academy, classes, *rows)], courses)


def a_partner(town: Town, name: str = "Pat Partner") -> Person:
    """The administrator of a new partner, whom the services know."""
    partner = town.admin("partner", name)
    for path in (SPONSORSHIPS, PAYMENTS, STATS):
        eventually(lambda path=path: partner.call("GET", path).status_code == 200, f"{path} knows the partner")
    return partner


def sponsor(
    partner: Person, pupils: list[str], amount: int, start: int = -60, end: int = 120, **more: Any
) -> list[str]:
    """A sponsorship for each, from and to so many days from today; their ids in the same order."""
    terms = {"type": "full_scholarship", "start_date": day(start), "end_date": day(end)}
    wish = {"student_ids": pupils, "amount_per_student": amount, **terms, **more}

    told = _made(partner, SPONSORSHIPS, wish)
    assert (told["status"], told["sponsorships_created"]) == ("pending", len(pupils))
    assert cents(told["total_amount"]) == cents(amount) * len(pupils)
    return list(told["sponsorship_ids"])


def a_program(partner: Person, budget: int, **more: Any) -> str:
    """A program, planned; its id."""
    facts = {"name": f"Scholars {uuid4().hex[:6]}", "description": "STEM for grade 5.", "target_students": 30}
    made = _made(partner, PROGRAMS, {**facts, "budget": budget, "start_date": day(-60), "end_date": day(120), **more})
    assert made["status"] == "planning"
    return str(made["id"])


def _made(partner: Person, path: str, wish: dict[str, Any]) -> Any:
    """What came of the wish, once the service knows the partner: identity has just made the organization."""

    def sent() -> Any:
        answer = partner.call("POST", path, json=wish, headers=key())
        return None if answer.status_code == 503 else answer

    answer = eventually(sent, f"{path} knows the partner")
    assert answer.status_code == 201, answer.text
    return answer.json()


def owe(partner: Person, amount: int, **more: Any) -> Any:
    """A payment that is opened and not paid; by card unless told otherwise."""
    return _made(partner, PAYMENTS, {"amount": amount, "method": "stripe", **more})


def pay(partner: Person, amount: int, **more: Any) -> Any:
    """A payment by card; returns when billing has the money."""
    payment = owe(partner, amount, **more)
    settle(partner, payment)
    return payment


def settle(partner: Person, payment: Any) -> None:
    """Pay it at the sandbox's page, reached through ours."""
    Browser().open(payment["checkout_url"]).press("Pay").press("Pay")
    eventually(lambda: status(partner, payment) == "completed", "the payment is completed")


def transfer(partner: Person, platform: Person, amount: int, **more: Any) -> Any:
    """A bank transfer that arrives and is seen by the platform."""
    payment = owe(partner, amount, method="bank_transfer", bank_reference=f"BT_{uuid4().hex[:8]}", **more)
    assert payment["message"] == "Payment initiated. Bank transfer verification pending."
    seen = {"reference": f"FT{uuid4().hex[:10]}", "amount": amount}
    platform.post(f"/api/v1/billing/payments/{payment['id']}/verify/", seen, status=200, headers=key())
    assert status(partner, payment) == "completed"
    return payment


def status(partner: Person, payment: Any) -> str:
    """What became of a payment."""
    return str(partner.get(f"{PAYMENTS}/{payment['id']}")["status"])


def state(partner: Person, sponsorship: str) -> str:
    """What became of a sponsorship."""
    return str(partner.get(f"{SPONSORSHIPS}/{sponsorship}")["status"])


def parts(partner: Person, **only: str) -> list[Any]:
    """The disbursements, the next first."""
    return list(partner.get(DISBURSEMENTS, params={"limit": "100", **only})["disbursements"])


def report(partner: Person, form: str, kind: str) -> Any:
    """A report's answer, once it is made."""

    def made() -> Any:
        answer = partner.call("GET", EXPORT, params={"format": form, "report_type": kind})
        assert answer.status_code in (200, 202), answer.text
        return answer.json() if answer.status_code == 200 else None

    return eventually(made, f"the {kind} report is made as {form}", 60)


def download(partner: Person, told: Any, status: int = 200) -> requests.Response:
    """Its file, or the refusal."""
    return partner.call("GET", told["download_url"], status=status)


def tables(content: bytes) -> dict[str, list[dict[str, str]]]:
    """The tables of a CSV file by their names."""
    found: dict[str, list[str]] = {}
    for line in content.decode("utf-8-sig").splitlines():
        if "# table: " in line:
            found[line.partition("# table: ")[2].strip('"')] = []
        elif found and not line.startswith(("#", '"#')):
            found[list(found)[-1]].append(line)
    return {name: list(csv.DictReader(io.StringIO("\n".join(lines)))) for name, lines in found.items()}
