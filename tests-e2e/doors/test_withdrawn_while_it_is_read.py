"""Many read a student without a pause when the student withdraws: nobody who asks after the answer sees a thing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from time import monotonic

import pytest

from chassis.ids import new_id
from chassis.testing import headers_of
from contracts.events.billing import SeatsGranted
from contracts.events.identity import EmailVerified, OrganizationCreated
from contracts.roles import PERMISSIONS

NAME = "Zawadi Kipkemboi"
READERS, ROUNDS, AFTERWARDS = 6, 5, 3
READS = {
    "progress": "sponsor_view",
    "profile": "employer_share",
    "placements": "placement_tracking",
    "portfolio": "public_portfolio",
    "list": "sponsor_view",
}


class Scene:
    """An employer with a cohort, an adult student in it, and the student's account."""

    def __init__(self, street):
        self.street, self.organization, self.account = street, new_id(), new_id()
        mail, at = f"{self.account}@example.org", datetime.now(UTC)
        facts = {"slug": "e", "currency": "KES", "time_zone": "Africa/Nairobi"}
        window = {"valid_from": at - timedelta(days=1), "valid_until": at + timedelta(days=9)}
        street.tell(
            OrganizationCreated(organization_id=self.organization, name="E", kind="employer", **facts),
            EmailVerified(user_id=self.account, email=mail),
            SeatsGranted(
                organization_id=self.organization, grant_id=new_id(), payment_id=new_id(), quantity=1, **window
            ),
        )
        who = {"organization": self.organization, "kind": "employer"}
        self.headers = headers_of(tuple(PERMISSIONS["employer_admin"]), **who)
        cohort = {"name": "x", "start_date": "2026-01-01", "end_date": "2027-12-31", "seats": 9}
        self.cohort = street.write("cohorts/", cohort, "cohorts.manage", **who)["id"]
        row = {"name": NAME, "email": mail, "birth_date": "2000-01-01", "school": "Uhuru School"}
        path = f"cohorts/{self.cohort}/enrollments/"
        self.student = street.write(path, {"students": [row]}, "cohorts.manage", **who)["results"][0]["student_id"]

    def says(self, scope, granted):
        """The student decides; returns when that is answered."""
        to = None if scope == "public_portfolio" else str(self.organization)
        body = {"organization_id": to, "student_id": self.student, "scope": scope, "granted": granted}
        headers = headers_of(user=self.account)
        answer = self.street.privacy.client.post("/api/v1/auth/consents/", json=body, headers=headers)
        assert answer.status_code == 200, answer.text

    def sees(self, what):
        """Whether a reader sees the student now."""
        path = f"students/{self.student}/{what}/"
        if what == "list":
            path = f"cohorts/{self.cohort}/enrollments/list/"
        answer = self.street.programs.client.get(f"/api/v1/programs/{path}", headers=self.headers)
        return answer.status_code == 200 and (what != "list" or NAME in answer.text)


@pytest.mark.parametrize(
    "what", [pytest.param(what, marks=[pytest.mark.long] * (what not in {"progress", "list"})) for what in READS]
)
def test_no_read_that_begins_after_a_withdrawal_was_answered_is_allowed(committing_street, what, record_property):
    scene, reads = Scene(committing_street), []

    def read_on(reading, withdrawn):
        left = AFTERWARDS
        while left:
            began = monotonic()
            reads.append((began, scene.sees(what)))
            reading.set()
            left -= withdrawn.is_set()

    before, after = [], []
    for _ in range(ROUNDS):
        scene.says(READS[what], granted=True)
        reads.clear()
        withdrawn, reading = Event(), [Event() for _ in range(READERS)]
        with ThreadPoolExecutor(READERS) as pool:
            readers = [pool.submit(read_on, started, withdrawn) for started in reading]
            for started in reading:
                assert started.wait(30)
            scene.says(READS[what], granted=False)
            answered = monotonic()
            withdrawn.set()
        assert [reader.exception() for reader in readers] == [None] * READERS
        before += [seen for began, seen in reads if began < answered]
        after += [seen for began, seen in reads if began >= answered]
    record_property("kinds_of_read", 1)
    record_property("withdrawals", ROUNDS)
    record_property("seen_before", sum(before))
    record_property("asked_after", len(after))
    record_property("allowed_after", sum(after))
    assert sum(before) >= ROUNDS
    assert len(after) >= ROUNDS * READERS * (AFTERWARDS - 1)
    assert not any(after)
