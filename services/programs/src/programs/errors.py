"""What programs declines to do."""

from chassis.errors import Busy, Conflict, Forbidden, NotFound


class NoSuchCohort(NotFound):
    """Absent, or another organization's."""

    code, message = "cohort_not_found", "There is no such cohort here."


class NoSuchCourse(NotFound):
    """The catalogue does not have it, or it is not the caller's to change."""

    code, message = "course_not_found", "There is no such course here."


class NoSuchMilestone(NotFound):
    """Absent, or another organization's."""

    code, message = "milestone_not_found", "There is no such milestone here."


class NoSuchCertificate(NotFound):
    """Nobody was given this number."""

    code, message = "certificate_not_found", "There is no certificate of this number."


class NoSuchEnrollment(NotFound):
    """Absent, or another organization's."""

    code, message = "enrollment_not_found", "There is no such enrolment here."


class ConsentRequired(Forbidden):
    """No consent and no such student look the same, here as at the gateway."""

    code, message = "consent_required", "This needs the student's consent."


class NoSuchStudent(NotFound):
    """Nobody by this id."""

    code, message = "student_not_found", "There is no such student here."


class NoSuchPlacement(NotFound):
    """Absent, or another organization's."""

    code, message = "placement_not_found", "There is no such placement here."


class NotActive(Conflict):
    """Only an active enrolment can be completed or withdrawn."""

    code, message = "enrollment_not_active", "The enrolment is not active."


class SeatsInUse(Conflict):
    """The cap cannot go below the active enrolments."""

    code, message = "cohort_seats_in_use", "More students are active in the cohort than it would have seats."


class SeatsAssigned(Conflict):
    """Students hold the seats that a refund would take away."""

    code, message = "seats_assigned", "Students hold these seats; free as many as are to be refunded first."


class WindowEnded(Conflict):
    """What is used up cannot be given back."""

    code, message = "window_ended", "The window of these seats has ended."


class UnknownGrant(Conflict):
    """The seats were bought a moment ago and have not been told of yet, or are another organization's."""

    code, message = "unknown_grant", "These seats have not arrived yet; try again shortly."


class RefundGivenUp(Conflict):
    """The question came after the refund was given up."""

    code, message = "refund_given_up", "This refund was given up before."


class ResultsChanging(Busy):
    """Another request gave one of these results to another student or course in the same moment."""

    code, message = "results_changing", "The same results are being recorded right now; send the request again."


class RecordsChanging(Busy):
    """Another request recorded one of these of another student in the same moment."""

    code, message = "records_changing", "The same records are being sent right now; send the request again."


class StudentsChanging(Busy):
    """Another organization registered one of these people in the same moment."""

    code, message = "students_changing", "The same people are being registered right now; send the request again."


class NoSuchImport(NotFound):
    """Absent, or another organization's."""

    code, message = "import_not_found", "There is no such import here."


class TooManyImports(Conflict):
    """An organization's imports run one after the other; only so many may wait."""

    code, message = "imports_waiting", "Too many imports of your organization are waiting; send it when some are done."


class StatementConflict(Conflict):
    """The id belongs to another statement."""

    code, message = "statement_conflict", "Another statement is stored under this id."


class NoSuchStatement(NotFound):
    """Absent, voided, or another organization's."""

    code, message = "statement_not_found", "There is no such statement here."


class NoSuchSponsorship(NotFound):
    """Absent, or another organization's."""

    code, message = "sponsorship_not_found", "Sponsorship not found"


class NoSuchProgram(NotFound):
    """Absent, or another organization's."""

    code, message = "program_not_found", "Program not found"


class NoSuchFundable(NotFound):
    """Neither a sponsorship nor a program has this id."""

    code, message = "fundable_not_found", "There is no sponsorship and no program of this id."


class NoSuchParticipant(NotFound):
    """The student does not take part in the program."""

    code, message = "participant_not_found", "Student not found in this program"


class SponsorshipOver(Conflict):
    """What is completed or cancelled stays so."""

    code, message = "sponsorship_over", "The sponsorship has ended."


class AlreadySponsored(Conflict):
    """The organization sponsors the student in the same way at the same time."""

    code, message = "already_sponsored", "A student has a sponsorship of this type for some of these days."


class ProgramNotActive(Conflict):
    """Only an active program can be paused or takes students."""

    code, message = "program_not_active", "The program is not active."


class ProgramNotPaused(Conflict):
    """Only a paused program can be resumed."""

    code, message = "program_not_paused", "The program is not paused."


class ProgramNotRunning(Conflict):
    """Only a program that was launched can be completed, once."""

    code, message = "program_not_running", "The program is neither active nor paused."


class OrganizationUnknown(Busy):
    """Identity has made the organization a moment ago; its currency has not been told yet."""

    code, message = "organization_unknown", "Your organization is being set up; try again shortly."
