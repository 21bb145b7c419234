"""A student in JSON, for who may see them."""

from marshmallow import Schema, fields, validate

from chassis.fields import Moment
from chassis.paging import PageSchema
from programs.schemas.activities import Salary
from programs.schemas.common import MAX_ROWS, Number
from programs.schemas.progress import IssuerSchema


class NamedStudent(Schema):
    """Who the student is, as the caller's organization knows them, otherwise as who teaches them does."""

    id = fields.UUID()
    name = fields.String(metadata={"example": "Amina Otieno"})
    school = fields.String(allow_none=True)
    grade_level = fields.String(allow_none=True)


class ReachedMilestone(Schema):
    """A milestone that the student has reached."""

    name = fields.String()
    reached_on = fields.Date()


class HeldCertificate(Schema):
    """A certificate; anyone can verify its number."""

    number = fields.String(metadata={"example": "UF-7K3M-9QXD-2TFW"})
    title = fields.String()
    kind = fields.String(validate=validate.OneOf(("course", "cohort")))
    issuer = fields.Nested(IssuerSchema)
    earned_on = fields.Date()


class CourseProgressOut(Schema):
    """What the student has reached in a course. Scores are null where no test was taken."""

    id = fields.UUID()
    title = fields.String()
    subject_area = fields.String(allow_none=True)
    grade_level = fields.String(allow_none=True)
    score = Number(allow_none=True, metadata={"description": "The latest score."})
    max_score = Number(allow_none=True)
    best_score = Number(allow_none=True)
    percent = Number(allow_none=True, metadata={"description": "The furthest any source tells; 100 when completed."})
    completed = fields.Boolean()
    completed_on = fields.Date(allow_none=True)
    last_result_on = fields.Date(allow_none=True)


class StudentProgress(Schema):
    """Courses that have results, and courses of cohorts: the caller's organization's, or all of one's own."""

    student = fields.Nested(NamedStudent)
    completed = fields.Integer(metadata={"description": "Courses completed."})
    total = fields.Integer(metadata={"description": "Courses."})
    percent = Number(metadata={"description": "Courses completed of all, 0 to 100."})
    score = Number(allow_none=True, metadata={"description": "Mean of the latest scores; null without any."})
    last_activity = Moment(allow_none=True, metadata={"description": "The latest of everything dated."})
    courses = fields.List(fields.Nested(CourseProgressOut))
    milestones = fields.List(fields.Nested(ReachedMilestone))


class ProfileCourse(Schema):
    """A course that the student has taken."""

    id = fields.UUID()
    title = fields.String()
    subject_area = fields.String(allow_none=True)
    completed = fields.Boolean()


class StudentProfile(Schema):
    """The candidate's profile: name, school, grade, courses and certificates."""

    student = fields.Nested(NamedStudent)
    courses = fields.List(fields.Nested(ProfileCourse))
    certificates = fields.List(fields.Nested(HeldCertificate))


class PublicStudent(Schema):
    """The name, and nothing else of the person."""

    id = fields.UUID()
    name = fields.String()


class CompletedCourse(Schema):
    """A course that the student has completed."""

    title = fields.String()
    subject_area = fields.String(allow_none=True)
    completed_on = fields.Date()


class Portfolio(Schema):
    """What a student shows to everybody."""

    student = fields.Nested(PublicStudent)
    courses = fields.List(fields.Nested(CompletedCourse))
    certificates = fields.List(fields.Nested(HeldCertificate))
    milestones = fields.List(fields.Nested(ReachedMilestone))


class StudentPlacement(Schema):
    """Work that the student found."""

    id = fields.UUID()
    employer_name = fields.String()
    title = fields.String()
    started_on = fields.Date()
    ended_on = fields.Date(allow_none=True)
    salary = Salary()
    currency = fields.String(allow_none=True)
    source = fields.String(allow_none=True)
    recorded_by = fields.String(allow_none=True, metadata={"description": "The organization that recorded it."})
    recorded_at = Moment()


class StudentPlacements(PageSchema):
    """A page of a student's placements."""

    items = fields.List(fields.Nested(StudentPlacement))


class AudienceIn(Schema):
    """Whom a message of this organization would reach: a cohort, or these students."""

    organization_id = fields.UUID(required=True)
    cohort_id = fields.UUID(allow_none=True, load_default=None)
    student_ids = fields.List(fields.UUID(), allow_none=True, load_default=None, validate=validate.Length(max=MAX_ROWS))


class Recipient(Schema):
    """``status`` is the state of the enrolment in the cohort, or ``known``."""

    student_id = fields.UUID()
    name = fields.String()
    email = fields.String(allow_none=True)
    user_id = fields.UUID(allow_none=True)
    status = fields.String()


class AudienceOut(Schema):
    """``unknown``: ids of students whom the organization does not know."""

    recipients = fields.List(fields.Nested(Recipient))
    not_known = fields.List(fields.UUID(), attribute="unknown", data_key="unknown")
