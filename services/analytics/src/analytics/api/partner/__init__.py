"""/api/v1/partner: what a partner sees of the students it funds. Refusals have the family's own shape."""

from analytics.api.partner import figures, reports

BLUEPRINTS = (figures.blp, reports.blp)
