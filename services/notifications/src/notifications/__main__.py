"""``python -m notifications web | worker | migrate | events | openapi``."""

from chassis.cli import main
from notifications.app import SERVICE

main(SERVICE)
