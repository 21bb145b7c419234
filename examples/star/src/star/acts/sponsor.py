"""The sponsor: an organization that pays for three schools it does not run."""

from collections.abc import Sequence
from dataclasses import dataclass

from star.account import Account
from star.acts.academy import Academy, create_cohort
from star.acts.enrol import enrol
from star.client import Client
from star.data import Pupil, School
from star.people import DOMAIN, person
from star.run import Run


@dataclass(frozen=True)
class Sponsor:
    """The sponsor with its cohorts, by the school's number."""

    account: Account
    organization_id: str
    cohorts: dict[str, str]


def open_sponsor(client: Client, run: Run, schools: Sequence[School], academy: Academy) -> Sponsor:
    """Sign up and create a cohort for each school over the academy's courses."""
    account = Account(client, run, f"grants@sponsor-{run.id}.{DOMAIN}", "Amina Sponsor")
    organization = {"name": f"Bright Futures Foundation {run.id}", "kind": "sponsor", "sponsor_type": "foundation"}
    account.sign_up({**organization, "country": "KE"})
    courses = list(academy.courses.values())
    cohorts = {school.id: create_cohort(account, school, school.name, courses) for school in schools}
    return Sponsor(account, account.organization_id(), cohorts)


def enrol_school(sponsor: Sponsor, school: School, *, alone: Pupil) -> None:
    """Enrol a school's students, recognized by their address.

    What the sponsor knows of them stands on their application: name, address, and the guardian who signed it. Only
    ``alone`` applied without a guardian's address, and is therefore invited in person.
    """
    enrol(sponsor.account, sponsor.cohorts[school.id], [_application(sponsor, pupil, alone) for pupil in school.pupils])


def _application(sponsor: Sponsor, pupil: Pupil, alone: Pupil) -> dict[str, str]:
    made_up = person(pupil, sponsor.account.run.id)
    row = {"email": made_up.email, "name": made_up.name}
    return row if pupil == alone else {**row, "guardian_email": made_up.guardian_email}
