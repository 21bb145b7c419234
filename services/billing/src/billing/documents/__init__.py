"""Documents made of HTML and a print style sheet; the renderer turns them into PDF."""

from billing.documents.credit_note import credit_note_document
from billing.documents.invoice import invoice_document

__all__ = ["credit_note_document", "invoice_document"]
