"""Cohorts in JSON."""

from datetime import date
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from chassis.fields import Count, Flag, Moment, Text
from chassis.paging import PageQuery, PageSchema

MOST_SEATS = 1_000_000
MOST_COURSES = 100
_SANE = validate.Range(date(1970, 1, 1), date(2199, 12, 31), error="Give a day between 1970 and 2199.")


def _course_ids(**kwargs: Any) -> fields.List[UUID]:
    return fields.List(
        fields.UUID(),
        validate=validate.Length(max=MOST_COURSES),
        metadata={"description": "Courses of the catalogue in the order they are taken; a repeated one counts once."},
        **kwargs,
    )


def _certificate(**kwargs: Any) -> Flag:
    metadata = {"description": "Whether completing it earns a certificate, from now on."}
    return Flag(metadata=metadata, **kwargs)


class CohortIn(Schema):
    """A cohort to create."""

    name = Text(200, required=True, metadata={"example": "Data careers, January"})
    description = Text(5000, lines=True, allow_none=True, load_default=None)
    start_date = fields.Date(required=True, validate=_SANE, metadata={"example": "2027-01-11"})
    end_date = fields.Date(required=True, validate=_SANE, metadata={"example": "2027-06-30"})
    seats = Count(min=1, max=MOST_SEATS, required=True, metadata={"description": "Most active enrolments at a time."})
    course_ids = _course_ids(load_default=list)
    certificate = _certificate(load_default=False)
    program_id = fields.UUID(
        allow_none=True, load_default=None, metadata={"description": "The program that funds the cohort."}
    )


class CohortChange(Schema):
    """What to change of a cohort; what is not named stays."""

    name = Text(200)
    description = Text(5000, lines=True, allow_none=True)
    start_date = fields.Date(validate=_SANE)
    end_date = fields.Date(validate=_SANE)
    seats = Count(min=1, max=MOST_SEATS)
    course_ids = _course_ids()
    certificate = _certificate()


class CohortOut(Schema):
    """A cohort and how full it is."""

    id = fields.UUID()
    name = fields.String()
    description = fields.String(allow_none=True)
    start_date = fields.Date()
    end_date = fields.Date()
    seats = fields.Integer(metadata={"description": "Most active enrolments at a time."})
    active = fields.Integer(metadata={"description": "Active enrolments now."})
    completed = fields.Integer(metadata={"description": "Completed enrolments."})
    course_ids = fields.List(fields.UUID())
    certificate = fields.Boolean()
    created_at = Moment()


class CohortQuery(PageQuery):
    """Filters of the list; ``sort`` by name, start_date, end_date or created_at, with - for descending."""

    search = Text(100, load_default=None, metadata={"description": "Part of a name."})
    sort = fields.String(load_default="-start_date", metadata={"example": "name"})


class CohortPage(PageSchema):
    """A page of cohorts."""

    items = fields.List(fields.Nested(CohortOut))
