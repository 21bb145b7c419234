"""What carriers report."""

from chassis.errors import Malformed, Unauthenticated


class NotSigned(Unauthenticated):
    """A callback without the signature or secret that only the carrier knows."""

    code, message = "not_signed", "The signature does not hold."


class NotADeliveryReport(Malformed):
    """A mail, but not one that reports on a mail of ours."""

    code = "not_a_delivery_report"
