"""Courses in JSON."""

from typing import Any

from marshmallow import Schema, fields, validate

from chassis.fields import Flag, Moment, Text
from chassis.paging import PageQuery, PageSchema
from programs.rules.results import BY_RESULT, COMPLETIONS
from programs.schemas.common import Number


def _completion(**kwargs: Any) -> fields.String:
    text = (
        "What completes it: a `result`'s own word (any score when it does not say), a `score` of at least min_score, "
        "or `progress` of at least min_percent."
    )
    return fields.String(validate=validate.OneOf(COMPLETIONS), metadata={"description": text}, **kwargs)


def _percent(**kwargs: Any) -> Number:
    return Number(validate=validate.Range(0, 100, min_inclusive=False), allow_none=True, **kwargs)


def _certificate(**kwargs: Any) -> Flag:
    metadata = {"description": "Whether completing it earns a certificate, from now on."}
    return Flag(metadata=metadata, **kwargs)


class CourseIn(Schema):
    """A course to put in the catalogue."""

    title = Text(200, required=True, metadata={"example": "Mathematics, grade 2"})
    description = Text(5000, lines=True, allow_none=True, load_default=None)
    subject_area = Text(100, allow_none=True, load_default=None, metadata={"example": "Mathematics"})
    grade_level = Text(50, allow_none=True, load_default=None, metadata={"example": "2"})
    completion = _completion(load_default=BY_RESULT)
    min_score = Number(allow_none=True, load_default=None)
    min_percent = _percent(load_default=None)
    certificate = _certificate(load_default=False)


class CourseChange(Schema):
    """What to change of a course; what is not named stays."""

    description = Text(5000, lines=True, allow_none=True)
    completion = _completion()
    min_score = Number(allow_none=True)
    min_percent = _percent()
    certificate = _certificate()


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
    completion = fields.String(validate=validate.OneOf(COMPLETIONS))
    min_score = Number(allow_none=True)
    min_percent = Number(allow_none=True)
    certificate = fields.Boolean()
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
