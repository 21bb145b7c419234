"""The doors, one file a resource."""

from analytics.api import dashboards, internal_data, metrics, partner, reports

BLUEPRINTS = (metrics.blp, reports.blp, dashboards.blp, internal_data.blp, *partner.BLUEPRINTS)
