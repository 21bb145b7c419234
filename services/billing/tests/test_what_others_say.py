"""Billing keeps what it needs of organizations and cohorts, whatever comes twice or late."""

from dataclasses import asdict

from chassis.ids import new_id
from contracts.events.identity import OrganizationCreated
from contracts.events.programs import CohortCreated, CohortUpdated


def test_a_late_or_repeated_created_never_undoes_an_updated(quick):
    [updated] = quick.renamed("Second Name")
    created = OrganizationCreated(**{**asdict(updated), "name": "First Name"})
    for order in ([created, updated], [updated, created], [created, updated, created, updated]):
        quick.change("delete from organizations")
        quick.hear(*order)
        assert [row.name for row in quick.rows("select name from organizations")] == ["Second Name"]


def test_the_same_holds_for_cohorts(quick):
    cohort_id = quick.new_cohort()
    [row] = quick.rows("select name from cohorts")
    facts = {"cohort_id": cohort_id, "organization_id": quick.organization, "kind": "sponsor", "seats": 5}
    days = {"start_date": None, "end_date": None}
    quick.hear(CohortUpdated(name="Renamed", **facts, **days), CohortCreated(name=row.name, **facts, **days))
    assert [row.name for row in quick.rows("select name from cohorts")] == ["Renamed"]


def test_the_payment_page_names_the_buyer_as_soon_as_it_is_known(quick):
    quick.change("delete from organizations")
    checkout_id = quick.checkout()
    assert " for " not in quick.client.get(f"/pay/{checkout_id}").text.split("<table>")[0].split("<main>")[1]
    quick.hear(*quick.renamed("Known Now"))
    assert "for Known Now" in quick.client.get(f"/pay/{checkout_id}").text


def test_seats_in_bulk_are_taken_as_one_list(quick):
    from contracts.events.programs import SeatAssigned

    handler = quick.app.extensions["service"].consumers[SeatAssigned]
    when = quick.rows("select now()")[0][0]
    events = [
        SeatAssigned(
            seat_id=new_id(),
            organization_id=quick.organization,
            cohort_id=new_id(),
            student_id=new_id(),
            assigned_at=when,
        )
        for _ in range(500)
    ]
    with quick.database.transaction("system") as session:
        handler(session, [*events, *events])
    assert quick.get("/entitlements/")["items"][0]["in_use"] == 500
