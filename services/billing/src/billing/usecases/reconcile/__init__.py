"""Reconcile what the payment provider says moved with what the ledger says: it names what does not clear."""

from billing.usecases.reconcile.days import reconcile_recent_days
from billing.usecases.reconcile.one_day import Reconciled, reconcile_day

__all__ = ["Reconciled", "reconcile_day", "reconcile_recent_days"]
