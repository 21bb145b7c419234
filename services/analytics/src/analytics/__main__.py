"""``python -m analytics web | worker | migrate | events | openapi | rebuild``."""

from analytics.app import SERVICE
from chassis.cli import main

main(SERVICE)
