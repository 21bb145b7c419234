"""The doors, one file a resource."""

from analytics.api import dashboards, internal_data, metrics, partner, reports, students

BLUEPRINTS = (metrics.blp, reports.blp, students.blp, dashboards.blp, internal_data.blp, *partner.BLUEPRINTS)
