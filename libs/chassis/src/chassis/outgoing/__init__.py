"""Requests to addresses that strangers named: only to public ones, to the very address that was looked at.

``Policy`` says where a request may go, ``post`` sends one there. Docs: docs/decisions/0022-webhooks-out.md.
"""

from chassis.outgoing.destination import Destination, Refused
from chassis.outgoing.policy import Policy, Unresolved
from chassis.outgoing.sending import Answer, Undelivered, post

__all__ = ["Answer", "Destination", "Policy", "Refused", "Undelivered", "Unresolved", "post"]
