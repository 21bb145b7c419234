"""The database itself keeps the books: whoever gets as far as a connection still cannot cook them."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from billing.usecases.post_entries import post_entries
from chassis.clock import now
from chassis.database import SYSTEM
from chassis.ids import new_id
from chassis.money import Money


@pytest.fixture
def books(database):
    """Post a set of entries in a transaction of its own."""
    organization = new_id()

    def post(reference=None, owner=organization, **amounts):
        with database.transaction(SYSTEM) as session:
            posted = post_entries(
                session,
                owner,
                kind="payment",
                reference=reference or f"test:{new_id()}",
                description="A test",
                occurred_at=now(),
                amounts={code: Money(*amount) for code, amount in amounts.items()},
            )
        return owner, posted

    return post


def run(database, statement, scope=SYSTEM, **values):
    with database.transaction(scope) as session:
        return session.execute(text(statement), values)


KES_5 = {"cash": (500, "KES"), "receivable": (-500, "KES")}


GUARDED = (
    "ledger_entries", "ledger_transactions", "invoice_lines", "credit_notes", "credit_note_lines", "refund_lines",
)  # fmt: skip


@pytest.mark.parametrize("table", GUARDED)
@pytest.mark.parametrize(
    "change", ["update {} set organization_id = organization_id", "delete from {}", "truncate {} cascade"]
)
def test_nothing_posted_is_changed_or_deleted(quick, table, change, record_property):
    quick.buy()
    assert quick.refund(seats=1).status_code == 201
    rows = f"select cast(t.* as text) from {table} as t order by 1"  # noqa: S608
    posted = quick.rows(rows)
    assert posted
    record_property("changes_tried", 1)
    with pytest.raises(DBAPIError, match=r"append-only|permission denied"):
        run(quick.database, change.format(table))
    record_property("changes_taken", int(quick.rows(rows) != posted))


def test_a_credit_note_lets_go_of_the_address_of_who_is_erased_and_of_nothing_else(quick):
    quick.buy()
    quick.refund(seats=1)
    quick.change("update credit_notes set buyer = buyer - 'email'")
    with pytest.raises(DBAPIError, match="append-only"):
        quick.change("update credit_notes set buyer = buyer - 'name', total_minor = total_minor")


@pytest.mark.parametrize(
    "amounts",
    [
        {},
        {"cash": (500, "KES")},
        {"cash": (500, "KES"), "receivable": (-499, "KES")},
        {"cash": (500, "KES"), "receivable": (-500, "USD")},
        {"cash": (500, "KES"), "receivable": (-500, "KES"), "revenue": (1, "USD")},
    ],
)
def test_a_set_that_does_not_balance_in_each_currency_is_refused(database, books, amounts):
    with pytest.raises(IntegrityError, match="off by"):
        books(**amounts)
    assert run(database, "select count(*) from ledger_transactions").scalar() == 0


def test_one_reference_is_posted_once(books):
    books("payment:sandbox:1", **KES_5)
    with pytest.raises(IntegrityError, match="ledger_transactions_reference"):
        books("payment:sandbox:1", **KES_5)


def test_nothing_is_added_to_what_was_posted(committing):
    """In a later transaction of the database, however well it balances."""
    database, organization = committing.database, new_id()
    with database.transaction(SYSTEM) as session:
        amounts = {code: Money(*amount) for code, amount in KES_5.items()}
        posted = post_entries(
            session, organization, kind="x", reference="x", description="", occurred_at=now(), amounts=amounts
        )
    more = (
        "insert into ledger_entries select organization_id, transaction_id, position + 10, account_id, currency, "
        "amount_minor from ledger_entries where transaction_id = :id"
    )
    with pytest.raises(DBAPIError, match="is closed"):
        run(database, more, id=posted)


def test_an_entry_stays_with_its_organization_and_its_accounts_currency(database, books):
    organization, posted = books(**KES_5)
    other, _ = books(owner=new_id(), **KES_5)
    insert = (
        "insert into ledger_entries select :organization, :id, 9, id, :currency, 1 from ledger_accounts "
        "where organization_id = :account_of and code = 'cash'"
    )
    for owner, currency in ((other, "KES"), (organization, "USD")):
        values = {"organization": owner, "id": posted, "currency": currency, "account_of": organization}
        with pytest.raises(DBAPIError, match=r"foreign key|is closed|off by"):
            run(database, insert, **values)


def test_another_organization_sees_and_writes_nothing(database, books):
    organization, _ = books(**KES_5)
    assert run(database, "select from ledger_entries", scope=organization).all()
    assert run(database, "select from ledger_entries", scope=new_id()).all() == []
    with pytest.raises(DBAPIError, match="row-level security"):
        run(
            database,
            "insert into ledger_accounts (id, organization_id, currency, code) values (:id, :organization, 'KES', 'x')",
            scope=new_id(),
            id=new_id(),
            organization=organization,
        )
