"""What runs by itself, and when."""

from chassis.scheduler import Job, every
from programs.usecases.lapse_seats import lapse_seats

JOBS = [Job("lapse_seats", every(seconds=60), lapse_seats, owns_transactions=True)]
"""Billing announces the end of a window; the job is for announcements that come late."""
