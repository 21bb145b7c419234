"""Placements, mentor sessions and lab use in JSON."""

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, utils

from chassis.fields import Count, Moment, Text
from chassis.money import Money
from chassis.paging import PageQuery, PageSchema
from programs.schemas.common import ListedStudent, Number, OneOrMany, PastDay, PastMoment, Rows, StudentNamed

MOST = 1_000
"""Rows of one call."""

_MINUTES = {"description": "Whole minutes; 0 takes back what was recorded by mistake.", "example": 60}


def _own_id(what: str) -> Text:
    return Text(
        255,
        allow_none=True,
        load_default=None,
        metadata={"description": f"The sender's own key of the {what}: the same one again replaces it."},
    )


def _cohort() -> fields.UUID:
    text = "The organization's cohort it belongs to; the student is in it."
    return fields.UUID(allow_none=True, load_default=None, metadata={"description": text})


def _words(most: int, **metadata: str) -> Text:
    return Text(most, allow_none=True, load_default=None, metadata=metadata)


class Salary(fields.Field[Any]):
    """Minor units inside, major units outside, in the ``currency`` beside it."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {"type": "number", "example": 600000, **kwargs.pop("metadata", {})}
        super().__init__(attribute="salary_minor", dump_only=True, allow_none=True, metadata=metadata, **kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> int | float | None:  # noqa: ARG002
        return None if value is None else Money(int(value), utils.get_value(obj, "currency")).major()


class PlacementRow(StudentNamed):
    """Work that a student found; a past or running one, with an end when it has ended."""

    cohort_id = _cohort()
    employer_name = Text(200, required=True, metadata={"example": "Savanna Analytics"})
    title = Text(200, required=True, metadata={"example": "Junior analyst"})
    started_on = PastDay(required=True, metadata={"example": "2027-02-01"})
    ended_on = PastDay(allow_none=True, load_default=None)
    salary = Number(
        below=10**15,
        allow_none=True,
        load_default=None,
        metadata={"description": "Of the first year, in major units.", "example": 600000},
    )
    currency = _words(3, description="ISO 4217; given with the salary.", example="KES")
    source = _words(200, description="Who says so.", example="contract seen")
    placement_id = _own_id("placement")


class PlacementsIn(OneOrMany):
    """One placement, or up to 1,000 under ``placements``."""

    many_name = "placements"
    placements = Rows(PlacementRow, most=MOST, required=True)


class PlacementChange(Schema):
    """What to correct of a placement, or when it ended; what is not named stays."""

    employer_name = Text(200)
    title = Text(200)
    started_on = PastDay()
    ended_on = PastDay(allow_none=True, metadata={"example": "2027-08-31"})
    salary = Number(below=10**15, allow_none=True)
    currency = Text(3, allow_none=True)
    source = Text(200, allow_none=True)


class MentorSessionRow(StudentNamed):
    """A meeting of a student with a mentor."""

    cohort_id = _cohort()
    held_at = PastMoment(required=True, metadata={"example": "2027-02-10T14:00:00Z"})
    minutes = Count(max=1440, required=True, metadata=_MINUTES)
    mentor = _words(200, description="Who, as the organization writes it.")
    topic = _words(500)
    session_id = _own_id("session")


class MentorSessionsIn(OneOrMany):
    """One session, or up to 1,000 under ``sessions``."""

    many_name = "sessions"
    sessions = Rows(MentorSessionRow, most=MOST, required=True)


class LabUseRow(StudentNamed):
    """Time that a student spent in a lab."""

    cohort_id = _cohort()
    used_at = PastMoment(required=True, metadata={"example": "2027-02-11T09:30:00Z"})
    minutes = Count(max=1440, required=True, metadata=_MINUTES)
    lab = _words(200, example="Cloud lab")
    usage_id = _own_id("use")


class LabUsageIn(OneOrMany):
    """One use, or up to 1,000 under ``usage``."""

    many_name = "usage"
    usage = Rows(LabUseRow, most=MOST, required=True)


class ActivityQuery(PageQuery):
    """Filters of the lists; the newest come first."""

    class Meta:
        unknown = EXCLUDE

    student_id = fields.UUID(load_default=None)
    cohort_id = fields.UUID(load_default=None)


class _Listed(Schema):
    """What every list shows. Free text of students who did not consent is withheld."""

    id = fields.UUID()
    student = fields.Nested(ListedStudent)
    cohort_id = fields.UUID(allow_none=True)
    recorded_at = Moment()


class PlacementOut(_Listed):
    """A placement as it holds now. Employer, title, salary and source are withheld without the student's leave."""

    employer_name = fields.String(allow_none=True)
    title = fields.String(allow_none=True)
    started_on = fields.Date()
    ended_on = fields.Date(allow_none=True)
    salary = Salary()
    currency = fields.String(allow_none=True)
    source = fields.String(allow_none=True)


class PlacementPage(PageSchema):
    """A page of placements."""

    items = fields.List(fields.Nested(PlacementOut))


class MentorSessionOut(_Listed):
    """A mentor session as it holds now."""

    held_at = Moment()
    minutes = fields.Integer()
    mentor = fields.String(allow_none=True)
    topic = fields.String(allow_none=True)


class MentorSessionPage(PageSchema):
    """A page of mentor sessions."""

    items = fields.List(fields.Nested(MentorSessionOut))


class LabUseOut(_Listed):
    """A lab use as it holds now."""

    used_at = Moment()
    minutes = fields.Integer()
    lab = fields.String(allow_none=True)


class LabUsagePage(PageSchema):
    """A page of lab use."""

    items = fields.List(fields.Nested(LabUseOut))
