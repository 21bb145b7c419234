"""What identity listens to."""

from chassis.service import Handler
from contracts.event import Event

CONSUMERS: dict[type[Event], Handler] = {}
