"""Schedule → use case."""

from billing.usecases.expire_grants import expire_grants
from billing.usecases.settle_open_payments import settle_open_payments
from chassis.scheduler import Job, every

JOBS = (
    Job("settle_open_payments", every(seconds=30), settle_open_payments, owns_transactions=True),
    Job("expire_grants", every(seconds=30), expire_grants),
)
