"""A credit note: it takes back some of an invoice, which itself never changes."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base


class CreditNote(Base):
    """Numbered without a gap. ``buyer`` and ``seller`` are as they were on the day. It never changes.

    It is of a refund, or of the closing of a ``month`` (its first day) that took usage back.
    """

    __tablename__ = "credit_notes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    number: Mapped[str]
    year: Mapped[int]
    sequence: Mapped[int]
    invoice_id: Mapped[UUID]
    refund_id: Mapped[UUID | None]
    month: Mapped[date | None]
    cohort_id: Mapped[UUID | None]
    reason: Mapped[str]
    buyer: Mapped[dict[str, Any]]
    seller: Mapped[dict[str, Any]]
    currency: Mapped[str]
    net_minor: Mapped[int]
    tax_minor: Mapped[int]
    total_minor: Mapped[int]
    issued_on: Mapped[date]
    created_at: Mapped[datetime]


class CreditNoteLine(Base):
    """One line of it. It never changes. ``unit`` is what ``quantity`` counts, as on the invoice."""

    __tablename__ = "credit_note_lines"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    credit_note_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    product: Mapped[str]
    description: Mapped[str]
    quantity: Mapped[int]
    months: Mapped[int]
    net_minor: Mapped[int]
    tax_rate: Mapped[Decimal]
    tax_minor: Mapped[int]
    unit: Mapped[str | None]
    usage_month: Mapped[date | None]
