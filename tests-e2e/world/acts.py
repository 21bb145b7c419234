"""What people do again and again in the stories."""

from typing import Any
from uuid import uuid4

from world.browser import Browser
from world.person import Person
from world.system import eventually

COHORTS = "/api/v1/programs/cohorts/"
CHECKOUTS = "/api/v1/billing/checkout/sessions/"
CONSENTS = "/api/v1/auth/consents/"


def open_checkout(sponsor: Person, quantity: int, months: int = 3, **more: Any) -> Any:
    """A checkout for seats, not yet paid."""
    body = {
        "items": [{"product": "seat", "quantity": quantity, "months": months}],
        "method": "card",
        "success_url": "https://app.example.org/thanks",
        "cancel_url": "https://app.example.org/back",
    }
    return sponsor.post(CHECKOUTS, {**body, **more}, headers={"Idempotency-Key": uuid4().hex})


def at_the_provider(checkout: Any) -> Browser:
    """The provider's page of this checkout, reached through ours."""
    return Browser().open(checkout["url"]).press("Pay")


def checkout_state(sponsor: Person, checkout: Any) -> str:
    """What the checkout has come to."""
    return str(sponsor.get(f"{CHECKOUTS}{checkout['id']}/")["state"])


def buy_seats(sponsor: Person, quantity: int, months: int = 3, **more: Any) -> Any:
    """Buy and pay; returns when the seats can be assigned."""
    before = purchased(sponsor)
    checkout = open_checkout(sponsor, quantity, months, **more)
    at_the_provider(checkout).press("Pay")
    eventually(lambda: checkout_state(sponsor, checkout) == "paid", "the checkout is paid")
    eventually(lambda: purchased(sponsor) == before + quantity, "billing knows the seats")
    return checkout


def purchased(sponsor: Person) -> int:
    """The seats bought, as billing says."""
    products = sponsor.get("/api/v1/billing/entitlements/")["items"]
    return sum(item["purchased"] for item in products if item["product"] == "seat")


def make_cohort(admin: Person, seats: int = 30, **more: Any) -> Any:
    """A cohort of this year."""
    body = {"name": f"Cohort {uuid4().hex[:6]}", "seats": seats, "start_date": "2026-01-10", "end_date": "2027-12-10"}
    return admin.post(COHORTS, {**body, **more})


def enrol(admin: Person, cohort: Any, *students: Any, status: int = 201) -> Any:
    """Enrol students; gives the row results."""
    return admin.post(f"{COHORTS}{cohort['id']}/enrollments/", {"students": list(students)}, status=status)["results"]


def child(number: int = 0, **more: Any) -> dict[str, Any]:
    """A row for a child nobody knows yet."""
    return {
        "external_id": f"c-{uuid4().hex[:8]}",
        "name": f"Wanjiru Otieno {number}",
        "birth_date": "2016-04-02",
        "school": "School 54",
        "grade_level": "3",
        **more,
    }


def wait_for_seats(sponsor: Person, cohort: Any, student: dict[str, Any]) -> Any:
    """Enrol one student as soon as the seats have reached programs."""

    def tried() -> Any:
        url = f"{COHORTS}{cohort['id']}/enrollments/"
        row = sponsor.call("POST", url, json={"students": [student]}).json()["results"][0]
        return row if row["status"] in ("enrolled", "already_enrolled") else None

    return eventually(tried, "a seat can be assigned")


def consent(
    guardian: Person, student_id: str, organization_id: str | None, *, granted: bool, scope: str = "sponsor_view"
) -> None:
    """The guardian of a student answers, as soon as privacy knows the guardian."""

    def answered() -> bool:
        body = {"organization_id": organization_id, "scope": scope, "granted": granted}
        answer = guardian.call("POST", CONSENTS, json={**body, "student_id": student_id})
        return answer.status_code == 200

    eventually(answered, "privacy knows the guardian, and takes the consent")
