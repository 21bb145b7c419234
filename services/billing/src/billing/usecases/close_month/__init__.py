"""Close a month: a statement for each cohort, invoices of what was metered, credit notes
of what was corrected. Twice changes nothing."""

from billing.usecases.close_month.assign_payers import assign_new_payers
from billing.usecases.close_month.close import close_due_months, close_month

__all__ = ["assign_new_payers", "close_due_months", "close_month"]
