"""What runs by itself."""

from chassis.schedules import Job
from identity.usecases.forget_the_past import forget_the_past
from identity.usecases.watch_audit import watch_audit

JOBS = (
    Job("forget-the-past", "20 1 * * *", forget_the_past),
    Job("watch-audit", "40 2 * * *", watch_audit, owns_transactions=True),
)
