"""What an operator can have billing do: ``python -m billing close-month --month 2026-10``."""

import argparse
from datetime import date

from billing.clients.gateways import Gateways
from billing.errors import MonthNotOver, ProviderUnavailable
from billing.queries.closings import Closing
from billing.rules import Month
from billing.usecases.close_month import close_month
from billing.usecases.reconcile import reconcile_day
from chassis.database import SYSTEM, Database
from chassis.money import Money
from chassis.wiring import use

_HELP = "write the month's statements and issue its invoices; closing it again changes nothing"


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Close a month for every organization: a statement for each cohort, invoices of what was metered, credit notes "
        "of what was corrected. "
        "Cut off at any point, it goes on when it is started again; several may run at once."
    )
    parser.add_argument("--month", required=True, type=_month, metavar="YYYY-MM", help="a month that is over")


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _close(database: Database, arguments: argparse.Namespace) -> int:
    """0 when all is closed, 1 when another worker still has some in hand, 2 when the month is not over."""
    try:
        done = close_month(database, arguments.month, _progress)
    except MonthNotOver as refusal:
        print(refusal.message)  # noqa: T201 - to its terminal
        return 2
    for line in _report(done):
        print(line)  # noqa: T201 - as above
    return 0 if done.closed == done.organizations else 1


def _progress(standing: Closing) -> None:
    share = 100 * standing.closed // max(standing.organizations, 1)
    print(f"{standing.closed} of {standing.organizations} organizations ({share} %)", flush=True)  # noqa: T201


def _report(done: Closing) -> list[str]:
    lines = [f"{done.month}: {done.closed} organizations closed, {done.statements} statements"]
    lines += [
        f"{row['invoices']} invoices over {Money(row['total_minor'], row['currency']).format()}" for row in done.totals
    ]
    lines += [
        f"{row['credit_notes']} credit notes over {Money(row['total_minor'], row['currency']).format()}"
        for row in done.credited
    ]
    reasons = {
        "no_price": "there is no price in that currency",
        "exceeds_invoice": "it is more than is left of its invoice",
    }
    lines += [
        f"not billed: {row['usages']} {row['product']} in {row['currency']} of {row['organizations']} organizations, "
        f"{reasons[row['reason']]}"
        for row in done.unbilled
    ]
    if done.unknown:
        lines.append(f"not billed: {done.unknown} usages of organizations not heard of yet")
    if done.closed < done.organizations:
        lines.append(f"{done.organizations - done.closed} organizations are in another worker's hands")
    return lines


def _day_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Compare what the payment provider says moved on a day with the ledger, and name what does not clear."
    )
    parser.add_argument("--day", required=True, type=_day, metavar="YYYY-MM-DD", help="of INVOICE_TIME_ZONE")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _reconcile(database: Database, arguments: argparse.Namespace) -> int:
    """0 when all clears, 1 when something does not, 2 when the provider does not answer."""
    with database.transaction(SYSTEM) as session:
        names = use(session, Gateways).names
    return max(_reconcile_with(database, arguments.day, name) for name in names)


def _reconcile_with(database: Database, day: date, provider: str) -> int:
    try:
        done = reconcile_day(database, day, provider)
    except ProviderUnavailable as refusal:
        print(f"{provider}: {refusal.message}")  # noqa: T201 - to its terminal
        return 2
    print(f"{done.day}, {done.provider}: {done.cleared} clear, {len(done.differences)} do not")  # noqa: T201
    for one in done.differences:
        amounts = [_amount(minor, one.currency) for minor in (one.provider_minor, one.ledger_minor)]
        print(f"{one.reference}: {one.kind}, provider {amounts[0]}, ledger {amounts[1]}")  # noqa: T201
    return 1 if done.differences else 0


def _amount(minor: int | None, currency: str) -> str:
    return "nothing" if minor is None else Money(minor, currency).format()


COMMANDS = {
    "close-month": (_HELP, _arguments, _close),
    "reconcile": ("name what does not clear between the payment provider and the ledger", _day_arguments, _reconcile),
}
