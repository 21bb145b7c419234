"""What billing declines to do: one class per refusal."""

from chassis.errors import Busy, Conflict, NotFound, Unauthenticated


class UnknownCohort(NotFound):
    """The checkout names a cohort that is not the organization's, or not heard of yet."""

    code = "unknown_cohort"
    message = "Your organization has no such cohort. If it was created a moment ago, try again shortly."


class UnknownCheckout(NotFound):
    """Absent, or another organization's."""

    code, message = "unknown_checkout", "There is no such checkout session."


class UnknownInvoice(NotFound):
    """Absent, or another organization's."""

    code, message = "unknown_invoice", "There is no such invoice."


class UnknownProvider(NotFound):
    """A webhook for a provider this service does not use."""

    code, message = "unknown_provider", "No payment provider of that name is used here."


class UnknownPayment(NotFound):
    """Absent, or another organization's."""

    code, message = "unknown_payment", "There is no such payment."


class UnknownRefund(NotFound):
    """Absent, or another organization's."""

    code, message = "unknown_refund", "There is no such refund."


class UnknownCreditNote(NotFound):
    """Absent, or another organization's."""

    code, message = "unknown_credit_note", "There is no such credit note."


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


class DraftInvoice(Conflict):
    """An invoice has a number and a document when it is issued."""

    code, message = "draft_invoice", "This invoice is a draft: it is issued when the payment has arrived."


class PaidByItsPayment(Conflict):
    """An invoice for funding is settled by the payment it was written for."""

    code, message = "paid_by_its_payment", "This invoice is settled by the payment that it was issued for."


class NoPriceInCurrency(Conflict):
    """An organization pays in its own currency or not at all: sums never mix currencies."""

    code, message = "no_price_in_currency", "There are no prices in your organization's currency yet."


class NotATransfer(Conflict):
    """Only a bank transfer is verified by a person."""

    code, message = "not_a_transfer", "This payment is no bank transfer; its provider says what became of it."


class AlreadyVerified(Conflict):
    """One transfer of the bank is money once."""

    code, message = "already_verified", "This transfer has been taken for a payment before."


class NotRefundable(Conflict):
    """There is no money of this payment that could go back."""

    code, message = "not_refundable", "This payment cannot be refunded."


class MoreThanPaid(Conflict):
    """What has been refunded, is being refunded, or has paid something else cannot go back again."""

    code, message = "more_than_paid", "That is more than is left of this payment."


class MoreThanSold(Conflict):
    """As above, in seats."""

    code, message = "more_than_sold", "That is more seats than are left of this purchase."


class SeatsAssigned(Conflict):
    """Refunding a seat that a student holds would leave the student without."""

    code, message = "seats_assigned", "Students hold these seats; free as many as are to be refunded first."


class WindowEnded(Conflict):
    """Seats that are used up were delivered."""

    code, message = "window_ended", "The window of these seats has ended, or has no whole month left to refund."


class SeatsNotThere(Conflict):
    """Programs has not heard of them yet, or has heard that this refund was given up."""

    code, message = "seats_not_there", "These seats cannot be taken back right now; try again shortly."


class RefundDeclined(Conflict):
    """The provider will not send the money back."""

    code, message = "refund_declined", "The payment provider declines to refund this payment."


class SeatsUnavailable(Busy):
    """Programs does not answer, so nobody knows whether the seats are free."""

    code, message = "seats_unavailable", "Whether the seats are free cannot be asked right now; nothing was refunded."


class CheckoutClosed(Conflict):
    """It was paid, cancelled, or its time has passed."""

    code, message = "checkout_closed", "This checkout can no longer be paid."


class AlreadyPaid(Conflict):
    """An invoice is paid once."""

    code, message = "already_paid", "This invoice is already paid."


class NotSigned(Unauthenticated):
    """A webhook that does not carry the provider's signature of the last few minutes."""

    code, message = "not_signed", "The webhook is not signed, or not with the right secret, or too old."


class ProviderUnavailable(Busy):
    """The payment provider does not answer, or not in a way we can use."""

    code, message = "payment_provider_unavailable", "The payment provider does not answer; try again shortly."


class MonthNotOver(Conflict):
    """Closed is what cannot change any more."""

    code, message = "month_not_over", "This month is not over yet."
