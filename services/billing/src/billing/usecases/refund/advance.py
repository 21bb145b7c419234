"""Take a refund on: seats first, money second. No transaction is open while anybody is asked."""

from uuid import UUID

import structlog

from billing.clients.gateways import Gateways
from billing.clients.payment_gateway import Refund as ProviderRefund
from billing.clients.payment_gateway import RefundSought, RefundWanted
from billing.clients.programs import Programs, RefundedSeats
from billing.errors import ProviderUnavailable, RefundDeclined, SeatsAssigned, SeatsNotThere, WindowEnded
from billing.models import Payment, Refund
from billing.models.payments import BANK, CREDIT
from billing.models.refunds import APPROVED, FAILED, PENDING, REQUESTED
from billing.queries import refunds
from billing.usecases.refund.finish import complete_refund, fail_refund, restore_seats
from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.wiring import use

log = structlog.get_logger()


def advance_refund(database: Database, refund_id: UUID) -> None:
    """As far as it goes now. Harmless to repeat, also at the same time.

    Raises SeatsAssigned, WindowEnded, SeatsNotThere and RefundDeclined when it has failed for that, and
    SeatsUnavailable when programs does not answer: then nothing was decided.
    """
    refund, seats = look(database, refund_id)
    if refund.state == REQUESTED:
        _free_the_seats(database, refund, seats)
        refund, _ = look(database, refund_id)
    if refund.state == APPROVED and refund.provider in (BANK, CREDIT):
        with database.transaction(SYSTEM) as session:
            complete_refund(session, refunds.lock(session, refund_id), refund.reference or str(refund_id))
    elif refund.state == APPROVED:
        _send(database, refund)
    elif refund.state == PENDING:
        settle_refund(database, refund_id)


def settle_refund(database: Database, refund_id: UUID) -> None:
    """Ask the provider what became of it, and act on the answer. Raises UnknownRefund, ProviderUnavailable."""
    with database.transaction(SYSTEM) as session:
        gateways = use(session, Gateways)
        refund = refunds.lock(session, refund_id)
        if refund.provider not in gateways.names:
            return
        payment = session.get_one(Payment, refund.payment_id)
        sought = RefundSought(refund_id, str(payment.reference), refund.reference)
    found = gateways.named(refund.provider).find_refund(sought)
    if found is not None:
        _apply(database, refund_id, found)


def give_back_seats(database: Database, refund: Refund, seats: RefundedSeats) -> None:
    """Of a failed refund: programs first, then here. Raises SeatsUnavailable."""
    programs: Programs = database.provided[Programs]  # type: ignore[assignment]
    if seats.quantities:
        programs.give_back(seats)
    with database.transaction(SYSTEM) as session:
        restore_seats(session, refunds.lock(session, refund.id))


def look(database: Database, refund_id: UUID) -> tuple[Refund, RefundedSeats]:
    """The refund as it is now, with its seats; it was looked at. Raises UnknownRefund."""
    with database.transaction(SYSTEM) as session:
        refund = refunds.lock(session, refund_id)
        refund.checked_at = now()
        quantities = {line.grant_id: line.quantity for line in refunds.lines(session, refund)}
    return refund, RefundedSeats(refund.organization_id, refund.id, quantities)


def _free_the_seats(database: Database, refund: Refund, seats: RefundedSeats) -> None:
    programs: Programs = database.provided[Programs]  # type: ignore[assignment]
    try:
        if seats.quantities:
            programs.retire(seats)
    except (SeatsAssigned, WindowEnded, SeatsNotThere) as refusal:
        # Programs has taken nothing away, so there is nothing to ask it to give back.
        with database.transaction(SYSTEM) as session:
            locked = refunds.lock(session, refund.id)
            if fail_refund(locked, refusal.code):
                restore_seats(session, locked)
        raise
    with database.transaction(SYSTEM) as session:
        locked = refunds.lock(session, refund.id)
        if locked.state == FAILED:
            raise SeatsNotThere()  # it took so long that the refund was given up, and the seats with it
        locked.approve()


def _send(database: Database, refund: Refund) -> None:
    with database.transaction(SYSTEM) as session:
        gateways = use(session, Gateways)
        payment = session.get_one(Payment, refund.payment_id)
    if refund.provider not in gateways.names:
        log.error("refund_of_another_provider", refund=str(refund.id), provider=refund.provider)
        return
    try:
        found = gateways.named(refund.provider).refund(RefundWanted(refund.id, str(payment.reference), refund.amount))
    except ProviderUnavailable:
        # The seats are free and the decision stands: it is sent again until the provider answers.
        log.warning("refund_postponed", refund=str(refund.id))
        return
    except RefundDeclined:
        _give_up(database, refund.id)
        raise
    _apply(database, refund.id, found)
    if found.state == "failed":
        raise RefundDeclined()


def _apply(database: Database, refund_id: UUID, found: ProviderRefund) -> None:
    """The effect follows the provider's state, not the messages that tell of it."""
    if found.state == "failed":
        _give_up(database, refund_id)
        return
    with database.transaction(SYSTEM) as session:
        refund = refunds.lock(session, refund_id)
        if found.amount != refund.amount:
            log.error("refund_of_another_amount", refund=str(refund_id))
        elif found.state == "succeeded":
            complete_refund(session, refund, found.id)
        elif refund.state == APPROVED:
            refund.hold(found.id)


def _give_up(database: Database, refund_id: UUID) -> None:
    with database.transaction(SYSTEM) as session:
        refund = refunds.lock(session, refund_id)
        if not fail_refund(refund, RefundDeclined.code):
            return
    refund, seats = look(database, refund_id)
    try:
        give_back_seats(database, refund, seats)
    except Exception as error:
        log.warning("seats_not_given_back", refund=str(refund_id), error=type(error).__name__)
