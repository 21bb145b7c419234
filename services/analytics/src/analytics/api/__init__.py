"""The doors, one file a resource."""

from analytics.api import dashboards, metrics, reports

BLUEPRINTS = (metrics.blp, reports.blp, dashboards.blp)
