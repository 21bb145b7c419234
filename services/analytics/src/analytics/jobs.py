"""What analytics does by the clock."""

from analytics.usecases.make_baselines import make_baselines
from analytics.usecases.partner.make_platform import make_platform
from chassis.scheduler import Job, every

JOBS = (
    Job("make_baselines", every(seconds=3600), make_baselines),
    Job("make_platform", every(seconds=3600), make_platform),
)
