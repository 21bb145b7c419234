"""Courses in JSON."""

from marshmallow import Schema, fields

from chassis.fields import Moment, Text
from chassis.paging import PageQuery, PageSchema


class CourseIn(Schema):
    """A course to put in the catalogue."""

    title = Text(200, required=True, metadata={"example": "Mathematics, grade 2"})
    description = Text(5000, lines=True, allow_none=True, load_default=None)
    subject_area = Text(100, allow_none=True, load_default=None, metadata={"example": "Mathematics"})
    grade_level = Text(50, allow_none=True, load_default=None, metadata={"example": "2"})


class TeacherSchema(Schema):
    """The organization that teaches a course."""

    id = fields.UUID()
    name = fields.String(allow_none=True)


class CourseOut(Schema):
    """A course of the catalogue."""

    id = fields.UUID()
    title = fields.String()
    description = fields.String(allow_none=True)
    subject_area = fields.String(allow_none=True)
    grade_level = fields.String(allow_none=True)
    organization = fields.Nested(TeacherSchema)
    created_at = Moment()


class CourseQuery(PageQuery):
    """Filters of the catalogue; ``sort`` by title or created_at, with - for descending."""

    search = Text(100, load_default=None, metadata={"description": "Part of a title."})
    organization_id = fields.UUID(load_default=None, metadata={"description": "Only what it teaches."})
    sort = fields.String(load_default="title", metadata={"example": "-created_at"})


class CoursePage(PageSchema):
    """A page of the catalogue."""

    items = fields.List(fields.Nested(CourseOut))
