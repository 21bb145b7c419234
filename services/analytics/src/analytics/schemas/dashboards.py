"""The list of dashboards."""

from marshmallow import EXCLUDE, Schema, fields

from chassis.fields import Text


class DashboardQuery(Schema):
    """Which dashboards."""

    class Meta:
        unknown = EXCLUDE

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


class DashboardListSchema(Schema):
    """What there is."""

    items = fields.List(fields.Nested(DashboardSchema))
