"""Tables, whose methods are the rules of one row."""

from programs.models.achievement import Certificate, Milestone, MilestoneReach, ProgressRecord
from programs.models.activity import LabUse, MentorSession, Placement
from programs.models.cohort import ACADEMY, Cohort, CohortCourse
from programs.models.course import Course
from programs.models.enrollment import ACTIVE, COMPLETED, STATES, WITHDRAWN, Enrollment
from programs.models.organization import Account, Organization
from programs.models.result import CourseProgress, Result
from programs.models.roster_import import (
    DONE,
    FAILED,
    IMPORT_STATES,
    KEEP,
    QUEUED,
    RECEIVING,
    REMOVE,
    RUNNING,
    ImportChunk,
    ImportFile,
    ImportProblem,
    RosterGuardian,
    RosterImport,
    RosterItem,
)
from programs.models.seat import LAPSED, Seat, SeatGrant, SeatPool, SeatRetirement
from programs.models.student import OrganizationStudent, Student
from programs.models.xapi_statement import XapiStatement, XapiTerm

__all__ = [
    "ACADEMY", "ACTIVE", "COMPLETED", "DONE", "FAILED",
    "IMPORT_STATES", "KEEP", "LAPSED", "QUEUED", "RECEIVING", "REMOVE", "RUNNING", "STATES", "WITHDRAWN",
    "Account", "Certificate", "Cohort", "CohortCourse", "Course", "CourseProgress", "Enrollment", "ImportChunk",
    "ImportFile", "ImportProblem", "LabUse", "MentorSession", "Milestone", "MilestoneReach", "Organization",
    "OrganizationStudent", "Placement", "ProgressRecord", "Result", "RosterGuardian", "RosterImport", "RosterItem",
    "Seat", "SeatGrant", "SeatPool", "SeatRetirement", "Student", "XapiStatement", "XapiTerm",
]  # fmt: skip
