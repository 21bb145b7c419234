"""Asking identity for a fresh link at the moment a mail is written; so no link waits in a queue or an event."""

from uuid import UUID

from chassis.http_client import HttpClient, Unavailable


class Links:
    """Single-use links to mail."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    def make(self, purpose: str, subject_id: UUID) -> str | None:
        """The link, or None when there is nothing to do any more: accepted, confirmed, expired or gone.

        Raises Unavailable.
        """
        answer = self._http.post("/internal/links", json={"purpose": purpose, "id": str(subject_id)})
        if answer.status_code in (404, 409):
            return None
        if answer.status_code != 200:
            raise Unavailable()
        url: str = answer.json()["url"]
        return url
