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
