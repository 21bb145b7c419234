"""Sponsorships in JSON, as the partner's document has them."""

from typing import Any
from uuid import UUID

from marshmallow import Schema, ValidationError, fields, validate, validates

from chassis.amounts import Major
from chassis.fields import Choice, Moment, Text
from chassis.paging import PageQuery, PageSchema
from programs.models import SPONSORSHIP_KINDS, SPONSORSHIP_STATES
from programs.queries.sponsorships import SORTS
from programs.rules.course_standing import STANDINGS
from programs.schemas.common import Number
from programs.schemas.partner import Midnight, amount, course_ids, currency, day

MOST_STUDENTS = 1_000
"""Students of one call."""

_CREATED = "Sponsorships created successfully. Payment required to activate."


class SponsorshipsIn(Schema):
    """Students to sponsor, all in the same way; all or none."""

    student_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(1, MOST_STUDENTS))
    type = Choice("sponsorship type", SPONSORSHIP_KINDS, required=True, attribute="kind")
    course_ids = course_ids()
    amount_per_student = amount("Meant for each student.", required=True, attribute="amount")
    currency = currency()
    start_date = day(required=True)
    end_date = day(required=True)
    notes = Text(5000, lines=True, allow_none=True, load_default=None)

    @validates("student_ids")
    def _distinct(self, value: list[UUID], **_: Any) -> None:
        places = {id: place for place, id in reversed(list(enumerate(value)))}
        repeated = {place: ["Named before."] for place, id in enumerate(value) if places[id] != place}
        if repeated:
            raise ValidationError(repeated)


class SponsorshipsOut(Schema):
    """The sponsorships made, in the order of their students."""

    sponsorships_created = fields.Function(lambda made: len(made["sponsorship_ids"]), metadata={"type": "integer"})
    sponsorship_ids = fields.List(fields.UUID())
    total_amount = Major("total_minor")
    currency = fields.String()
    status = fields.String(attribute="state", validate=validate.OneOf(SPONSORSHIP_STATES))
    message = fields.String(dump_default=_CREATED)


class SponsorshipQuery(PageQuery):
    """Filters and order of the list."""

    status = Choice("sponsorship status", SPONSORSHIP_STATES)
    sort_by = Choice(
        "sort field",
        SORTS,
        load_default="created_at",
        metadata={"description": "`student_name` sorts by what is shown: a name, or a pseudonym."},
    )
    sort_order = Choice("sort order", ("asc", "desc"), load_default="desc")


class SponsoredPerson(Schema):
    """The student, by name when they consented to being seen, otherwise by a stable pseudonym and nothing else."""

    id = fields.UUID(allow_none=True)
    name = fields.String(metadata={"example": "Amani Kariuki"})
    pseudonymous = fields.Boolean()
    grade_level = fields.Integer(allow_none=True)


class SponsoredStudent(SponsoredPerson):
    """The student of a line."""

    school = fields.String(allow_none=True)
    county = fields.String(allow_none=True)


class PicturedStudent(SponsoredPerson):
    """The student of a sponsorship. No pictures are kept."""

    avatar_url = fields.String(allow_none=True)


class PerformanceSchema(Schema):
    """What the student has reached in the courses covered."""

    average_score = Number(
        allow_none=True,
        metadata={"description": "Mean of each course's latest score, per cent."},
    )
    courses_completed = fields.Integer()
    courses_in_progress = fields.Integer(metadata={"description": "Begun and not completed."})


class SponsorshipFacts(Schema):
    """What a line and a whole sponsorship have in common."""

    id = fields.UUID()
    type = fields.String(attribute="kind", validate=validate.OneOf(SPONSORSHIP_KINDS))
    status = fields.String(attribute="state", validate=validate.OneOf(SPONSORSHIP_STATES))
    start_date = Midnight()
    end_date = Midnight()
    created_at = Moment()


class SponsorshipCancelled(SponsorshipFacts):
    """A sponsorship that is over. Without the student: an answer may be kept for its Idempotency-Key."""

    ended_at = Moment()


class SponsorshipLine(SponsorshipFacts):
    """A line of the list."""

    student = fields.Nested(SponsoredStudent)
    courses_covered = fields.List(fields.String())
    total_amount = Major("amount_minor")
    amount_disbursed = Major("disbursed_minor")
    currency = fields.String()
    student_performance = fields.Nested(PerformanceSchema)


class SponsorshipPage(PageSchema):
    """A page of sponsorships."""

    sponsorships = fields.List(fields.Nested(SponsorshipLine), attribute="items")


class CourseStanding(Schema):
    """A course that the sponsorship covers, and how the student stands in it."""

    id = fields.UUID()
    title = fields.String()
    progress_percent = Number(metadata={"description": "The furthest any source tells; 100 when completed."})
    current_score = Number(
        allow_none=True,
        metadata={"description": "The latest, per cent of the best possible."},
    )
    status = fields.String(validate=validate.OneOf(STANDINGS))


class DisbursedSchema(Schema):
    """Money that was released."""

    date = fields.Date(attribute="made_on")
    amount = Major("amount_minor")
    description = fields.String()


class FinancialSchema(Schema):
    """The money of a sponsorship: what is meant for it, and what of that was released."""

    total_amount = Major("total_minor")
    amount_disbursed = Major("disbursed_minor")
    amount_remaining = Major("remaining_minor")
    currency = fields.String()
    disbursement_history = fields.List(fields.Nested(DisbursedSchema))


class HappenedSchema(Schema):
    """Something that happened."""

    date = fields.Date()
    event = fields.String(metadata={"example": "Sponsorship activated"})


class SponsorshipOut(SponsorshipFacts):
    """A sponsorship: its student's courses, its money, and what has happened, the newest last."""

    student = fields.Nested(PicturedStudent)
    courses = fields.List(fields.Nested(CourseStanding))
    financial = fields.Nested(FinancialSchema)
    timeline = fields.List(fields.Nested(HappenedSchema))
    notes = fields.String(allow_none=True, metadata={"description": "The organization's own."})
