"""An organization decides on corrections; an objection holds at once; the law's time is watched."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from contracts.events.privacy import (
    ConsentWithdrawn,
    DataRequestAnswered,
    DataRequestDue,
    DataRequestReceived,
    ProcessingObjected,
)
from privacy.rules.clocks import LAW, clock_of

URL = "/api/v1/privacy/data-requests/"
CHANGES = {"name": "Amina A. Otieno"}


def corrected(family: Any, ask: Any, **more: Any) -> Any:
    return ask(family.student_user, "rectification", organization_id=family.organization, changes=CHANGES, **more)


def test_who_keeps_the_record_decides(adult: Any, ask: Any, client: Any, as_: Any, published: Any, world: Any) -> None:
    answer = corrected(adult, ask, explanation="Two names were swapped.").json
    assert answer["state"] == "received"
    (told,) = published(DataRequestReceived)
    assert (told.organization_id, told.right) == (adult.organization, "rectification")
    theirs = as_("students.link", organization=adult.organization)
    waiting = client.get(f"{URL}?view=organization", headers=theirs).json["items"]
    assert [(item["id"], item["wanted"]["changes"]) for item in waiting] == [(answer["id"], CHANGES)]
    url = f"{URL}{answer['id']}/decision/"
    other = as_("students.link", organization=world.organization())
    assert client.put(url, json={"state": "done"}, headers=other).status_code == 404
    assert client.put(url, json={"state": "refused"}, headers=theirs).status_code == 422
    assert client.put(url, json={"state": "done"}, headers=as_(organization=adult.organization)).status_code == 403
    assert client.put(url, json={"state": "in_progress"}, headers=theirs).json["state"] == "in_progress"
    done = client.put(url, json={"state": "done"}, headers=theirs).json
    assert (done["state"], done["wanted"]) == ("done", {}), "what was wanted is needed no more"
    again = client.put(url, json={"state": "done"}, headers=theirs)
    assert (again.status_code, again.json["code"]) == (409, "request_ended")
    assert [event.user_id for event in published(DataRequestAnswered)] == [adult.student_user]


def test_a_refusal_says_why(adult: Any, ask: Any, client: Any, as_: Any) -> None:
    answer = corrected(adult, ask).json
    theirs = as_("students.link", organization=adult.organization)
    body = {"state": "refused", "reason": "The certificate of birth says otherwise."}
    client.put(f"{URL}{answer['id']}/decision/", json=body, headers=theirs)
    shown = client.get(f"{URL}{answer['id']}/", headers=as_(user=adult.student_user)).json
    assert (shown["state"], shown["reason"]) == ("refused", body["reason"])


def test_only_who_keeps_a_record_is_asked(adult: Any, ask: Any, world: Any) -> None:
    stranger = world.organization()
    refused = ask(adult.student_user, "rectification", organization_id=stranger, changes=CHANGES)
    assert refused.status_code == 422
    assert ask(adult.student_user, "rectification", changes=CHANGES).status_code == 422
    unknown = ask(adult.student_user, "rectification", organization_id=adult.organization, changes={"password": "x"})
    assert unknown.status_code == 422


def test_an_objection_withdraws_what_was_granted_and_stops_messages(
    adult: Any, world: Any, consent: Any, decision: Any, ask: Any, published: Any
) -> None:
    other = world.organization()
    world.student(other, adult.student)
    for organization in (adult.organization, other):
        consent(adult.student_user, organization)
    one = ask(adult.student_user, "objection", organization_id=other, purposes=["consents"])
    assert one.json["state"] == "done"
    assert not decision(adult.student, organization_id=other)["allowed"]
    assert decision(adult.student, organization_id=adult.organization)["allowed"]
    assert ask(adult.student_user, "objection").json["state"] == "done"
    assert not decision(adult.student, organization_id=adult.organization)["allowed"]
    assert len(published(ConsentWithdrawn)) == 2
    assert [event.purposes for event in published(ProcessingObjected)] == [
        ("consents",),
        ("consents", "messages", "analytics"),
    ]


@pytest.mark.parametrize(
    ("right", "countries", "ends"),
    [
        ("access", ["KE"], "2026-02-07"),
        ("erasure", ["KE"], "2026-02-14"),
        ("access", ["DE"], "2026-02-28"),
        ("access", ["DE", "KE"], "2026-02-07"),
        ("access", ["ZA"], "2026-03-02"),
        ("access", [], "2026-02-07"),
        ("access", ["XX"], "2026-02-28"),
    ],
)
def test_the_law_gives_so_long(right: str, countries: list[str], ends: str) -> None:
    since = datetime(2026, 1, 31, 9, tzinfo=UTC)
    assert clock_of(right, countries, since).ends(since).date().isoformat() == ends


def test_every_clock_says_where_it_is_written(client: Any) -> None:
    items = client.get("/api/v1/privacy/clocks/").json["items"]
    assert {item["country"] for item in items} == {*LAW, None}
    assert all(item["source"] for item in items)


@pytest.mark.env(PRIVACY_CONTACT="privacy@example.org")
def test_somebody_is_told_once_before_the_time_runs_out(
    adult: Any, ask: Any, run_job: Any, published: Any, client: Any
) -> None:
    corrected(adult, ask)
    access = ask(adult.student_user, "access").json
    due = datetime.fromisoformat(access["due_at"]) - datetime.now(UTC)
    assert timedelta(days=6.9) < due < timedelta(days=7), "nobody has said in which country: the shortest time"
    run_job("escalate_requests")
    assert published(DataRequestDue) == []
    with time_machine.travel(datetime.now(UTC) + timedelta(days=5.5)):
        run_job("escalate_requests")
        run_job("escalate_requests")
    assert [(event.right, event.email) for event in published(DataRequestDue)] == [("access", "privacy@example.org")]
    with time_machine.travel(datetime.now(UTC) + timedelta(days=12)):
        run_job("escalate_requests")
        page = client.get("/metrics").text
    last = published(DataRequestDue)[-1]
    assert (last.right, last.organization_id, last.email) == ("rectification", adult.organization, None)
    assert 'privacy_data_requests_overdue{right="access",service="privacy"} 1.0' in page


def test_an_organization_sets_how_long_it_keeps_whom_it_knows(client: Any, as_: Any, world: Any) -> None:
    url, mine = "/api/v1/privacy/retention/", world.organization()
    manager = as_("org.manage", organization=mine)
    assert client.get(url, headers=manager).json["inactive_months"] is None
    assert client.put(url, json={"inactive_months": 36}, headers=manager).json["inactive_months"] == 36
    assert client.get(url, headers=as_("org.manage", organization=world.organization())).json["inactive_months"] is None
    assert client.put(url, json={"inactive_months": 0}, headers=manager).status_code == 422
    assert client.put(url, json={"inactive_months": 12}, headers=as_(organization=mine)).status_code == 403
    assert client.put(url, json={"inactive_months": None}, headers=manager).json["inactive_months"] is None
