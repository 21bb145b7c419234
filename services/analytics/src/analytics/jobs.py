"""What analytics does by the clock."""

from analytics.usecases.make_baselines import make_baselines
from analytics.usecases.partner.make_platform import make_platform
from analytics.usecases.partner.reports.forget_reports import forget_reports
from analytics.usecases.partner.reports.make_reports import make_reports
from chassis.scheduler import Job, every

JOBS = (
    Job("make_baselines", every(seconds=3600), make_baselines),
    Job("make_platform", every(seconds=3600), make_platform),
    Job("make_reports", every(seconds=1), make_reports, owns_transactions=True),
    Job("forget_reports", every(seconds=60), forget_reports),
)
