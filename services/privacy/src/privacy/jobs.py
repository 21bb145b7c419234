"""What privacy does by the clock."""

from chassis.scheduler import Job, every
from privacy.usecases.assemble_exports import assemble_exports
from privacy.usecases.escalate_requests import escalate_requests
from privacy.usecases.expire_grants import expire_grants
from privacy.usecases.forget_exports import forget_exports
from privacy.usecases.forget_proofs import forget_proofs
from privacy.usecases.keep_retention import keep_retention

JOBS = (
    Job("expire_grants", every(seconds=60), expire_grants),
    Job("assemble_exports", every(seconds=2), assemble_exports, owns_transactions=True),
    Job("escalate_requests", every(seconds=600), escalate_requests),
    Job("keep_retention", "41 2 * * *", keep_retention, owns_transactions=True),
    Job("forget_proofs", "11 3 * * *", forget_proofs, owns_transactions=True),
    Job("forget_exports", every(seconds=3600), forget_exports),
)
