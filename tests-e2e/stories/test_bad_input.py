"""The hostile and the clumsy get a clear refusal in the family's shape, and nothing is changed."""

import time

import pytest
from world.acts import CHECKOUTS, COHORTS, child, enrol, make_cohort, open_checkout, purchased
from world.system import eventually


def refused(answer, *statuses: int):
    assert answer.status_code in statuses, f"{answer.status_code} {answer.text[:300]}"
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert {"type", "title", "status", "detail", "instance", "code", "request_id", "errors", "error"} <= set(body)
    assert body["request_id"] == answer.headers["X-Request-ID"]
    return body


@pytest.fixture(scope="module")
def sponsor(system):
    from world.person import Town

    return Town(system).admin()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b'{"name": "a\\u0000b"}', 400),
        (b"[" * 50_000, 400),
        (b"[]", 422),
        (b'{"name": "x"}', 422),
        (b'{"name": "x", "seats": 5, "start_date": "2026-02-30", "end_date": "2026-03-01"}', 422),
        (b'{"name": "x", "seats": 5, "start_date": "2026-03-02", "end_date": "2026-03-01"}', 422),
        (b'{"name": "x", "seats": -1, "start_date": "2026-01-01", "end_date": "2026-03-01"}', 422),
        (b'{"name": "x", "seats": 1e30, "start_date": "2026-01-01", "end_date": "2026-03-01"}', 422),
        (b'{"name": "x", "seats": 5, "start_date": "2026-01-01", "end_date": "2026-03-01", "organization_id": 1}', 422),
    ],
)
def test_a_bad_cohort(sponsor, body, status):
    before = sponsor.get(COHORTS)["total"]
    refused(
        sponsor.call("POST", COHORTS, data=body, headers={"Content-Type": "application/json"}),
        *({status} | ({400} if status == 422 and b"1e30" in body else set())),
    )
    assert sponsor.get(COHORTS)["total"] == before


def test_the_wrong_kind_of_body(sponsor):
    refused(sponsor.call("POST", COHORTS, data="name=x", headers={"Content-Type": "text/plain"}), 415)
    refused(sponsor.call("POST", COHORTS, data=b" " * 9_000_000, headers={"Content-Type": "application/json"}), 413)
    refused(sponsor.call("DELETE", COHORTS), 405)


def test_ten_thousand_and_one_rows(sponsor):
    cohort = make_cohort(sponsor)
    rows = [{"email": f"p{n}@mail.example.org", "name": "P"} for n in range(10_001)]
    refused(sponsor.call("POST", f"{COHORTS}{cohort['id']}/enrollments/", json={"students": rows}), 413, 422)
    assert sponsor.get(f"{COHORTS}{cohort['id']}/enrollments/list/")["total"] == 0


def test_bad_rows_are_named_and_the_good_ones_go_in(town):
    academy = town.admin("academy")
    cohort = make_cohort(academy)
    rows = enrol(
        academy,
        cohort,
        child(1),
        child(2, birth_date="3016-01-01"),
        child(3, guardian_email="not an address"),
        {"student_id": "01900000-0000-7000-8000-000000000000"},
        {"name": "nobody to be found by"},
        child(4, name='=HYPERLINK("http://evil.example")'),
        status=207,
    )
    assert [row["status"] for row in rows] == ["enrolled", "invalid", "invalid", "invalid", "invalid", "enrolled"]
    assert all(row["reasons"] for row in rows if row["status"] == "invalid")
    assert academy.get(f"{COHORTS}{cohort['id']}/enrollments/list/")["total"] == 2


def test_forged_and_foreign_tokens(town, sponsor):
    for token in ("nonsense", sponsor.token[:-4] + "AAAA", sponsor.token.split(".")[0] + ".e30."):
        stranger = town.person()
        stranger.token = token
        answer = stranger.call("GET", "/api/v1/auth/me/")
        refused(answer, 401)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert token not in answer.text


def test_an_ended_session_ends_at_once(town):
    person = town.admin()
    person.call("POST", "/api/v1/auth/logout/", json={})
    started = time.monotonic()
    eventually(lambda: person.call("GET", "/api/v1/auth/me/").status_code == 401, "the token is refused")
    assert time.monotonic() - started < 5  # half a second between two looks, and a busy machine


def test_a_refresh_token_used_again_ends_its_whole_family(town):
    person = town.admin()
    first = person.refresh_token
    url = "/api/v1/auth/refresh"
    second = person.post(url, {"refresh_token": first}, status=200)["refresh_token"]
    third = person.post(url, {"refresh_token": second}, status=200)["refresh_token"]

    def caught() -> bool:
        return person.call("POST", url, json={"refresh_token": first}).status_code == 401

    eventually(caught, "the short grace for a lost answer is over, and the used token is refused")
    refused(person.call("POST", url, json={"refresh_token": third}), 401)


def test_a_forged_webhook_pays_nothing(town):
    sponsor = town.admin()
    checkout = open_checkout(sponsor, 1)
    forged = {"type": "session.paid", "data": {"key": checkout["id"], "state": "paid"}}
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(int(time.time())), "webhook-signature": "v1,AAAA"}
    answer = sponsor.call("POST", "/api/v1/billing/webhooks/sandbox/", json=forged, headers=headers)
    assert answer.status_code in (400, 401, 403)
    assert sponsor.get(f"{CHECKOUTS}{checkout['id']}/")["state"] == "open"
    assert purchased(sponsor) == 0


def test_unknown_things_and_bad_filters(sponsor):
    refused(sponsor.call("GET", "/api/v1/analytics/metrics/happiness/"), 404)
    refused(sponsor.call("GET", "/api/v1/analytics/metrics/seat_utilization/?from=yesterday"), 400)
    refused(sponsor.call("GET", "/api/v1/billing/invoices/?status=lost"), 400)
    refused(sponsor.call("GET", f"{COHORTS}?limit=1000000"), 400)
    refused(sponsor.call("GET", "/api/v1/nowhere/"), 404)
    refused(sponsor.call("GET", "/internal/revocations"), 404)
