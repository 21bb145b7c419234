"""The academy: it imports its roster and results, and puts everybody in one cohort: the platform."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from star.account import Account
from star.acts.enrol import enrol
from star.calendar import FIRST_DAY, LAST_DAY
from star.client import Client
from star.data import COURSES, Course, School
from star.figures import Group
from star.oneroster_lines import course_title, student_id
from star.people import DOMAIN
from star.run import Run

COHORTS = "/api/v1/programs/cohorts/"
EVERYBODY = "Project STAR, kindergarten to grade 3"
_BATCH = 2_000


@dataclass(frozen=True)
class Academy:
    """The academy with what it made: course to id, the pupil's number to the student's id, the cohort of everybody."""

    account: Account
    courses: dict[Course, str]
    everybody: str
    students: dict[str, str] = field(default_factory=dict)

    def platform(self, schools: Sequence[School]) -> Group:
        """Everybody there is, the sponsored among them."""
        return Group("Platform", [pupil for school in schools for pupil in school.pupils], self.account, self.everybody)


def sign_up_academy(client: Client, run: Run) -> Account:
    """The academy's head, signed in."""
    account = _head(client, run)
    name = f"Project STAR Academy {run.id} (synthetic names)"
    return account.sign_up({"name": name, "kind": "academy", "country": "KE"})


def gather(account: Account, schools: Sequence[School]) -> Academy:
    """One cohort over all eight courses for everybody, whom the academy knows by its own ids."""
    pupils = [pupil for school in schools for pupil in school.pupils]
    courses = find_courses(account)
    cohort_id = create_cohort(account, EVERYBODY, len(pupils), list(courses.values()))
    rows = [{"external_id": student_id(pupil.id)} for pupil in pupils]
    ids = enrol(account, cohort_id, rows, _BATCH)
    return Academy(account, courses, cohort_id, dict(zip((pupil.id for pupil in pupils), ids, strict=True)))


def heard_of(academy: Academy, schools: Sequence[School]) -> tuple[int, int]:
    """Enrolments and completions that the dashboards tell of, and how many there are.

    A student is enrolled in a class for each test, and in the cohort of everybody.
    """
    numbers = academy.account.get("/api/v1/analytics/metrics/completion_rates/")["numbers"]
    pupils = [pupil for school in schools for pupil in school.pupils]
    enrolled = len(pupils) + sum(len(pupil.results) for pupil in pupils)
    completed = sum(len(pupil.scores) + (len(pupil.scores) == len(COURSES)) for pupil in pupils)
    return numbers["enrolled"] + numbers["completed"], enrolled + completed


def find_academy(client: Client, run: Run) -> Academy:
    """The academy of a run that was played before. Raises Refused when it is not known there."""
    account = _head(client, run)
    account.log_in()
    return Academy(account, find_courses(account), find_cohorts(account)[EVERYBODY])


def find_courses(account: Account) -> dict[Course, str]:
    """The academy's courses, in their order, by what they are called."""
    listed = account.items("/api/v1/programs/courses/", organization_id=account.organization_id())
    ids = {course["title"]: str(course["id"]) for course in listed}
    return {course: ids[course_title(course)] for course in COURSES}


def find_cohorts(account: Account) -> dict[str, str]:
    """The organization's cohorts by name."""
    return {cohort["name"]: str(cohort["id"]) for cohort in account.items(COHORTS, sort="name")}


def create_cohort(account: Account, name: str, seats: int, courses: list[str]) -> str:
    """A cohort with a place for so many students; returns its id."""
    body = {
        "name": name,
        "start_date": FIRST_DAY.isoformat(),
        "end_date": LAST_DAY.isoformat(),
        "seats": seats,
        "course_ids": courses,
    }
    return str(account.post(COHORTS, body, "cohort", name)["id"])


def _head(client: Client, run: Run) -> Account:
    return Account(client, run, f"head@academy-{run.id}.{DOMAIN}", "Head of the Academy")
