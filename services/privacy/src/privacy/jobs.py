"""What privacy does by the clock."""

from chassis.scheduler import Job, every
from privacy.usecases.expire_grants import expire_grants

JOBS = (Job("expire_grants", every(seconds=60), expire_grants),)
