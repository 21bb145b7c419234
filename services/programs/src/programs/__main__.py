"""``python -m programs web | worker | migrate | events | openapi``."""

from chassis.cli import main
from programs.app import SERVICE

main(SERVICE)
