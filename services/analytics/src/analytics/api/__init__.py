"""The doors, one file a resource."""

from analytics.api import metrics

BLUEPRINTS = (metrics.blp,)
