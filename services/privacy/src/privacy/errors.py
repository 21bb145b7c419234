"""What privacy declines to do."""

from chassis.errors import Conflict, Forbidden, NotFound, Refusal


class NotLinked(Forbidden):
    """The account stands for no student and guards none."""

    code = "not_linked"
    message = "No student is linked to this account. Verify the address your school or sponsor knows you by."


class GuardianNeeded(Forbidden):
    """A minor may withdraw, but not grant."""

    code, message = "guardian_needed", "Until you are of age, a parent or guardian decides this with you."


class StudentOfAge(Forbidden):
    """A guardian's word ended with the student's majority."""

    code, message = "student_of_age", "The student is of age and decides alone."


class GuardianInterested(Forbidden):
    """The guardian would be granting to their own organization."""

    code = "guardian_interested"
    message = "A guardian may not decide for the organization that would benefit and that they stand with."


class NotIntroducedByYou(Forbidden):
    """Whoever takes a student up later may not name who looks and decides for them."""

    code = "not_introduced_by_you"
    message = "Only the organization that brought this student in names guardians."


class NoSuchStudent(NotFound):
    """There is none, or the caller has nothing to do with them."""

    message = "There is no such student here."


class NoSuchOrganization(NotFound):
    """Nobody to grant to."""

    message = "There is no such organization."


class PolicyChanged(Conflict):
    """The person read an older text than the one that would be agreed to."""

    code, message = "policy_changed", "The text has changed since; show the current one and ask again."


class TooManyGuardians(Conflict):
    """More guardians than a student can have."""

    code, message = "too_many_guardians", "This student has as many guardians as can be named."


class AlreadyOfAge(Conflict):
    """Nobody guards an adult."""

    code, message = "student_of_age", "The student is of age; there is nobody to guard."


class NoSuchRequest(NotFound):
    """There is none, or it is another person's."""

    message = "There is no such request here."


class RequestEnded(Conflict):
    """Nothing is left to decide."""

    code, message = "request_ended", "This request has been answered."


class AlreadyAsked(Conflict):
    """The same was asked for the same person and is still open."""

    code, message = "already_asked", "The same request for this person is still being worked on."


class StillInCharge(Conflict):
    """Nobody could manage the organization if this account were erased."""

    code = "still_in_charge"
    message = "You are the only administrator of an organization; make somebody else one first."


class NotReady(Conflict):
    """The copy is not put together yet, or the request is for none."""

    code, message = "not_ready", "There is nothing to download: the copy is not ready, or none was asked for."


class ExportGone(Refusal):
    """The copy was kept for a week."""

    code, status, message = "export_gone", 410, "This copy is no longer kept; ask for a new one."
