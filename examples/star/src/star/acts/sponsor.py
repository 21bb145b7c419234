"""The sponsor: an organization that pays for whole schools it does not run."""

from collections.abc import Sequence
from dataclasses import dataclass

from star.account import Account
from star.acts.academy import Academy, create_cohort, find_cohorts
from star.acts.enrol import enrol
from star.client import Client
from star.data import School
from star.figures import Group
from star.people import DOMAIN
from star.run import Run

FUNDED = "All funded schools"


@dataclass(frozen=True)
class Sponsor:
    """The sponsor with its cohorts, by the school's number, and the one of all schools together."""

    account: Account
    organization_id: str
    cohorts: dict[str, str]
    funded: str

    def groups(self, schools: Sequence[School]) -> list[Group]:
        """Each school, then all of them."""
        everyone = [pupil for school in schools for pupil in school.pupils]
        each = [Group(school.name, school.pupils, self.account, self.cohorts[school.id]) for school in schools]
        return [*each, Group("Sponsored", everyone, self.account, self.funded)]


def open_sponsor(client: Client, run: Run, schools: Sequence[School], academy: Academy) -> Sponsor:
    """Sign up, and create a cohort for each school and one for all of them over the academy's courses."""
    account = _officer(client, run)
    organization = {"name": f"Bright Futures Foundation {run.id}", "kind": "sponsor", "sponsor_type": "foundation"}
    account.sign_up({**organization, "country": "KE"})
    courses = list(academy.courses.values())
    cohorts = {school.id: create_cohort(account, school.name, len(school.pupils), courses) for school in schools}
    funded = create_cohort(account, FUNDED, sum(len(school.pupils) for school in schools), courses)
    return Sponsor(account, account.organization_id(), cohorts, funded)


def find_sponsor(client: Client, run: Run, schools: Sequence[School]) -> Sponsor:
    """The sponsor of a run that was played before. Raises Refused when it is not known there."""
    account = _officer(client, run)
    account.log_in()
    cohorts = find_cohorts(account)
    by_school = {school.id: cohorts[school.name] for school in schools}
    return Sponsor(account, account.organization_id(), by_school, cohorts[FUNDED])


def enrol_schools(sponsor: Sponsor, schools: Sequence[School], academy: Academy) -> None:
    """Enrol whole schools by the ids the academy gave: the sponsor learns no name by it.

    Whoever is in the cohort of the school and in that of all schools has one seat.
    """
    rows = {school.id: [{"student_id": academy.students[pupil.id]} for pupil in school.pupils] for school in schools}
    for school in schools:
        enrol(sponsor.account, sponsor.cohorts[school.id], rows[school.id])
    enrol(sponsor.account, sponsor.funded, [row for school in schools for row in rows[school.id]])


def _officer(client: Client, run: Run) -> Account:
    return Account(client, run, f"grants@sponsor-{run.id}.{DOMAIN}", "Amina Sponsor")
