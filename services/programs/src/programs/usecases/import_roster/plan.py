"""All the steps of an import, in their order."""

from programs.rules.oneroster.values import Cells
from programs.usecases.import_roster.absence import AbsenceStep
from programs.usecases.import_roster.kinds.adults import STUDENT, Adults, GoneAdults, role_of
from programs.usecases.import_roster.kinds.classes import Classes
from programs.usecases.import_roster.kinds.courses import Courses
from programs.usecases.import_roster.kinds.demographics import Demographics
from programs.usecases.import_roster.kinds.enrollments import Enrollments
from programs.usecases.import_roster.kinds.grades import LineItems, Results
from programs.usecases.import_roster.kinds.leavers import Leavers
from programs.usecases.import_roster.kinds.structure import Categories, Orgs, Sessions
from programs.usecases.import_roster.kinds.students import Students
from programs.usecases.import_roster.steps import AffectedStep, FileStep, OrphanStep, is_gone

Step = FileStep | OrphanStep | AffectedStep | AbsenceStep


def _stays(cells: Cells) -> bool:
    return not is_gone(cells)


def _student(cells: Cells) -> bool:
    return _stays(cells) and role_of(cells) == STUDENT


def _adult(cells: Cells) -> bool:
    return _stays(cells) and role_of(cells) != STUDENT


PLAN: tuple[Step, ...] = (
    FileStep("orgs", Orgs()),
    OrphanStep("orgs.parents", Orgs(), "org", "parentSourcedId"),
    FileStep("academicSessions", Sessions()),
    OrphanStep("academicSessions.parents", Sessions(), "session", "parentSourcedId"),
    FileStep("courses", Courses()),
    FileStep("classes", Classes()),
    FileStep("users.adults", Adults(), _adult),
    FileStep("demographics", Demographics()),
    FileStep("users.adults_gone", GoneAdults(), is_gone),
    FileStep("users.students", Students(), _student),
    OrphanStep("demographics.users", Demographics(), "user", "sourcedId"),
    AffectedStep("users.affected", ("orgs.csv", "users.csv", "demographics.csv")),
    # Whoever leaves frees a seat; so they go before anybody asks for one.
    AbsenceStep("enrollments.listed", Enrollments(), Enrollments(), listing=True),
    AbsenceStep("enrollments.absent", Enrollments(), Enrollments(), listing=False),
    FileStep("enrollments.removed", Enrollments(), is_gone),
    FileStep("enrollments", Enrollments(), _stays),
    AbsenceStep("users.listed", Students(), Leavers(), listing=True),
    AbsenceStep("users.absent", Students(), Leavers(), listing=False),
    FileStep("users.removed", Leavers(), is_gone),
    FileStep("categories", Categories()),
    FileStep("lineItems", LineItems()),
    FileStep("results", Results()),
)
