"""Guardians and students: they come by invitation, and decide who may see what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from star.account import Account
from star.acts.academy import Academy
from star.client import Client
from star.data import Pupil, School
from star.errors import Refused
from star.mailbox import Mailbox
from star.people import Person, person
from star.run import Run
from star.waiting import until

GUARDIANS_PER_SCHOOL = 4
"""How many accept their invitation."""


@dataclass(frozen=True)
class Guardian:
    """A guardian who came, and the child."""

    account: Account
    child: str
    student_id: str

    def decide(self, organization_id: str, *, granted: bool) -> Any:
        """Let an organization see the child, or no longer; the answer is where the consent stands."""
        body = {
            "student_id": self.student_id,
            "organization_id": organization_id,
            "scope": "sponsor_view",
            "granted": granted,
        }
        return until("the guardian to be known", self.account.client, lambda: self._decided(body))

    def _decided(self, body: dict[str, Any]) -> Any:
        try:
            return self.account.post("/api/v1/auth/consents/", body, "consent", body["granted"])
        except Refused as refused:
            if refused.status in (403, 404):  # privacy has not heard of the account yet
                return None
            raise


def accept_as_guardians(
    client: Client, run: Run, mailbox: Mailbox, schools: Sequence[School], academy: Academy
) -> list[Guardian]:
    """A few guardians of each school find the invitation in their mail and accept it."""
    return [
        Guardian(_accept(client, run, mailbox, address, one.guardian_name), one.name, academy.students[pupil.id])
        for school in schools
        for pupil, one, address in islice(_reached(school, run, "guardian_email"), GUARDIANS_PER_SCHOOL)
    ]


def accept_as_student(
    client: Client, run: Run, mailbox: Mailbox, school: School, academy: Academy
) -> tuple[Account, str]:
    """A student of the school finds the invitation in their mail and accepts it; also returns the student's id."""
    pupil, one, address = next(_reached(school, run, "email"))
    return _accept(client, run, mailbox, address, one.name), academy.students[pupil.id]


def _reached(school: School, run: Run, by: str) -> Iterator[tuple[Pupil, Person, str]]:
    """The students of a school who have that address, with it."""
    for pupil in school.pupils:
        one = person(pupil, run.id)
        address = getattr(one, by)
        if address:
            yield pupil, one, address


def _accept(client: Client, run: Run, mailbox: Mailbox, address: str, name: str) -> Account:
    invitation = until(f"an invitation to {address}", client, lambda: mailbox.invitation_to(address))
    return Account(client, run, address, name).accept(invitation)
