"""The sponsor: an organization that pays for three schools it does not run."""

from collections.abc import Sequence
from dataclasses import dataclass

from star.account import Account
from star.acts.academy import Academy, create_cohort
from star.acts.enrol import enrol
from star.client import Client
from star.data import School
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


def enrol_school(sponsor: Sponsor, school: School) -> None:
    """Enrol a school's students, recognized by their address: what the sponsor knows of them is name and address."""
    people = (person(pupil, sponsor.account.run.id) for pupil in school.pupils)
    enrol(sponsor.account, sponsor.cohorts[school.id], [{"email": one.email, "name": one.name} for one in people])
