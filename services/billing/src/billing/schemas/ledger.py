"""The ledger and its statements."""

from marshmallow import EXCLUDE, Schema, fields, validate

from chassis.amounts import Major
from chassis.fields import Moment
from chassis.paging import PageQuery, PageSchema


class LedgerQuery(PageQuery):
    """Which entries."""

    account = fields.String(validate=validate.Length(1, 60), metadata={"example": "receivable"})
    currency = fields.String(validate=validate.Regexp(r"^[A-Z]{3}$"), metadata={"example": "KES"})
    from_ = fields.Date(data_key="from", metadata={"description": "First day, in the seller's time zone."})
    to = fields.Date(metadata={"description": "Last day."})


class EntryOut(Schema):
    """One entry. The entries of a transaction add up to zero."""

    transaction_id = fields.UUID()
    kind = fields.String(
        metadata={
            "description": "invoice, payment, credit_note, refund, recognition, disbursement, release…",
            "example": "payment",
        }
    )
    account = fields.String(metadata={"example": "receivable"})
    amount = Major("amount_minor", metadata={"description": "A debit is positive, a credit negative."})
    currency = fields.String(metadata={"example": "KES"})
    reference = fields.String(metadata={"example": "invoice:INV-2026-001"})
    description = fields.String()
    occurred_at = Moment()


class LedgerPage(PageSchema):
    """A page of entries, the latest transaction first."""

    items = fields.List(fields.Nested(EntryOut))


class StatementQuery(Schema):
    """The period, in whole days; the current month when left out. At most a year and a day."""

    class Meta:
        unknown = EXCLUDE

    from_ = fields.Date(data_key="from", metadata={"example": "2026-01-01"})
    to = fields.Date(metadata={"example": "2026-01-31"})


class MovementOut(Schema):
    """What was billed (positive) or paid (negative)."""

    occurred_at = Moment()
    kind = fields.String()
    description = fields.String()
    reference = fields.String()
    amount = Major("amount_minor")


class StatementOut(Schema):
    """What the organization owed, in one currency."""

    currency = fields.String(metadata={"example": "KES"})
    opening = Major("opening_minor", metadata={"description": "Owed before the first day; negative is credit."})
    movements = fields.List(fields.Nested(MovementOut))
    closing = Major("closing_minor", metadata={"description": "Opening plus every movement."})


class StatementsOut(Schema):
    """A statement per currency; they are never added up."""

    from_ = fields.Date(data_key="from")
    to = fields.Date()
    items = fields.List(fields.Nested(StatementOut))
