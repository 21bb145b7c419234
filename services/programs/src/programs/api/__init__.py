"""Every URL of the service, a file per resource."""

from programs.api import activities, cohorts, courses, enrollments, imports, internal, progress, results, students, xapi

BLUEPRINTS = [
    courses.blp, cohorts.blp, enrollments.blp, results.blp, activities.blp, progress.blp, imports.blp, students.blp,
    internal.blp, xapi.blp,
]  # fmt: skip
