"""The list of dashboards."""

from marshmallow import Schema, fields

from analytics.schemas.exports import ExportQuery
from analytics.schemas.metrics import PeriodQuery
from chassis.fields import Text
from chassis.paging import PageQuery, PageSchema


class DashboardQuery(PageQuery, ExportQuery):
    """Which dashboards; a file has all of them, whatever the page."""

    kind = Text(
        40, data_key="type", metadata={"description": "sponsor or cohort; without it, all.", "example": "sponsor"}
    )


class DashboardSchema(Schema):
    """One dashboard."""

    id = fields.String(metadata={"example": "sponsor"})
    type = fields.String(metadata={"example": "sponsor"})
    title = fields.String()
    metrics = fields.List(fields.String(), metadata={"description": "Keys of the metrics it shows."})
    pdf = fields.String(metadata={"description": "Where the document is fetched; rights are checked then."})
    tables = fields.String(metadata={"description": "Where the same figures are fetched as tables."})


class DashboardListSchema(PageSchema):
    """A page of what there is."""

    items = fields.List(fields.Nested(DashboardSchema))


class TablesQuery(PeriodQuery, ExportQuery):
    """Which days, in which form."""


class TableSchema(Schema):
    """A table: rows of values under named columns."""

    name = fields.String(metadata={"example": "cohorts", "description": "What `table` asks for."})
    columns = fields.List(fields.String())
    rows = fields.List(fields.List(fields.Raw(allow_none=True)))


class TablesSchema(Schema):
    """Everything a dashboard shows."""

    notes = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "Title, period, what each figure means, and `as_of`."},
    )
    tables = fields.List(fields.Nested(TableSchema))
