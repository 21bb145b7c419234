"""What privacy declines to do."""

from chassis.errors import Conflict, Forbidden, NotFound


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
