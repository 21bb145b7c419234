"""The events an organization can subscribe to: public name, what happened, and what of the fact goes out.

Ids and facts, no names: who may be called by name is asked of the API, which asks for consent each time. So a
certificate's number stays out (its public page names the student), and so do scores, percentages and salaries.
Names and fields are only ever added to.
"""

from collections.abc import Mapping

from contracts.event import Event
from notifications.rules.webhooks.catalogue import billing, privacy, programs
from notifications.rules.webhooks.catalogue.public_event import PublicEvent

__all__ = ["CATALOGUE", "NAMES", "PUBLIC", "TEST", "PublicEvent"]

TEST = "webhook.test"

CATALOGUE: tuple[PublicEvent, ...] = (*programs.EVENTS, *billing.EVENTS, *privacy.EVENTS)
PUBLIC: Mapping[type[Event], PublicEvent] = {public.event: public for public in CATALOGUE}
NAMES = tuple(public.name for public in CATALOGUE)
