"""The list of dashboards."""

from marshmallow import Schema, fields

from chassis.fields import Text
from chassis.paging import PageQuery, PageSchema


class DashboardQuery(PageQuery):
    """Which dashboards."""

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


class DashboardListSchema(PageSchema):
    """A page of what there is."""

    items = fields.List(fields.Nested(DashboardSchema))
