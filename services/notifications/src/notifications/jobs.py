"""What notifications does by the clock."""

from chassis.scheduler import Job, every
from notifications.usecases.deliver_due import deliver_due
from notifications.usecases.forget_addresses import forget_addresses

JOBS = (
    Job("deliver_due", every(seconds=1), deliver_due, owns_transactions=True),
    Job("forget_addresses", "31 3 * * *", forget_addresses),
)
