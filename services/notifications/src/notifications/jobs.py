"""What notifications does by the clock."""

from chassis.scheduler import Job, every
from notifications.usecases.deliver_due import deliver_due
from notifications.usecases.forget_addresses import forget_addresses
from notifications.usecases.forget_messages import forget_messages
from notifications.usecases.queue_reports import queue_reports
from notifications.usecases.webhooks.deliver_webhooks import deliver_webhooks
from notifications.usecases.webhooks.forget_webhooks import forget_webhooks

JOBS = (
    Job("deliver_due", every(seconds=1), deliver_due, owns_transactions=True),
    Job("queue_reports", every(seconds=30), queue_reports, owns_transactions=True),
    Job("forget_addresses", "31 3 * * *", forget_addresses),
    Job("forget_messages", "39 3 * * *", forget_messages, owns_transactions=True),
    Job("deliver_webhooks", every(seconds=1), deliver_webhooks, owns_transactions=True),
    Job("forget_webhooks", "47 3 * * *", forget_webhooks, owns_transactions=True),
)
