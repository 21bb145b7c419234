"""What programs says: courses, cohorts, students, seats, what students did and reached, sponsorships, programs."""

from contracts.events.programs.activities import LabUsed, MentorSessionHeld, PlacementRecorded
from contracts.events.programs.cohorts import CohortCreated, CohortFacts, CohortUpdated
from contracts.events.programs.courses import CourseCreated, CourseFacts, CourseUpdated
from contracts.events.programs.enrollments import EnrollmentCompleted, EnrollmentWithdrawn, StudentEnrolled
from contracts.events.programs.funded_programs import (
    ProgramCreated,
    ProgramFacts,
    ProgramStudentEnrolled,
    ProgramStudentWithdrawn,
    ProgramUpdated,
)
from contracts.events.programs.learning import CertificateEarned, MilestoneReached, ProgressRecorded, ResultRecorded
from contracts.events.programs.rights import DataExportPartReady, ErasureDone
from contracts.events.programs.seats import SeatAssigned, SeatReleased
from contracts.events.programs.sponsorships import SponsorshipActivated, SponsorshipCreated, SponsorshipEnded
from contracts.events.programs.students import StudentFacts, StudentRegistered, StudentUpdated

__all__ = [
    "CertificateEarned",
    "CohortCreated",
    "CohortFacts",
    "CohortUpdated",
    "CourseCreated",
    "CourseFacts",
    "CourseUpdated",
    "DataExportPartReady",
    "EnrollmentCompleted",
    "EnrollmentWithdrawn",
    "ErasureDone",
    "LabUsed",
    "MentorSessionHeld",
    "MilestoneReached",
    "PlacementRecorded",
    "ProgramCreated",
    "ProgramFacts",
    "ProgramStudentEnrolled",
    "ProgramStudentWithdrawn",
    "ProgramUpdated",
    "ProgressRecorded",
    "ResultRecorded",
    "SeatAssigned",
    "SeatReleased",
    "SponsorshipActivated",
    "SponsorshipCreated",
    "SponsorshipEnded",
    "StudentEnrolled",
    "StudentFacts",
    "StudentRegistered",
    "StudentUpdated",
]
