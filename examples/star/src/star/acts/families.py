"""Guardians and students: they come by invitation, and decide who may see what."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from star.account import Account
from star.acts.academy import Academy
from star.client import Client
from star.data import Pupil, School
from star.errors import Refused
from star.mailbox import Mailbox
from star.people import person
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
    """The first few guardians of each school find the invitation in their mail and accept it."""
    pupils = [pupil for school in schools for pupil in school.pupils[:GUARDIANS_PER_SCHOOL]]
    return [_guardian(client, run, mailbox, academy, pupil) for pupil in pupils]


def accept_as_student(client: Client, run: Run, mailbox: Mailbox, pupil: Pupil) -> Account:
    """A student finds the invitation in their mail and accepts it."""
    made_up = person(pupil, run.id)
    return _accept(Account(client, run, made_up.email, made_up.name), mailbox)


def _guardian(client: Client, run: Run, mailbox: Mailbox, academy: Academy, pupil: Pupil) -> Guardian:
    made_up = person(pupil, run.id)
    account = Account(client, run, made_up.guardian_email, made_up.guardian_name)
    return Guardian(_accept(account, mailbox), made_up.name, academy.students[pupil.id])


def _accept(account: Account, mailbox: Mailbox) -> Account:
    address = account.email
    invitation = until(f"an invitation to {address}", account.client, lambda: mailbox.invitation_to(address))
    return account.accept(invitation)
