"""What every change of a webhook begins with: who may, and where it may lead."""

from typing import cast
from uuid import UUID

from chassis.auth import Caller
from chassis.database import Database
from chassis.errors import Forbidden, Invalid
from chassis.outgoing import Refused
from notifications.clients.webhooks import Receivers
from notifications.usecases.people import organization


def managed(caller: Caller) -> UUID:
    """The organization the caller manages as a whole. Raises Forbidden."""
    if not caller.may("org.manage"):
        raise Forbidden("Only who manages the whole organization may manage its webhooks.")
    return organization(caller)


def check_url(database: Database, url: str) -> None:
    """Raise Invalid for an address we would not send to. It asks the resolver, so no transaction is open."""
    receivers = cast("Receivers", database.provided[Receivers])
    try:
        receivers.policy.check(url)
    except Refused as refused:
        raise Invalid.field("url", str(refused)) from None
