"""Every URL of the service, a file per resource."""

from programs.api import cohorts, courses, enrollments, internal, results, students

BLUEPRINTS = [courses.blp, cohorts.blp, enrollments.blp, results.blp, students.blp, internal.blp]
