"""Tables, whose methods are the rules of one row."""

from programs.models.achievement import Certificate, Milestone, MilestoneReach, ProgressRecord
from programs.models.activity import LabUse, MentorSession, Placement
from programs.models.cohort import ACADEMY, Cohort, CohortCourse
from programs.models.course import Course
from programs.models.disbursement import Disbursement
from programs.models.enrollment import ACTIVE, COMPLETED, STATES, WITHDRAWN, Enrollment
from programs.models.funded_program import PROGRAM_STATES, FundedProgram, ProgramParticipant
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
from programs.models.sponsorship import SPONSORSHIP_KINDS, SPONSORSHIP_STATES, Sponsorship
from programs.models.student import OrganizationStudent, Student
from programs.models.xapi_statement import XapiStatement, XapiTerm

__all__ = [
    "ACADEMY", "ACTIVE", "COMPLETED", "DONE", "FAILED",
    "IMPORT_STATES", "KEEP", "LAPSED", "PROGRAM_STATES", "QUEUED", "RECEIVING", "REMOVE", "RUNNING",
    "SPONSORSHIP_KINDS", "SPONSORSHIP_STATES", "STATES", "WITHDRAWN",
    "Account", "Certificate", "Cohort", "CohortCourse", "Course", "CourseProgress", "Disbursement", "Enrollment",
    "FundedProgram", "ImportChunk", "ImportFile", "ImportProblem", "LabUse", "MentorSession", "Milestone",
    "MilestoneReach", "Organization", "OrganizationStudent", "Placement", "ProgramParticipant", "ProgressRecord",
    "Result", "RosterGuardian", "RosterImport", "RosterItem", "Seat", "SeatGrant", "SeatPool", "SeatRetirement",
    "Sponsorship", "Student", "XapiStatement", "XapiTerm",
]  # fmt: skip
