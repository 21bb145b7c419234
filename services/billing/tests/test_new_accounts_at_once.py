"""The first entries of an organization make its accounts; many at once make each once, and none keeps another out."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import text

from billing.usecases.post_entries import CUSTOMER_CREDIT, RECEIVABLE, cash_clearing, post_entries
from chassis.clock import now
from chassis.database import SYSTEM
from chassis.ids import new_id
from chassis.money import Money

CASH = cash_clearing("sandbox")
SETS = ((CASH, RECEIVABLE), (CASH, CUSTOMER_CREDIT), (CUSTOMER_CREDIT, RECEIVABLE), (CASH, "tax_payable"))
AT_ONCE, ORGANIZATIONS = 5, 40


@pytest.fixture
def post(committing: Any) -> Any:
    """``post(organization, accounts, together)``: a transaction that debits one account and credits the other."""

    def one(organization: Any, accounts: tuple[str, str], together: Barrier) -> None:
        together.wait(30)
        debit, credit = accounts
        with committing.database.transaction(SYSTEM) as session:
            post_entries(
                session, organization, kind="payment", reference=str(new_id()), description="Test",
                occurred_at=now(), amounts={debit: Money(100, "KES"), credit: Money(-100, "KES")},
            )  # fmt: skip

    return one


def test_first_payments_of_an_organization_at_once(committing: Any, post: Any) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in range(ORGANIZATIONS):
            organization, together = new_id(), Barrier(AT_ONCE)
            sets = [SETS[place % len(SETS)] for place in range(AT_ONCE)]
            for step in [pool.submit(post, organization, accounts, together) for accounts in sets]:
                step.result(60)
    with committing.database.transaction(SYSTEM) as session:
        of_each = "select count(*) from ledger_accounts group by organization_id"
        assert session.scalars(text(of_each)).all() == [4] * ORGANIZATIONS
