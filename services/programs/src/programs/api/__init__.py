"""Every URL of the service, a file per resource."""

from programs.api import cohorts, courses, enrollments

BLUEPRINTS = [courses.blp, cohorts.blp, enrollments.blp]
