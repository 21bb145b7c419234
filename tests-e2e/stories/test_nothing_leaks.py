"""Every operation of the merged document, asked with another organization's ids: nothing of theirs comes out."""

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from world.acts import buy_seats, child, make_cohort, open_checkout, wait_for_seats
from world.partners import INVOICES, PARTNER, a_partner, a_program, a_school, key, parts, pay, report, sponsor
from world.person import Person, Town
from world.system import eventually

ROOT = Path(__file__).parents[2]
METHODS = ("get", "post", "put", "patch", "delete")
SECRET = "Zawadi Kipkemboi"


@cache
def paths() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "docs" / "openapi" / "gateway.json").read_text())["paths"]
    return found


def operations() -> list[tuple[str, str]]:
    return [(method, path) for path, item in sorted(paths().items()) for method in METHODS if method in item]


@pytest.fixture(scope="module")
def victim(system):
    """An organization with one of everything, and a pupil whose name must not be seen."""
    town = Town(system)
    sponsor = town.admin("sponsor", "Victim Sponsor")
    cohort = make_cohort(sponsor, name=f"Cohort of {SECRET}")
    buy_seats(sponsor, 2)
    row = wait_for_seats(sponsor, cohort, child(name=SECRET))
    message = sponsor.post(
        "/api/v1/notifications/send/",
        {"audience": {"cohort_id": cohort["id"]}, "channels": ["in_app"], "subject": SECRET, "body": SECRET},
        status=202,
    )
    checkout = open_checkout(sponsor, 1)
    invoice = sponsor.get("/api/v1/billing/invoices/")["items"][0]
    return {
        "organization": sponsor.organization_id,
        "user": sponsor.user_id,
        "cohort": cohort["id"],
        "student": row["student_id"],
        "enrollment": row["enrollment_id"],
        "message": message["message_id"],
        "checkout": checkout["id"],
        "invoice": invoice["id"],
        "number": invoice["number"],
    }


@pytest.fixture(scope="module")
def victim_partner(system):
    """A partner with one of everything, money held among it."""
    town = Town(system)
    school, partner = a_school(town, {"name": SECRET}), a_partner(town, "Victim Partner")
    [one] = sponsor(partner, school.pupils, 1_000, start=20, end=80, notes=SECRET)
    program = a_program(partner, 1_000, name=f"Scholars of {SECRET}")
    payment = pay(partner, 500, sponsorship_ids=[one], description=f"For {SECRET}")
    scheduled = eventually(lambda: parts(partner), "its disbursements are scheduled")
    invoice = partner.get(INVOICES)["invoices"][0]
    return {
        "organization": partner.organization_id,
        "sponsorship": one,
        "program": program,
        "payment": payment["id"],
        "disbursement": scheduled[0]["id"],
        "report": report(partner, "json", "financial")["report_id"],
        "student": school.pupils[0],
        "invoice": invoice["id"],
        "number": invoice["invoice_number"],
        "cohort": one,
    }


@pytest.fixture(scope="module")
def thief_of(system) -> Callable[[str], Person]:
    """The administrator of another organization of a kind: one for all that is tried, unless trying it has changed
    them or signed them out.
    """
    town, known = Town(system), dict[str, tuple[Person, Any]]()

    def told(thief: Person) -> Any:
        answer = thief.call("GET", "/api/v1/auth/me/")
        return answer.status_code, answer.json()

    def give(kind: str) -> Person:
        if kind not in known or told(known[kind][0]) != known[kind][1]:
            thief = town.admin(kind, f"Thief {kind.title()}")
            known[kind] = thief, told(thief)
        return known[kind][0]

    return give


@pytest.fixture(scope="module")
def nobody(system) -> Person:
    """Somebody without an account."""
    return Town(system).person()


def ids_for(path: str, victim: dict[str, str]) -> str:
    """The path with the victim's ids in it, each where it belongs."""
    near = {
        "/cohorts/": "cohort", "/orgs/": "organization", "/invoices/": "invoice", "/checkout/sessions/": "checkout",
        "/messages/": "message", "/students/": "student", "/enrollments/": "enrollment", "/users/": "user",
        "/members/": "user", "/sponsorships/": "sponsorship", "/programs/": "program", "/payments/": "payment",
        "/disbursements/": "disbursement", "/reports/": "report",
    }  # fmt: skip

    def fill(found: re.Match[str]) -> str:
        before = path[: found.start()]
        for part, kind in near.items():
            if before.endswith(part) and kind in victim:
                return victim[kind]
        return f"cohort:{victim['cohort']}" if before.endswith("/dashboards/") else victim["organization"]

    return re.sub(r"\{[^}]+\}", fill, path)


@pytest.mark.parametrize(("method", "path"), operations())
def test_nothing_of_another_organization_comes_out(thief_of, victim, victim_partner, method, path):
    kind, victim = ("partner", victim_partner) if path.startswith(PARTNER) else ("sponsor", victim)
    thief = thief_of(kind)
    url = ids_for(path, victim)
    body = {"organization_id": victim["organization"], "student_id": victim["student"], "cohort_id": victim["cohort"]}
    for sent in ({}, body):
        kwargs = {"json": sent} if method in ("post", "put", "patch") else {"params": sent}
        answer = thief.call(method.upper(), url, headers=key() if method == "post" else {}, **kwargs)
        assert answer.status_code < 500, answer.text
        assert SECRET not in answer.text
        assert victim["number"] not in answer.text or not path.startswith("/api/v1")  # the document's own example
        if "{" in path and path.startswith("/api/v1") and "webhooks" not in path and "metrics" not in path:
            assert answer.status_code in (400, 401, 403, 404, 405, 409, 422, 429), f"{answer.status_code} {answer.text}"


@pytest.mark.parametrize(("method", "path"), operations())
def test_without_a_token_only_what_is_public_opens(nobody, victim, victim_partner, method, path):
    victim = victim_partner if path.startswith(PARTNER) else victim
    public = not paths()[path][method].get("security")
    answer = nobody.call(method.upper(), ids_for(path, victim), **({} if method == "get" else {"json": {}}))
    assert answer.status_code < 500
    assert public or answer.status_code in (401, 403)
    assert SECRET not in answer.text
