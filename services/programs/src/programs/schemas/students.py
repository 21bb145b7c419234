"""A student in JSON, for who may see them."""

from marshmallow import Schema, fields, validate

from chassis.fields import Moment
from programs.schemas.common import MAX_ROWS, Number


class NamedStudent(Schema):
    """Who the student is, as the caller's organization knows them, otherwise as who teaches them does."""

    id = fields.UUID()
    name = fields.String(metadata={"example": "Amina Otieno"})
    school = fields.String(allow_none=True)
    grade_level = fields.String(allow_none=True)


class CourseProgressOut(Schema):
    """What the student has reached in a course. Scores are null where no test was taken."""

    id = fields.UUID()
    title = fields.String()
    subject_area = fields.String(allow_none=True)
    grade_level = fields.String(allow_none=True)
    score = Number(allow_none=True, metadata={"description": "The latest score."})
    max_score = Number(allow_none=True)
    best_score = Number(allow_none=True)
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
    last_activity = Moment(allow_none=True, metadata={"description": "When the last result was recorded."})
    courses = fields.List(fields.Nested(CourseProgressOut))


class ProfileCourse(Schema):
    """A course that the student has taken."""

    id = fields.UUID()
    title = fields.String()
    subject_area = fields.String(allow_none=True)
    completed = fields.Boolean()


class StudentProfile(Schema):
    """The candidate's profile: name, school, grade and courses."""

    student = fields.Nested(NamedStudent)
    courses = fields.List(fields.Nested(ProfileCourse))


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
