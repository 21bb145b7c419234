"""What runs by itself."""

from chassis.schedules import Job
from identity.usecases.forget_the_past import forget_the_past

JOBS = (Job("forget-the-past", "20 1 * * *", forget_the_past),)
