"""A sponsor enrols a student."""

from collections.abc import Set
from datetime import timedelta
from typing import Any
from uuid import UUID

from chassis.clock import now
from chassis.database import SYSTEM
from chassis.ids import new_id
from chassis.testing import Committing, headers_of
from contracts.events.billing import SeatsGranted
from faults.desks.desk import Desk, said
from programs.app import SERVICE
from programs.clients.privacy import Privacy

URL = "/api/v1/programs/cohorts/"


class _Nobody:
    def visible(self, *_: Any, **__: Any) -> Set[UUID]:
        return set()


class Enrolments(Desk):
    """Each key is a student's name."""

    name, service = "an enrolment", SERVICE
    counts = (
        "select count(*) from enrollments",
        "select count(*) from seats where released_at is null",
        said("student_enrolled"),
        said("seat_assigned"),
    )

    def __init__(self, committing: Committing) -> None:
        super().__init__(committing)
        self.database.provided[Privacy] = _Nobody()
        organization = new_id()
        self.headers = headers_of(("cohorts.manage",), organization=organization)
        window = {"valid_from": now() - timedelta(days=1), "valid_until": now() + timedelta(days=30)}
        seats = SeatsGranted(
            organization_id=organization, grant_id=new_id(), payment_id=new_id(), quantity=1000, **window
        )
        with self.database.transaction(SYSTEM) as session:
            SERVICE.consumers[SeatsGranted](session, seats)
        body = {"name": "January", "start_date": "2027-01-11", "end_date": "2027-06-30", "seats": 1000}
        self.cohort = self.post(URL, body, key=str(new_id())).json["id"]

    def ask(self, key: str) -> Any:
        students = [{"name": key, "email": f"{key}@x.example"}]
        return self.post(f"{URL}{self.cohort}/enrollments/", {"students": students}, key)
