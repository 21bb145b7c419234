"""The sponsor: an organization that pays for three schools it does not run."""

from collections.abc import Sequence
from dataclasses import dataclass

from star.account import Account
from star.acts.academy import Academy, create_cohort
from star.acts.enrol import enrol
from star.client import Client
from star.data import School
from star.people import DOMAIN
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


def enrol_school(sponsor: Sponsor, school: School, academy: Academy) -> None:
    """Enrol a school's students by the ids the academy gave: the sponsor learns no name by it."""
    rows = [{"student_id": academy.students[pupil.id]} for pupil in school.pupils]
    enrol(sponsor.account, sponsor.cohorts[school.id], rows)
