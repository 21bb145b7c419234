"""A partner sees its own and nobody else's; who is none is told so in the document's words."""

import pytest
from sqlalchemy import text

from chassis.ids import new_id

from .conftest import funds

ANY = "01900000-0000-7000-8000-000000000000"

EVERY = [
    ("get", "sponsorships"),
    ("post", "sponsorships"),
    ("get", f"sponsorships/{ANY}"),
    ("post", f"sponsorships/{ANY}/cancel"),
    ("get", "programs"),
    ("post", "programs"),
    ("get", f"programs/{ANY}"),
    ("post", f"programs/{ANY}/pause"),
    ("post", f"programs/{ANY}/resume"),
    ("post", f"programs/{ANY}/complete"),
    ("post", f"programs/{ANY}/students"),
    ("delete", f"programs/{ANY}/students/{ANY}"),
]


@pytest.mark.parametrize(("method", "path"), EVERY)
def test_without_the_partners_permission_it_is_refused_in_the_documents_words(client, as_, as_service, method, path):
    url = f"/api/v1/partner/{path}"
    assert client.open(url, method=method.upper(), json={}).status_code == 401
    stranger = as_("dashboard.view", "cohorts.manage", organization=new_id())
    answer = client.open(url, method=method.upper(), json={}, headers=stranger)
    assert (answer.status_code, answer.json["detail"]) == (403, "Role 'partner' required")
    assert client.open(url, method=method.upper(), json={}, headers=as_service("billing")).status_code == 403


@pytest.mark.parametrize(("method", "path"), EVERY)
def test_a_partner_of_no_organization_chooses_one_first(client, as_, method, path):
    body = {"student_ids": [ANY]} if path.endswith("students") else None
    answer = client.open(f"/api/v1/partner/{path}", method=method.upper(), json=body, headers=as_("partner"))
    assert answer.status_code == 403, answer.json


def test_another_partners_rows_are_not_there(partner, partners, pupils, deliver):
    other = partners()
    (amani,) = pupils("Amani")
    (theirs,) = other.sponsored(amani)
    program = other.planned()
    deliver(funds(other, 1, program=program))
    other.post(f"programs/{program}/students", {"student_ids": [str(amani)]})
    answers = [
        partner.get(f"sponsorships/{theirs}"),
        partner.post(f"sponsorships/{theirs}/cancel"),
        partner.get(f"programs/{program}"),
        partner.post(f"programs/{program}/pause"),
        partner.post(f"programs/{program}/resume"),
        partner.post(f"programs/{program}/complete"),
        partner.post(f"programs/{program}/students", {"student_ids": [str(amani)]}),
        partner.delete(f"programs/{program}/students/{amani}"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 8
    assert answers[0].json["detail"] == partner.get(f"sponsorships/{ANY}").json["detail"] == "Sponsorship not found"
    assert answers[2].json["detail"] == "Program not found"
    assert (partner.listed()["total"], partner.get("programs").json["total"]) == (0, 0)
    assert other.sponsorship(theirs)["status"] == "pending"
    assert other.program(program)["enrolled_students"] == 1


def test_the_database_itself_keeps_partners_apart(partner, partners, pupils, deliver, database):
    other = partners()
    (amani,) = pupils("Amani")
    other.sponsored(amani)
    program = other.planned()
    deliver(funds(other, 1, program=program))
    other.post(f"programs/{program}/students", {"student_ids": [str(amani)]})
    with database.transaction(partner.id) as session:
        for table in ("sponsorships", "funded_programs", "program_participants", "disbursements"):
            assert session.scalar(text(f"select count(*) from {table}")) == 0, table  # noqa: S608


def test_billing_asks_what_can_be_funded_and_learns_nothing_of_the_student(partner, pupils, client, as_, as_service):
    (sponsorship,) = partner.sponsored(*pupils("Amani"))
    program = partner.planned()

    def asked(id, headers):
        return client.get(f"/internal/fundables/{id}", headers=headers)

    answer = asked(sponsorship, as_service("billing")).json
    assert answer.pop("changed_at").endswith("Z")
    assert answer == {
        "id": sponsorship, "kind": "sponsorship", "organization_id": str(partner.id), "amount_minor": 2_500_000,
        "currency": "KES", "state": "pending", "start_date": "2026-03-01", "end_date": "2099-12-31", "name": None,
        "description": "full scholarship",
    }  # fmt: skip
    told = asked(program, as_service("billing")).json
    assert (told["kind"], told["amount_minor"], told["state"]) == ("program", 90_000_000, "planning")
    assert told["name"] == "Coast Region Digital Literacy 2026"
    assert asked(ANY, as_service("billing")).status_code == 404
    assert asked(program, as_service("analytics")).status_code == 403
    assert asked(program, as_("platform")).status_code == 403


def test_an_organization_that_is_not_known_yet_is_asked_to_come_again(client, partner_at, privacy):
    answer = partner_at(client, new_id()).sponsor(new_id())
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
