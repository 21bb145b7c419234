"""Doors behind which a POST has one effect: what is asked there with a key, and what counts as the effect."""

from faults.desks.checkouts import Checkouts, Transfers
from faults.desks.desk import Desk
from faults.desks.enrolments import Enrolments
from faults.desks.partners import Disbursements, PartnerPayments
from faults.desks.refunds import Refunds

DESKS: tuple[type[Desk], ...] = (Enrolments, Checkouts, PartnerPayments, Transfers, Disbursements, Refunds)

__all__ = ["DESKS", "Desk", "Refunds"]
