"""What billing declines of checkouts, payments and invoices."""

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


class CheckoutClosed(Conflict):
    """It was paid, cancelled, or its time has passed."""

    code, message = "checkout_closed", "This checkout can no longer be paid."


class AlreadyPaid(Conflict):
    """An invoice is paid once."""

    code, message = "already_paid", "This invoice is already paid."


class NothingDue(Conflict):
    """Credit notes took all of it back before it was paid."""

    code, message = "nothing_due", "Credit notes have taken back all of this invoice; there is nothing to pay."


class NotSigned(Unauthenticated):
    """A webhook that does not carry the provider's signature of the last few minutes."""

    code, message = "not_signed", "The webhook is not signed, or not with the right secret, or too old."


class ProviderUnavailable(Busy):
    """The payment provider does not answer, or not in a way we can use."""

    code, message = "payment_provider_unavailable", "The payment provider does not answer; try again shortly."


class MonthNotOver(Conflict):
    """Closed is what cannot change any more."""

    code, message = "month_not_over", "This month is not over yet."
