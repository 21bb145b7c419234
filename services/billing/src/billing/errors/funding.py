"""What billing declines to do with money for sponsorships and programs."""

from chassis.errors import Busy, Conflict, NotFound


class UnknownSponsorship(NotFound):
    """Absent, or another organization's."""

    code, message = "unknown_sponsorship", "Sponsorship not found"


class UnknownProgram(NotFound):
    """Absent, or another organization's."""

    code, message = "unknown_program", "Program not found"


class UnknownDisbursement(NotFound):
    """Absent, or another organization's."""

    code, message = "unknown_disbursement", "Disbursement not found"


class FundablesUnavailable(Busy):
    """Programs does not answer, so nobody knows what is to be funded."""

    code, message = "fundables_unavailable", "What you want to fund cannot be looked up right now; try again shortly."


class TargetEnded(Conflict):
    """What is over takes no more money."""

    code, message = "target_ended", "This takes no more money."


class MoreThanLacking(Conflict):
    """Nothing gets more than it is to get, payments that are awaited counted."""

    code, message = "more_than_lacking", "That is more than is still lacking, payments that are awaited counted."


class BankReferenceUsed(Conflict):
    """One transfer of the bank is one payment."""

    code, message = "bank_reference_used", "A payment of yours names this bank reference already."


class FundsDisbursed(Conflict):
    """What was released to the school cannot go back."""

    code, message = "funds_disbursed", "Some of this money was disbursed, and cannot be refunded."


class NotFunded(Conflict):
    """Nothing is released that is not held, or not for what is running."""

    code, message = "not_funded", "Not as much money is held for this yet."


class NotScheduled(Conflict):
    """A disbursement is made once."""

    code, message = "not_scheduled", "This disbursement is made or cancelled already."
