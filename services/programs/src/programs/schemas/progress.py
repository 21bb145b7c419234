"""Progress, milestones and certificates in JSON."""

from marshmallow import Schema, fields, validate

from chassis.fields import Flag, Moment, Text
from chassis.paging import PageSchema
from programs.schemas.common import Number, OutcomesOut, PastDay, PastMoment, Rows, StudentNamed


class ProgressRow(StudentNamed):
    """How far a student is in a course, as a source tells."""

    course_id = fields.UUID(required=True)
    percent = Number(required=True, validate=validate.Range(0, 100), metadata={"example": 40})
    happened_at = PastMoment(required=True, metadata={"example": "2027-02-11T09:30:00Z"})
    source = Text(100, load_default="lms", metadata={"description": "Who tells: each source counts by itself."})
    correction = Flag(
        load_default=False,
        metadata={"description": "Whether a smaller percentage replaces a greater one; otherwise it never does."},
    )


class ProgressIn(Schema):
    """Progress to record, up to 10,000 rows in one call."""

    progress = Rows(ProgressRow, required=True)


class ProgressRecorded(OutcomesOut):
    """A result for each row, in the order given, and how many enrolments were completed by them."""

    enrollments_completed = fields.Integer()


class MilestoneIn(Schema):
    """A milestone to add."""

    name = Text(200, required=True, metadata={"example": "Half way"})
    description = Text(5000, lines=True, allow_none=True, load_default=None)
    percent = Number(
        allow_none=True,
        load_default=None,
        validate=validate.Range(0, 100, min_inclusive=False),
        metadata={"description": "Reached by that much of the course or cohort; without it, by word.", "example": 50},
    )


class MilestoneOut(Schema):
    """A milestone of a course or a cohort."""

    id = fields.UUID()
    course_id = fields.UUID(allow_none=True)
    cohort_id = fields.UUID(allow_none=True)
    name = fields.String()
    description = fields.String(allow_none=True)
    percent = Number(allow_none=True)
    created_at = Moment()


class MilestonePage(PageSchema):
    """A page of milestones."""

    items = fields.List(fields.Nested(MilestoneOut))


class ReachedRow(StudentNamed):
    """A student who has reached the milestone."""

    reached_on = PastDay(required=True, metadata={"example": "2027-05-14"})


class ReachedIn(Schema):
    """Who has reached it, up to 10,000."""

    students = Rows(ReachedRow, required=True)


class IssuerSchema(Schema):
    """The organization that certifies."""

    id = fields.UUID()
    name = fields.String(allow_none=True)


class CertificateOut(Schema):
    """A certificate. The holder's name is shown only while their portfolio is public."""

    number = fields.String(metadata={"example": "UF-7K3M-9QXD-2TFW"})
    title = fields.String()
    kind = fields.String(validate=validate.OneOf(("course", "cohort")))
    issuer = fields.Nested(IssuerSchema)
    earned_on = fields.Date()
    issued_at = Moment()
    holder = fields.String(allow_none=True)
