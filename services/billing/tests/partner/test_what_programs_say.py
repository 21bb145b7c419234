"""Billing keeps what programs says of sponsorships and programs, whatever comes twice or late; it asks for the rest."""

from dataclasses import asdict
from datetime import date, timedelta

import pytest
import responses

from billing.clients.programs import Programs
from billing.errors import FundablesUnavailable
from chassis.clock import now
from chassis.http_client import HttpClient
from chassis.ids import new_id
from chassis.testing import headers_of
from contracts.events.billing import DisbursementScheduled
from contracts.events.identity import OrganizationUpdated
from contracts.events.programs import ProgramCreated, ProgramUpdated

URL = "http://programs.test/internal/fundables/"


def facts_of(shop):
    return [tuple(row) for row in shop.rows("select name, amount_minor, state from fundables")]


def test_what_is_told_twice_or_late_changes_nothing(partner):
    program, at = new_id(), now()

    def told(kind, name, state, seconds):
        return kind(
            program_id=program, organization_id=partner.organization, name=name, state=state, target_students=1,
            budget_minor=100_000, currency="KES", start_date=date(2026, 3, 1), end_date=date(2026, 4, 30),
            changed_at=at + timedelta(seconds=seconds),
        )  # fmt: skip

    created = told(ProgramCreated, "First", "planning", 0)
    active = told(ProgramUpdated, "Second", "active", 1)
    paused = told(ProgramUpdated, "Third", "paused", 2)
    for order in ([created, active, paused], [created, created, active, paused, active, created]):
        partner.shop.change("delete from disbursements")
        partner.shop.change("delete from fundables")
        partner.shop.hear(*order)
        assert facts_of(partner.shop) == [("Third", 100_000, "paused")]
        assert partner.shop.rows("select count(*) from disbursements") == [(2,)]
    assert len(partner.shop.said(DisbursementScheduled)) == 4
    completed = told(ProgramUpdated, "Third", "completed", 3)
    partner.shop.hear(completed, told(ProgramUpdated, "Back", "active", 4), completed)
    assert facts_of(partner.shop) == [("Third", 100_000, "completed")]


def test_a_sponsorship_holds_nothing_of_the_student(partner, as_service):
    one = partner.sponsorship()
    partner.activated(one)
    partner.fund(1_000, sponsorship_ids=[one])
    columns = partner.shop.rows("select * from fundables")[0]._mapping
    assert not {"student_id", "student", "notes"} & set(columns)
    assert columns["name"] is None
    url = "/internal/person-data"
    mine = partner.shop.client.get(url, query_string={"user_id": partner.person}, headers=as_service("privacy")).json
    [section] = mine["sections"]
    assert section["title"] == "Checkouts you opened"
    assert [row["amount_minor"] for row in section["rows"]] == [100_000]


def test_the_organizations_own_days_decide(partner):
    [told] = partner.shop.renamed("Safari Foundation")
    partner.shop.hear(OrganizationUpdated(**{**asdict(told), "time_zone": "Pacific/Kiritimati"}))
    one = partner.sponsorship(start_date=date(2026, 1, 1), end_date=date(2026, 2, 20))
    partner.activated(one)
    assert [part["due_date"] for part in partner.disbursements()] == ["2026-02-16"]


@pytest.fixture
def programs():
    return Programs(HttpClient("http://programs.test", token=lambda: "service-token", retries=0))


def test_programs_is_asked_with_billings_own_token(programs):
    id, other = new_id(), new_id()
    body = {
        "id": str(id), "kind": "program", "organization_id": str(new_id()), "amount_minor": 100, "currency": "KES",
        "state": "planning", "start_date": "2026-03-01", "end_date": "2026-04-30", "name": "First", "more": 1,
    }  # fmt: skip
    with responses.RequestsMock() as http:
        http.get(f"{URL}{id}", json=body)
        http.get(f"{URL}{other}", json={"code": "fundable_not_found"}, status=404)
        [found] = programs.fundables([id, other])
        assert http.calls[0].request.headers["Authorization"] == "Bearer service-token"
    assert (found.id, found.name, found.end_date) == (id, "First", date(2026, 4, 30))


@pytest.mark.parametrize("answer", [{"status": 500}, {"status": 403, "json": {}}, {"json": {"id": "x"}}, {"body": "<"}])
def test_an_answer_that_is_none_is_no_answer(programs, answer):
    with responses.RequestsMock() as http:
        id = new_id()
        http.get(f"{URL}{id}", **answer)
        with pytest.raises(FundablesUnavailable):
            programs.fundables([id])


def test_a_refused_connection_is_no_answer(programs):
    with responses.RequestsMock(), pytest.raises(FundablesUnavailable):
        programs.fundables([new_id()])


def test_the_providers_day_clears_with_what_was_funded(racing, capsys):
    from billing.usecases.reconcile import reconcile_day

    shop = racing.shop
    one = racing.sponsorship(1_000)
    payment = racing.pay_for(1_000, sponsorship_ids=[one])
    racing.pay_for(500)
    shop.refund(payment=payment, amount=300)
    done = reconcile_day(shop.database, now().astimezone(shop.settings.time_zone).date(), "sandbox")
    assert (done.cleared, list(done.differences)) == (3, [])
    [statement] = shop.get("/ledger/statement/")["items"]
    assert statement["closing"] == -500, "what is for nothing yet is owed to them"


def test_a_platform_administrator_of_no_organization_is_told_to_choose_one(partner):
    refused = partner.shop.client.get(
        f"/api/v1/partner/payments/{new_id()}", headers=headers_of(("platform",), user=new_id())
    )
    assert refused.status_code in (403, 404)
