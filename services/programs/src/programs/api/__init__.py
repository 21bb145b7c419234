"""Every URL of the service, a file per resource."""

from programs.api import (
    activities,
    cohorts,
    courses,
    enrollments,
    funded_programs,
    imports,
    internal,
    internal_data,
    participants,
    progress,
    results,
    sponsorships,
    students,
    xapi,
)

BLUEPRINTS = [
    courses.blp, cohorts.blp, enrollments.blp, results.blp, activities.blp, progress.blp, imports.blp, students.blp,
    internal.blp, internal_data.blp, xapi.blp, sponsorships.blp, funded_programs.blp,
    participants.blp,
]  # fmt: skip
