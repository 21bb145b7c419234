"""Invoices as documents, which billing makes."""

from uuid import UUID

from chassis.http_client import HttpClient, Unavailable

_MOST_BYTES = 10 * 1024 * 1024


class Invoices:
    """Asks billing."""

    def __init__(self, billing: HttpClient) -> None:
        self._billing = billing

    def pdf(self, invoice_id: UUID) -> bytes:
        """The invoice as it is now. Raises Unavailable, also while billing has no time to print: then it waits."""
        answer = self._billing.get(f"/internal/invoices/{invoice_id}/pdf")
        if answer.status_code != 200 or not answer.content.startswith(b"%PDF-") or len(answer.content) > _MOST_BYTES:
            raise Unavailable()
        return answer.content
