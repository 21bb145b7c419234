"""The next debts are found alike, however many are owed and whatever the planner knows of it."""

from typing import Any

from sqlalchemy import event

from chassis import debts, outbox
from chassis.database import SYSTEM, Database

THOUSANDS = 8_000


def test_the_next_batch_is_read_by_the_index_though_nobody_has_counted_what_is_owed(
    publisher: Database, registered: Any
) -> None:
    """What autovacuum has not seen yet is read and sorted whole, batch after batch, unless it is told not to."""
    with publisher.transaction(SYSTEM) as session:
        outbox.publish(session, *(registered(str(number)) for number in range(THOUSANDS)))
    plans = explained(publisher)
    with publisher.transaction(SYSTEM) as session:
        rows = debts.next_batch(session, "identity", ["notifications"])
        debts.settle(session, rows)
    assert len(rows) == debts.BATCH
    assert len(plans) == 2
    for plan in plans:
        assert "using outbox_deliveries_pkey" in plan
        assert "Bitmap" not in plan
        assert "Seq Scan" not in plan


def explained(database: Database) -> list[str]:
    """How what is asked of the debts from here on is carried out."""
    plans: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "outbox_deliveries" in statement:
            with connection.connection.cursor() as beside:
                beside.execute(f"explain {statement}", parameters)
                plans.append("\n".join(row[0] for row in beside))

    event.listen(database.engine, "before_cursor_execute", explain)
    return plans
