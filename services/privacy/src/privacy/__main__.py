"""``python -m privacy web | worker | migrate | events | openapi``."""

from chassis.cli import main
from privacy.app import SERVICE

main(SERVICE)
