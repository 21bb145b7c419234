"""Documents made of HTML and a print style sheet; the renderer turns them into PDF."""

from billing.documents.invoice import invoice_document

__all__ = ["invoice_document"]
