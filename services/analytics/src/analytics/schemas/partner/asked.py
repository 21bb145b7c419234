"""What the partner's figures may be narrowed to."""

from collections.abc import Sequence
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from analytics.rules.partner.calendar import PERIODS
from analytics.rules.partner.learning import TRENDS
from chassis.errors import Malformed
from chassis.fields import Text
from chassis.paging import PageQuery


class Choice(fields.String):
    """One of a few words; another one is 400, as the partner's document has it."""

    def __init__(self, what: str, words: Sequence[str], **kwargs: Any) -> None:
        self._what, self._words = what, tuple(words)
        super().__init__(metadata={"enum": list(words), **kwargs.pop("metadata", {})}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        word: str = super()._deserialize(value, attr, data, **kwargs)
        if word not in self._words:
            raise Malformed(f"Invalid {self._what}")
        return word


def _grade() -> fields.Integer:
    return fields.Integer(validate=validate.Range(0, 99), metadata={"example": 5})


class StudentsQuery(PageQuery):
    """Filters by grade and county find only students who agree to being named."""

    grade_level = _grade()
    county = Text(100, metadata={"example": "Nairobi"})
    performance = Choice("performance", TRENDS)


class ImpactQuery(Schema):
    """A calendar period in the organization's time zone."""

    class Meta:
        unknown = EXCLUDE

    period = Choice("period", PERIODS, load_default="year")


class OutcomesQuery(ImpactQuery):
    """Narrowed to a grade or a subject area."""

    grade_level = _grade()
    subject = Text(200, metadata={"example": "Mathematics"})
