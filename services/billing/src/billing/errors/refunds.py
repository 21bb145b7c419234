"""What billing declines to give back."""

from chassis.errors import Busy, Conflict, NotFound


class UnknownRefund(NotFound):
    """Absent, or another organization's."""

    code, message = "unknown_refund", "There is no such refund."


class UnknownCreditNote(NotFound):
    """Absent, or another organization's."""

    code, message = "unknown_credit_note", "There is no such credit note."


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
