"""Which form an answer is asked for in."""

from marshmallow import Schema, fields, validate

from chassis.fields import Text

FORMATS = ("json", "csv", "xlsx")


class ExportQuery(Schema):
    """``format`` and, for csv and xlsx, one table of several."""

    form = fields.String(
        data_key="format", load_default="json", validate=validate.OneOf(FORMATS),
        metadata={"description": "json, or the same figures as a file.", "example": "json"},
    )  # fmt: skip
    table = Text(40, metadata={"description": "For csv and xlsx: this table only.", "example": "series"})
