"""kill -9 of anything, at any moment: started again, it shows the same figures."""

import pytest
from world.acts import COHORTS, buy_seats, child, enrol, make_cohort, wait_for_seats
from world.person import Person, Town
from world.system import eventually

SERVICES = ("identity", "programs", "billing", "privacy", "analytics", "notifications")


def figures(sponsor: Person) -> tuple[object, ...]:
    seat = next(item for item in sponsor.get("/api/v1/billing/entitlements/")["items"] if item["product"] == "seat")
    metric = sponsor.get("/api/v1/analytics/metrics/seat_utilization/")
    cohorts = [item["id"] for item in sponsor.get(COHORTS)["items"]]
    enrolled = [sponsor.get(f"{COHORTS}{cohort}/enrollments/list/")["total"] for cohort in cohorts]
    invoices = [item["number"] for item in sponsor.get("/api/v1/billing/invoices/")["items"]]
    return seat["purchased"], seat["in_use"], metric["value"], enrolled, invoices


@pytest.mark.long
def test_a_power_cut_loses_nothing(breakable):
    sponsor = Town(breakable).admin()
    cohort = make_cohort(sponsor)
    buy_seats(sponsor, 4)
    wait_for_seats(sponsor, cohort, child())
    enrol(sponsor, cohort, child(1), child(2))
    breakable.kill_all()
    breakable.start()
    eventually(lambda: figures(sponsor)[:4] == (4, 3, 75, [3]), "the figures are the same after the power cut")
    assert enrol(sponsor, cohort, child(3), child(4), status=207)[1]["status"] == "no_seat"


@pytest.mark.long
def test_each_process_may_be_killed_while_work_goes_on(breakable):
    sponsor = Town(breakable).admin()
    cohort = make_cohort(sponsor, seats=100)
    buy_seats(sponsor, 2 * len(SERVICES) + 4)
    wait_for_seats(sponsor, cohort, child())
    for number, name in enumerate((*SERVICES, "postgres")):
        breakable.kill(name)

        def enrolled(number: int = number) -> bool:
            url, row = f"{COHORTS}{cohort['id']}/enrollments/", child(number, external_id=f"kill-{number}")
            answer = sponsor.call("POST", url, json={"students": [row]})
            return answer.status_code == 201

        eventually(enrolled, f"enrolling goes on after {name} was killed", 60)
    total = len(SERVICES) + 2

    def same() -> bool:
        try:
            return figures(sponsor)[:4] == (16, total, 50, [total])
        except AssertionError:  # a service is still on its way up
            return False

    eventually(same, "every service agrees on the figures", 60)
