"""Logs tell what happened, and nothing about people: no address, no name, no token, no password."""

import json

from world.acts import child, enrol, make_cohort
from world.person import PASSWORD
from world.system import eventually


def test_nobody_can_be_read_out_of_the_logs(town):
    academy, guardian = town.admin("academy", "Baraka Academy"), town.person("Mama Njeri")
    pupil = child(name="Zuhura Makokha", guardian_email=guardian.email)
    enrol(academy, make_cohort(academy), pupil)
    guardian.accept_invitation()
    guardian.call("POST", "/api/v1/auth/login", json={"email": guardian.email, "password": "not the right one"})
    academy.call("GET", f"/api/v1/programs/cohorts/?search={guardian.email}")

    def heard() -> bool:
        return str(guardian.user_id) in town.system.logs()

    eventually(heard, "the guardian's calls are in the logs, by id")
    logs = town.system.logs()
    for secret in (guardian.email, academy.email, "Zuhura", "Makokha", PASSWORD, "not the right one", "eyJ", "whsec_"):
        assert secret not in logs, f"{secret} stands in a log"


def test_every_call_leaves_one_line_that_says_who_and_what(town):
    sponsor = town.admin()
    request_id = sponsor.call("GET", "/api/v1/billing/catalog/").headers["X-Request-ID"]

    def lines() -> list[dict[str, object]]:
        said = [line for line in town.system.logs().splitlines() if request_id in line]
        return [line for line in map(json.loads, said) if line["event"] == "request"]

    found = eventually(lambda: lines() if len(lines()) == 2 else [], "a line of the door and one of billing")
    assert {line["service"] for line in found} == {town.system.door, "billing"}
    assert {line["organization"] for line in found} == {sponsor.organization_id}
    assert {line["user"] for line in found} == {sponsor.user_id}
