"""What runs by itself, and when."""

from chassis.scheduler import Job, every
from programs.usecases.end_funding import end_funding
from programs.usecases.forget_uploads import forget_uploads
from programs.usecases.import_roster import import_rosters
from programs.usecases.lapse_seats import lapse_seats

JOBS = [
    # Billing announces the end of a window; this is for announcements that come late.
    Job("lapse_seats", every(seconds=60), lapse_seats, owns_transactions=True),
    Job("import_rosters", every(seconds=2), import_rosters, owns_transactions=True),
    # A day ends at another hour in each time zone; what ended stays as it is, so looking often does no harm.
    Job("end_funding", every(seconds=3600), end_funding, owns_transactions=True),
    Job("forget_uploads", every(seconds=3600), forget_uploads),
]
