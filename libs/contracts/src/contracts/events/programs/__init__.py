"""What programs says: courses, cohorts, students, seats, enrolments, and what students did and reached."""

from contracts.events.programs.activities import LabUsed, MentorSessionHeld, PlacementRecorded
from contracts.events.programs.cohorts import CohortCreated, CohortFacts, CohortUpdated
from contracts.events.programs.courses import CourseCreated, CourseFacts, CourseUpdated
from contracts.events.programs.enrollments import EnrollmentCompleted, EnrollmentWithdrawn, StudentEnrolled
from contracts.events.programs.learning import CertificateEarned, MilestoneReached, ProgressRecorded, ResultRecorded
from contracts.events.programs.rights import DataExportPartReady, ErasureDone
from contracts.events.programs.seats import SeatAssigned, SeatReleased
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
    "ProgressRecorded",
    "ResultRecorded",
    "SeatAssigned",
    "SeatReleased",
    "StudentEnrolled",
    "StudentFacts",
    "StudentRegistered",
    "StudentUpdated",
]
