"""Students of a program that a partner funds."""

from typing import Any
from uuid import UUID

from chassis.access import requires_role
from chassis.blueprint import Blueprint
from chassis.resource import Resource
from programs.schemas import partner_examples as examples
from programs.schemas.participants import ParticipantsEnrolled, ParticipantsIn
from programs.usecases.enrol_participants import ENROLLED, REPEATED, Wish, enrol_participants
from programs.usecases.withdraw_participant import withdraw_participant

_ALL, _SOME = "Every student is enrolled, or already was.", "Some were not enrolled, and why."

blp = Blueprint(
    "program students", __name__, url_prefix="/api/v1/partner/programs", description="Who takes part in a program."
)


@blp.route("/<uuid:id>/students")
class Participants(Resource):
    """Enrolling."""

    @requires_role("partner")
    @blp.arguments(ParticipantsIn, example=examples.STUDENTS)
    @blp.response(201, ParticipantsEnrolled, description=_ALL, example=examples.ENROLLED)
    @blp.alt_response(207, schema=ParticipantsEnrolled, success=True, description=_SOME, example=examples.REFUSED)
    def post(self, body: dict[str, Any], id: UUID) -> tuple[dict[str, Any], int]:
        """Enrol up to 10,000 students in an active program, each by itself.

        Who does not meet the program's criteria is told the first of them. Sending them again changes nothing.
        """
        wishes = [Wish(**row) for row in body.get("students", ())] or [Wish(one) for one in body["student_ids"]]
        answer = enrol_participants(self.session, self.caller, id, wishes)
        counts = answer["counts"]
        return answer, 201 if counts[ENROLLED] + counts[REPEATED] == len(wishes) else 207


@blp.route("/<uuid:id>/students/<uuid:student_id>")
class OneParticipant(Resource):
    """A student of a program."""

    @requires_role("partner")
    @blp.response(204)
    def delete(self, id: UUID, student_id: UUID) -> None:
        """Withdraw a student from a program that is not completed; the place is free."""
        withdraw_participant(self.session, self.caller, id, student_id)
