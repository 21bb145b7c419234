"""``python -m billing``: see ``chassis.cli``."""

from billing.app import SERVICE
from chassis.cli import main

main(SERVICE)
